-- cut: many_bits
-- gives: SELECT HEX(b64) FROM bits WHERE id = 2 => FFFFFFFFFFFFFFFF
CREATE TABLE bits (id INT PRIMARY KEY, b1 BIT(1), b9 BIT(9), b64 BIT(64), KEY (b9))
INSERT INTO bits VALUES (1, b'0', b'0', 0), (2, b'1', b'111111111', 0xFFFFFFFFFFFFFFFF), (3, b'1', 0x09, 0x5C0A095C000A1A27),
  (4, NULL, b'100001010', 0x0A)
CREATE TABLE keyed (b BIT(40) PRIMARY KEY, v INT)
INSERT INTO keyed VALUES (0, 0), (0x095C0A, 1), (0xFFFFFFFFFF, 2)
CREATE TABLE digits (d INT PRIMARY KEY)
INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)
CREATE TABLE many_bits (b BIT(64), c BIT(3), t VARCHAR(60), PRIMARY KEY (b, c))
INSERT INTO many_bits SELECT 18446744073709551615 - CAST((x.d * 100 + y.d * 10 + z.d) DIV 5 AS UNSIGNED) * 92233720368547758, (x.d * 100 + y.d * 10 + z.d) MOD 5, REPEAT('x', 50) FROM digits x, digits y, digits z
