-- cut: down both_ways texts_down
-- on: mysql-9.7 mariadb
-- gives: SELECT COUNT(*) FROM down => 1000
-- same: SELECT TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, COLLATION FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = 'shop' ORDER BY 1, 2, 3
CREATE TABLE digits (d INT PRIMARY KEY)
INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)
CREATE TABLE down (n INT, t VARCHAR(60), PRIMARY KEY (n DESC), KEY (t DESC, n))
INSERT INTO down SELECT (x.d * 100 + y.d * 10 + z.d) - 500, CONCAT(REPEAT('y', 40), (x.d * 100 + y.d * 10 + z.d)) FROM digits x, digits y, digits z
CREATE TABLE both_ways (a INT, b VARCHAR(10), t VARCHAR(60), PRIMARY KEY (a, b DESC))
INSERT INTO both_ways SELECT x.d, CHAR(97 + y.d * 2, 65 + z.d USING utf8mb4), REPEAT('y', 40) FROM digits x, digits y, digits z
CREATE TABLE texts_down (k VARCHAR(30), n BIGINT UNSIGNED, d DATETIME, t VARCHAR(60), PRIMARY KEY (k DESC, n, d DESC)) COLLATE utf8mb4_unicode_ci
INSERT INTO texts_down SELECT CONCAT(IF(z.d MOD 2, 'Ä', 'a'), ELT(y.d + 1, 'b', 'C', 'g', 'd', 'É', 'f', '_', '%', '''', '\\'), z.d), 18446744073709551615 - x.d, '2024-01-01' + INTERVAL x.d HOUR, REPEAT('y', 40) FROM digits x, digits y, digits z WHERE z.d < 2
INSERT INTO texts_down SELECT CONCAT(x.d, y.d), z.d, '0000-00-00', REPEAT('y', 40) FROM digits x, digits y, digits z
