darbe_suite(lab lanes DEPS verify copy tables servers mysql base SUITES LaneSuite TIMEOUT 300)
