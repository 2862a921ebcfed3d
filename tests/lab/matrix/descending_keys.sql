-- on: mysql-9.7 mariadb
-- gives: SELECT COUNT(*) FROM down => 1000
-- same: SELECT TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, COLLATION FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = 'shop' ORDER BY 1, 2, 3
CREATE TABLE digits (d INT PRIMARY KEY)
INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)
CREATE TABLE down (n INT, t VARCHAR(60), PRIMARY KEY (n DESC), KEY (t DESC, n))
INSERT INTO down SELECT (x.d * 100 + y.d * 10 + z.d) - 500, CONCAT(REPEAT('y', 40), (x.d * 100 + y.d * 10 + z.d)) FROM digits x, digits y, digits z
CREATE TABLE both_ways (a INT, b VARCHAR(10), t VARCHAR(60), PRIMARY KEY (a, b DESC))
INSERT INTO both_ways SELECT x.d, CHAR(97 + y.d * 2, 65 + z.d USING utf8mb4), REPEAT('y', 40) FROM digits x, digits y, digits z
