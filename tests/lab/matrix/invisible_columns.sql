-- on: mysql-9.7 mariadb
-- gives: SELECT SUM(hidden) FROM i => 300
CREATE TABLE i (id INT PRIMARY KEY, hidden INT INVISIBLE DEFAULT 7, v INT)
INSERT INTO i (id, hidden, v) VALUES (1, 100, 1), (2, 200, 2)
CREATE TABLE first_hidden (hidden INT INVISIBLE DEFAULT 7, v INT)
INSERT INTO first_hidden (hidden, v) VALUES (1, 1), (1, 1)
