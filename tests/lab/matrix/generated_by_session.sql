-- on: mysql-9.7 mariadb
-- refused: row id = 1 differs in shown
CREATE TABLE t (id INT PRIMARY KEY, at TIMESTAMP NULL, shown VARCHAR(30) AS (CONCAT(at)) STORED)
SET time_zone = '-05:00'
INSERT INTO t (id, at) VALUES (1, '2024-01-01 00:00:00'), (2, NULL)
