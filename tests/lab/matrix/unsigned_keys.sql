-- cut: high low counted
-- gives: SELECT MAX(k) FROM high => 18446744073709551615
-- gives: SELECT MIN(k) FROM low => -9223372036854775808
CREATE TABLE digits (d INT PRIMARY KEY)
INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)
CREATE TABLE high (k BIGINT UNSIGNED PRIMARY KEY, t VARCHAR(60), KEY (t))
INSERT INTO high SELECT 18446744073709551615 - (x.d * 100 + y.d * 10 + z.d), REPEAT('x', 50) FROM digits x, digits y, digits z
INSERT INTO high VALUES (0, ''), (1, ''), (9223372036854775807, ''), (9223372036854775808, '')
CREATE TABLE low (k BIGINT PRIMARY KEY, t VARCHAR(60), KEY (t))
INSERT INTO low SELECT -9223372036854775808 + (x.d * 100 + y.d * 10 + z.d), REPEAT('x', 50) FROM digits x, digits y, digits z
INSERT INTO low VALUES (0, ''), (-1, ''), (9223372036854775807, '')
CREATE TABLE counted (k INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, t VARCHAR(60))
SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'
INSERT INTO counted SELECT (x.d * 100 + y.d * 10 + z.d) * 4294967, REPEAT('x', 50) FROM digits x, digits y, digits z
