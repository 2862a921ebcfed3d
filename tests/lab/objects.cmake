darbe_suite(lab objects DEPS objects tables servers mysql base SUITES ObjectsOnMysql ObjectsOnOldMysql ObjectsOnMariadb
            TIMEOUT 300)
