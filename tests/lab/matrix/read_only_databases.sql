-- on: mysql-9.7
-- reported: database shop is READ ONLY on the source and not on the target
-- restore: ALTER DATABASE shop READ ONLY = 0
CREATE TABLE t (id INT PRIMARY KEY, v INT, KEY (v))
INSERT INTO t VALUES (1, 2)
CREATE VIEW seen AS SELECT v FROM t
ALTER DATABASE shop READ ONLY = 1
