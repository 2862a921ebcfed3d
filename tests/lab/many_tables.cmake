darbe_suite(lab many_tables DEPS objects verify copy tables servers mysql base SUITES ManyTables LargeTable TIMEOUT 300)
