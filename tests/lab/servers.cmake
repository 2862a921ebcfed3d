darbe_suite(lab servers DEPS servers mysql base SUITES ServersSuite ServersLife Programs TIMEOUT 300)
