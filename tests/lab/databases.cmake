darbe_suite(lab databases DEPS objects verify copy tables servers mysql base SUITES Databases TIMEOUT 300)
