darbe_suite(lab fuzz DEPS tables servers mysql base SUITES SqlFuzz TIMEOUT 300)
