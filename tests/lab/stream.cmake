darbe_suite(lab stream DEPS objects replication lab servers mysql base
            SUITES Mysql97/ReplicationSuite Mysql56/ReplicationSuite Mariadb/ReplicationSuite Gtids TIMEOUT 300)
