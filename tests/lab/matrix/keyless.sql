-- cut: clustered partly_null
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
CREATE TABLE clustered (v VARCHAR(20), a INT NOT NULL, b INT NOT NULL, c INT, UNIQUE KEY z (b, a), UNIQUE KEY m (a), UNIQUE KEY c (c), KEY v (v))
INSERT INTO clustered SELECT REPEAT('x', 20), s.n * 32 + t.n, t.n, NULL FROM (SELECT (@s := @s + 1) AS n FROM plain, (SELECT @s := 0) AS zero LIMIT 32) AS s,
  (SELECT (@t := @t + 1) AS n FROM plain, (SELECT @t := 0) AS zero LIMIT 32) AS t
CREATE TABLE partly_null (id INT NOT NULL, n INT, t VARCHAR(40) NOT NULL, UNIQUE KEY a (n), UNIQUE KEY b (id, n), UNIQUE KEY c (t(4)), UNIQUE KEY d (id))
INSERT INTO partly_null SELECT a, NULL, RPAD(LPAD(a, 4, '0'), 40, 'x') FROM clustered
