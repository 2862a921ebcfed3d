darbe_suite(lab machine DEPS lab servers mysql base FILES lab/machine_replication_test.cc INCLUDES ${PROJECT_SOURCE_DIR}/tests
            SUITES Mysql97/MachineSuite Mysql56/MachineSuite Mariadb/MachineSuite TIMEOUT 900)
