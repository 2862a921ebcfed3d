darbe_suite(lab bad_input DEPS verify copy tables servers mysql base SUITES BadInput TIMEOUT 300)
