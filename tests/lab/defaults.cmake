darbe_suite(lab defaults DEPS objects tables servers mysql base SUITES Servers/Defaults TIMEOUT 300)
