-- first: SET GLOBAL max_allowed_packet = 1073741824
-- both: SET GLOBAL max_allowed_packet = 1048576
-- restore: SET GLOBAL max_allowed_packet = 16777216
-- gives: SELECT MAX(LENGTH(b)) * IF(VERSION() LIKE '5.%', 5, 1) FROM blobs => 104857600
CREATE TABLE blobs (id INT PRIMARY KEY, b LONGBLOB, t MEDIUMTEXT)
INSERT INTO blobs VALUES (1, REPEAT(CONCAT(X'5C0A0900', REPEAT(X'FF', 60)), IF(VERSION() LIKE '5.%', 327680, 1638400)), 'a'), (2, '', REPEAT('ä', 2000000)), (3, NULL, NULL)
