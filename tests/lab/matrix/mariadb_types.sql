-- cut: uuids addresses old_addresses
-- on: mariadb
-- gives: SELECT GROUP_CONCAT(i6 ORDER BY id) FROM own => ::1,2001:db8::ff00:42:8329
CREATE TABLE own (id INT PRIMARY KEY, i6 INET6, u UUID, i4 INET4, j JSON, c TEXT COMPRESSED, b BLOB COMPRESSED, KEY (u))
INSERT INTO own VALUES (1, '::1', '123e4567-e89b-12d3-a456-426655440000', '10.0.0.1', '{"a": 1.50}', REPEAT('x', 1000), REPEAT(X'0A', 1000)),
  (2, '2001:db8::ff00:42:8329', '00000000-0000-0000-0000-00000000000a', '255.255.255.255', '[]', '', NULL), (3, NULL, NULL, NULL, NULL, NULL, NULL)
CREATE TABLE keyed (u UUID PRIMARY KEY DEFAULT uuid(), v INT)
INSERT INTO keyed VALUES ('123e4567-e89b-12d3-a456-426655440000', 1), ('5c5c0a09-e89b-12d3-a456-426655440000', 2)
CREATE TABLE digits (d INT PRIMARY KEY)
INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)
CREATE TABLE uuids (u UUID PRIMARY KEY, t VARCHAR(60))
INSERT INTO uuids SELECT CONCAT(LEFT(MD5(x.d * 100 + y.d * 10 + z.d), 8), '-0000-0000-0000-', LPAD(HEX(x.d * 100 + y.d * 10 + z.d), 12, '0')), REPEAT('x', 50) FROM digits x, digits y, digits z
CREATE TABLE addresses (i INET6, n INT, t VARCHAR(60), PRIMARY KEY (i, n))
INSERT INTO addresses SELECT CONCAT('2001:db8::', HEX((x.d * 100 + y.d * 10 + z.d) * 7)), z.d, REPEAT('x', 50) FROM digits x, digits y, digits z
CREATE TABLE old_addresses (i INET4 PRIMARY KEY, t VARCHAR(60))
INSERT INTO old_addresses SELECT INET_NTOA((x.d * 100 + y.d * 10 + z.d) * 4000000), REPEAT('x', 50) FROM digits x, digits y, digits z
