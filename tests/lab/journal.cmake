darbe_suite(lab journal DEPS plan servers mysql base SUITES Servers/Journal TIMEOUT 300)
