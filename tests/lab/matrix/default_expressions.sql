-- on: mysql-9.7 mariadb
-- gives: SELECT d FROM expressions WHERE id = 2 => 6
CREATE TABLE expressions (id INT PRIMARY KEY, d INT DEFAULT (1 + 2 * 3), u CHAR(36) DEFAULT (uuid()), t TEXT DEFAULT (concat('a', ')', '`')),
  r DOUBLE DEFAULT (rand()), c DATE DEFAULT (current_date() + interval 1 year))
INSERT INTO expressions (id) VALUES (1)
INSERT INTO expressions (id, d) VALUES (2, 6)
