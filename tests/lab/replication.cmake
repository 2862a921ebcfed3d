darbe_suite(lab replication DEPS replication lab servers mysql base
            SUITES Mysql97/ReplicationSuite Mysql56/ReplicationSuite Mariadb/ReplicationSuite TIMEOUT 300)
