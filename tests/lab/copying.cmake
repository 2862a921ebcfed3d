darbe_suite(lab copying DEPS verify copy tables servers mysql base SUITES CopySuite TIMEOUT 300)
