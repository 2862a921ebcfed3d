-- cut: t
-- gives: SELECT COUNT(DISTINCT HEX(INDEX_NAME)) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = 'shop' AND TABLE_NAME = 't' => 4
-- gives: SELECT COUNT(*) FROM twin FORCE INDEX (k) WHERE a = 7 => 1
-- gives: SELECT COUNT(*) FROM Twin FORCE INDEX (k) WHERE a = 7 => 1
CREATE TABLE digits (d INT PRIMARY KEY)
INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)
CREATE TABLE t (a INT NOT NULL, b INT NOT NULL, c INT NOT NULL, v VARCHAR(50), UNIQUE KEY e (a, b), UNIQUE KEY é (a, c), KEY k (b), KEY ķ (c))
INSERT INTO t SELECT x.d DIV 5, y.d * 100 + z.d * 10 + x.d, 1000 - y.d * 100 - z.d * 10 - x.d, REPEAT('x', 50) FROM digits x, digits y, digits z
CREATE TABLE Twin (id INT PRIMARY KEY, a INT, KEY k (a))
CREATE TABLE twin (id INT PRIMARY KEY, a INT, KEY k (a))
INSERT INTO Twin SELECT d, d FROM digits
INSERT INTO twin SELECT d, d FROM digits
