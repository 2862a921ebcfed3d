darbe_suite(lab machine DEPS lab servers mysql base SUITES Mysql97/MachineSuite Mysql56/MachineSuite Mariadb/MachineSuite TIMEOUT 900)
