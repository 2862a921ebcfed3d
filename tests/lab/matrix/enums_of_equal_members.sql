-- gives: SELECT GROUP_CONCAT(e+0 ORDER BY id) FROM twice => 3,1,2,0
-- gives: SELECT GROUP_CONCAT(s+0 ORDER BY id) FROM twice => 4,1,5,0
-- gives: SELECT GROUP_CONCAT(CONCAT(w+0, d+0, i+0) ORDER BY id) FROM kinds => 313,141,422,000
-- gives: SELECT GROUP_CONCAT(CONCAT(b+0, c+0, a+0) ORDER BY id) FROM by_collation => 222,111
-- gives: SELECT COUNT(DISTINCT e+0) FROM keyed => 4
-- cut: keyed
SET sql_mode = ''
CREATE TABLE twice (id INT PRIMARY KEY, e ENUM('a', 'b', 'a'), s SET('x', 'y', 'x') NOT NULL, KEY (e))
INSERT INTO twice VALUES (1, 3, 4), (2, 1, 1), (3, 2, 5), (4, 0, 0)
CREATE TABLE kinds (id INT PRIMARY KEY, w ENUM('a', 'b', 'a', '01') CHARACTER SET utf16, d ENUM('1', '02', '1', '3'), i ENUM('it''s', ',', 'it''s') CHARACTER SET latin1)
INSERT INTO kinds VALUES (1, 3, 1, 3), (2, 1, 4, 1), (3, 4, 2, 2), (4, 0, 0, 0)
CREATE TABLE by_collation (id INT PRIMARY KEY, b ENUM('a', 'A') CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, c ENUM('a', 'A') CHARACTER SET latin1 COLLATE latin1_swedish_ci,
  a SET('á', 'a') CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci)
INSERT INTO by_collation VALUES (1, 2, 2, 2), (2, 1, 1, 1), (3, NULL, NULL, NULL)
CREATE TABLE alone (e ENUM('a', 'b', 'a') PRIMARY KEY, v INT)
INSERT INTO alone VALUES (0, 0), (1, 1), (2, 2), (3, 3)
CREATE TABLE digits (d INT PRIMARY KEY)
INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)
CREATE TABLE keyed (n INT, e ENUM('a', 'b', 'a'), t VARCHAR(60), PRIMARY KEY (n, e))
INSERT INTO keyed SELECT (x.d * 100 + y.d * 10 + z.d) DIV 4, (x.d * 100 + y.d * 10 + z.d) MOD 4, REPEAT('x', 50) FROM digits x, digits y, digits z
