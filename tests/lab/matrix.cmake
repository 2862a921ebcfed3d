darbe_suite(lab matrix DEPS objects verify copy tables servers mysql base
            SUITES OnMysql/Matrix OnOldMysql/Matrix OnMariadb/Matrix MatrixTable TIMEOUT 300)
