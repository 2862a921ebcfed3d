darbe_suite(lab objects_copied DEPS objects tables servers mysql base
            FILES lab/objects_copied_old_test.cc lab/objects_copied_mariadb_test.cc
            SUITES ObjectsOnMysql ObjectsOnOldMysql ObjectsOnMariadb TIMEOUT 300)
