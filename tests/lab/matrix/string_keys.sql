-- cut: folded german wide bytes dates decimals doubles floats years kinds sets utf32_keys ucs2_keys utf16le_keys
-- gives: SELECT COUNT(*) FROM folded => 1000
CREATE TABLE digits (d INT PRIMARY KEY)
INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)
CREATE TABLE folded (k VARCHAR(30) PRIMARY KEY, v INT, t VARCHAR(60)) COLLATE utf8mb4_unicode_ci
INSERT INTO folded SELECT CONCAT(IF(z.d MOD 2, 'Ä', 'a'), ELT(y.d + 1, 'b', 'C', 'g', 'd', 'É', 'f', '_', '%', '''', '\\'), x.d, z.d), (x.d * 100 + y.d * 10 + z.d), REPEAT('x', 50) FROM digits x, digits y, digits z
CREATE TABLE german (k VARCHAR(30) CHARACTER SET latin1 COLLATE latin1_german2_ci PRIMARY KEY, t VARCHAR(60))
INSERT INTO german SELECT CONCAT(ELT(x.d + 1, 'ä', 'ö', 'ü', 'ß', 'A', 'O', 'U', 'z', ' ', '.'), y.d, z.d), REPEAT('x', 50) FROM digits x, digits y, digits z
CREATE TABLE wide (k CHAR(20) CHARACTER SET utf16 PRIMARY KEY, t VARCHAR(60))
INSERT INTO wide SELECT CONCAT(CHAR(0x1F600 + x.d USING utf32), x.d, y.d, z.d), REPEAT('x', 50) FROM digits x, digits y, digits z
CREATE TABLE japanese (k VARCHAR(20) CHARACTER SET sjis PRIMARY KEY, t VARCHAR(60))
INSERT INTO japanese SELECT CONCAT(_sjis X'835C', x.d, y.d, z.d), REPEAT('x', 50) FROM digits x, digits y, digits z
CREATE TABLE bytes (k VARCHAR(20) CHARACTER SET utf8 COLLATE utf8_bin PRIMARY KEY, t VARCHAR(60))
INSERT INTO bytes SELECT CONCAT(CHAR(65 + x.d USING utf8), CHAR(97 + y.d USING utf8), z.d), REPEAT('x', 50) FROM digits x, digits y, digits z
CREATE TABLE dates (k DATETIME(3) PRIMARY KEY, t VARCHAR(60))
INSERT INTO dates SELECT '2024-02-28 23:59:59.999' + INTERVAL (x.d * 100 + y.d * 10 + z.d) HOUR, REPEAT('x', 50) FROM digits x, digits y, digits z
INSERT INTO dates VALUES ('0000-00-00', ''), ('2023-02-31', '')
CREATE TABLE decimals (k DECIMAL(20,10) PRIMARY KEY, t VARCHAR(60))
INSERT INTO decimals SELECT ((x.d * 100 + y.d * 10 + z.d) - 500) / 7, REPEAT('x', 50) FROM digits x, digits y, digits z
CREATE TABLE enums (k ENUM('z', 'b', 'y', 'a'), n INT, t VARCHAR(60), PRIMARY KEY (k, n))
INSERT INTO enums SELECT x.d MOD 4 + 1, (x.d * 100 + y.d * 10 + z.d), REPEAT('x', 50) FROM digits x, digits y, digits z
CREATE TABLE doubles (k DOUBLE PRIMARY KEY, t VARCHAR(60))
INSERT INTO doubles SELECT ((x.d * 100 + y.d * 10 + z.d) - 500) / 7e0, REPEAT('x', 50) FROM digits x, digits y, digits z
CREATE TABLE floats (k FLOAT PRIMARY KEY, t VARCHAR(60))
INSERT INTO floats SELECT ((x.d * 100 + y.d * 10 + z.d) - 500) / 7e0, REPEAT('x', 50) FROM digits x, digits y, digits z
INSERT INTO doubles VALUES (1.7976931348623157e308, ''), (-1.7976931348623157e308, ''), (4.9406564584124654e-324, '')
INSERT INTO floats VALUES (3.4028234e38, ''), (1e-45, ''), (16777217, '')
CREATE TABLE years (k YEAR, n INT, t VARCHAR(60), PRIMARY KEY (k, n))
INSERT INTO years SELECT ELT(x.d + 1, '0000', '1901', '1969', '1970', '1999', '2000', '2069', '2070', '2155', '2024'), (y.d * 10 + z.d), REPEAT('x', 50) FROM digits x, digits y, digits z
CREATE TABLE kinds (n INT, k ENUM('z', '', 'b', 'Y', '00'), t VARCHAR(60), PRIMARY KEY (n, k))
INSERT IGNORE INTO kinds SELECT (x.d * 100 + y.d * 10 + z.d) DIV 6, (x.d * 100 + y.d * 10 + z.d) MOD 6, REPEAT('x', 50) FROM digits x, digits y, digits z
CREATE TABLE sets (n INT, k SET('z', 'b', 'y', 'a', 'c'), t VARCHAR(60), PRIMARY KEY (n, k))
INSERT INTO sets SELECT (x.d * 100 + y.d * 10 + z.d) DIV 32, (x.d * 100 + y.d * 10 + z.d) MOD 32, REPEAT('x', 50) FROM digits x, digits y, digits z
CREATE TABLE utf32_keys (k VARCHAR(20) CHARACTER SET utf32 PRIMARY KEY, t VARCHAR(60))
INSERT INTO utf32_keys SELECT CONCAT(CHAR(0x1F600 + x.d USING utf32), x.d, y.d, z.d), REPEAT('x', 50) FROM digits x, digits y, digits z
CREATE TABLE ucs2_keys (k VARCHAR(20) CHARACTER SET ucs2 PRIMARY KEY, t VARCHAR(60))
INSERT INTO ucs2_keys SELECT CONCAT(CHAR(0x3B1 + x.d USING ucs2), x.d, y.d, z.d), REPEAT('x', 50) FROM digits x, digits y, digits z
CREATE TABLE utf16le_keys (k CHAR(20) CHARACTER SET utf16le PRIMARY KEY, t VARCHAR(60))
INSERT INTO utf16le_keys SELECT CONCAT(CHAR(0x1F600 + x.d USING utf32), x.d, y.d, z.d), REPEAT('x', 50) FROM digits x, digits y, digits z
