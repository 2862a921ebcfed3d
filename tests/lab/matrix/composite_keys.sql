-- cut: numbers mixed reversed
-- gives: SELECT COUNT(*) FROM numbers => 1000
-- gives: SELECT COUNT(*) FROM mixed => 1000
CREATE TABLE digits (d INT PRIMARY KEY)
INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)
CREATE TABLE numbers (a INT, b SMALLINT, t VARCHAR(50), PRIMARY KEY (a, b), KEY (t))
INSERT INTO numbers SELECT x.d - 5, y.d * 10 + z.d - 50, REPEAT('y', 40) FROM digits x, digits y, digits z
CREATE TABLE mixed (s VARCHAR(20), n BIGINT UNSIGNED, d DATE, t VARCHAR(50), PRIMARY KEY (s, n, d)) COLLATE utf8mb4_unicode_ci
INSERT INTO mixed SELECT ELT(x.d + 1, 'a', 'B', 'c ', 'd''', 'ö', '', '日', '\\', '1', 'é'), 18446744073709551615 - y.d, '2024-02-20' + INTERVAL z.d DAY, REPEAT('x', 40) FROM digits x, digits y, digits z
CREATE TABLE reversed (a INT, b INT, c INT NOT NULL, t VARCHAR(50), PRIMARY KEY (c, a))
INSERT INTO reversed SELECT z.d, 1, (x.d * 100 + y.d * 10 + z.d), REPEAT('z', 40) FROM digits x, digits y, digits z
