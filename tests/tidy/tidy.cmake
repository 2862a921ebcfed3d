darbe_suite(tidy tidy DEPS base SUITES Tidy TIMEOUT 60)
