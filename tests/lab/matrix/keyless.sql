-- gives: SELECT COUNT(*) FROM plain => 1027
CREATE TABLE plain (a INT, b VARCHAR(10), c BLOB, KEY a (a))
INSERT INTO plain VALUES (1, 'x', 'y'), (1, 'x', 'y'), (2, NULL, NULL), (NULL, NULL, NULL), (3, '', ''), (4, 'z', '1'), (4, 'z', '1'), (4, 'z', '1')
INSERT INTO plain SELECT * FROM plain
INSERT INTO plain SELECT * FROM plain
INSERT INTO plain SELECT * FROM plain
INSERT INTO plain SELECT * FROM plain
INSERT INTO plain SELECT * FROM plain
INSERT INTO plain SELECT * FROM plain
INSERT INTO plain SELECT * FROM plain
INSERT INTO plain VALUES (7, NULL, ''), (7, NULL, ''), (7, '', NULL)
CREATE TABLE unique_only (a INT NOT NULL, b INT, UNIQUE KEY a (a), KEY b (b))
INSERT INTO unique_only VALUES (2, 1), (1, 1)
CREATE TABLE unique_nullable (a INT, b INT, UNIQUE KEY (a, b))
INSERT INTO unique_nullable VALUES (1, NULL), (1, NULL), (NULL, NULL), (NULL, NULL), (1, 1)
CREATE TABLE unique_prefix (a VARCHAR(20) NOT NULL, b TEXT NOT NULL, UNIQUE KEY (a(3)), KEY (b(5)))
INSERT INTO unique_prefix VALUES ('aaab', 'x'), ('aaca', 'x')
