-- on: mysql-9.7
-- refused: Check constraint 'by_zone' is violated
CREATE TABLE t (id INT PRIMARY KEY, at TIMESTAMP NULL, CONSTRAINT by_zone CHECK (at >= '2024-01-01 00:00:00'))
SET time_zone = '+05:00'
INSERT INTO t VALUES (1, '2024-01-01 00:00:00'), (2, NULL)
