-- servers: --loose-innodb-redo-log-capacity=512M
-- servers: --loose-innodb-log-file-size=544M
-- first: SET GLOBAL max_allowed_packet = 1073741824
-- both: SET GLOBAL max_allowed_packet = 1048576
-- gives: SELECT MAX(LENGTH(b)) FROM blobs => 104857600
CREATE TABLE blobs (id INT PRIMARY KEY, b LONGBLOB, t MEDIUMTEXT)
INSERT INTO blobs VALUES (1, REPEAT(CONCAT(X'5C0A0900', REPEAT(X'FF', 60)), 1638400), 'a'), (2, '', REPEAT('ä', 2000000)), (3, NULL, NULL)
