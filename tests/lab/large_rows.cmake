darbe_suite(lab large_rows DEPS verify copy tables servers mysql base
            SUITES OnMysql/LargeRowSuite OnMariadb/LargeRowSuite OnMysql/LargeRowsOfArchive TIMEOUT 300)
