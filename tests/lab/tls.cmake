darbe_suite(lab tls DEPS servers mysql base SUITES OnMysql/Tls OnMariadb/Tls TIMEOUT 300)
