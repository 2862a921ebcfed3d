darbe_suite(lab damage DEPS verify copy tables servers mysql base SUITES VerifySuite TIMEOUT 300)
