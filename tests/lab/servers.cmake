darbe_suite(lab servers DEPS servers mysql base SUITES ServersSuite ServersLife TIMEOUT 300)
