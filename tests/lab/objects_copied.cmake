darbe_suite(lab objects_copied DEPS objects tables servers mysql base SUITES ObjectsOnMysql ObjectsOnOldMysql ObjectsOnMariadb
            TIMEOUT 300)
