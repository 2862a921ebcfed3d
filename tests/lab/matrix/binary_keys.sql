-- cut: uuids varied
-- gives: SELECT COUNT(*) FROM uuids => 1000
CREATE TABLE digits (d INT PRIMARY KEY)
INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)
CREATE TABLE uuids (k BINARY(16) PRIMARY KEY, t VARCHAR(60))
INSERT INTO uuids SELECT LEFT(UNHEX(SHA2((x.d * 100 + y.d * 10 + z.d), 256)), 16), REPEAT('x', 50) FROM digits x, digits y, digits z
CREATE TABLE varied (k VARBINARY(40) PRIMARY KEY, t VARCHAR(60))
INSERT INTO varied SELECT LEFT(UNHEX(SHA2((x.d * 100 + y.d * 10 + z.d), 256)), 4 + z.d), REPEAT('x', 50) FROM digits x, digits y, digits z
INSERT INTO varied VALUES ('', 'a'), (X'00', 'b'), (X'0000', 'c'), (X'5C', 'd'), (X'27', 'e')
CREATE TABLE prefixed (k BLOB NOT NULL, n INT, t VARCHAR(60), PRIMARY KEY (k(8), n))
INSERT INTO prefixed SELECT UNHEX(SHA2(x.d, 256)), (x.d * 100 + y.d * 10 + z.d), REPEAT('x', 50) FROM digits x, digits y, digits z
CREATE TABLE text_prefix (k VARCHAR(60), t VARCHAR(60), PRIMARY KEY (k(5)))
INSERT INTO text_prefix SELECT CONCAT(LPAD((x.d * 100 + y.d * 10 + z.d), 5, '0'), 'tail'), REPEAT('x', 50) FROM digits x, digits y, digits z
