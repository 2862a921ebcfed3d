-- on: mariadb
-- refused: y of shop.t is a YEAR(2), which does not show its century
CREATE TABLE t (id INT PRIMARY KEY, y YEAR(2))
INSERT INTO t VALUES (1, 1905), (2, 2005)
