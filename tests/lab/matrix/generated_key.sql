-- on: mysql-9.7
-- gives: SELECT SUM(k) FROM g => 6
CREATE TABLE g (a INT, k INT AS (a * 2) STORED PRIMARY KEY, v INT)
INSERT INTO g (a, v) VALUES (1, 1), (2, 2)
