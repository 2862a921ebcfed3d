-- on: mysql-9.7 mariadb
-- gives: SELECT SUM(s) FROM g => 12
-- gives: SELECT SUM(v) FROM g => 8
CREATE TABLE g (a INT, v INT AS (a + 1) VIRTUAL, id INT PRIMARY KEY, s INT AS (a * 2) STORED, r DECIMAL(10,1) AS (a / 3) STORED,
  f FLOAT AS (a / 3) STORED, t VARCHAR(20) AS (concat('ä', a, ')')) STORED, j TEXT AS (concat('\t', a)) VIRTUAL, KEY (v), UNIQUE KEY (s, id), KEY (t))
INSERT INTO g (a, id) VALUES (1, 1), (5, 2), (NULL, 3)
CREATE TABLE only_generated (a INT AS (7) STORED, b INT)
INSERT INTO only_generated (b) VALUES (1), (2)
