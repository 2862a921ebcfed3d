-- gives: SELECT GROUP_CONCAT(e+0 ORDER BY id) FROM errors => 1,0,3,2
-- gives: SELECT GROUP_CONCAT(e+0 ORDER BY id) FROM with_empty => 0,2,1
-- gives: SELECT GROUP_CONCAT(CONCAT(a+0, b+0, IFNULL(c+0, '-')) ORDER BY id) FROM wide => 000,221,11-
-- gives: SELECT GROUP_CONCAT(s+0 ORDER BY id) FROM empty_member => 0,1,2,3,8
-- gives: SELECT GROUP_CONCAT(CAST(s AS UNSIGNED) ORDER BY id) FROM sixty_four => 18446744073709551615,9223372036854775808,0
SET sql_mode = ''
CREATE TABLE errors (id INT PRIMARY KEY, e ENUM('a', 'it''s', '00') NOT NULL, n ENUM('1', '0', '3'), KEY (e))
INSERT INTO errors VALUES (1, 'a', '1'), (2, 'not a member', '0'), (3, '00', 'not one'), (4, 'it''s', NULL)
CREATE TABLE with_empty (id INT PRIMARY KEY, e ENUM('x', '', 'y') CHARACTER SET utf16)
INSERT INTO with_empty VALUES (1, 'wrong'), (2, ''), (3, 'x')
CREATE TABLE wide (id INT PRIMARY KEY, a ENUM('ä', '00') CHARACTER SET utf32, b ENUM('€', '0') CHARACTER SET ucs2, c ENUM('日本') CHARACTER SET utf16le)
INSERT INTO wide VALUES (1, 'wrong', 'wrong', 'wrong'), (2, '00', '0', '日本'), (3, 'ä', '€', NULL)
CREATE TABLE in_latin (id INT PRIMARY KEY, e ENUM('ä', 'ß', 'a b') CHARACTER SET latin1, s SET('ü', 'ö', '€') CHARACTER SET latin1,
  d ENUM('é', 'è') CHARACTER SET latin1 COLLATE latin1_bin NOT NULL DEFAULT 'è', c ENUM('日本', '本') CHARACTER SET sjis) CHARSET=latin2
INSERT INTO in_latin VALUES (1, 'ß', 'ü,€', 'é', '本'), (2, 'ä', '', 'è', '日本')
CREATE TABLE empty_member (id INT PRIMARY KEY, s SET('', 'a', 'b', '3'))
INSERT INTO empty_member VALUES (1, 0), (2, 1), (3, 2), (4, 3), (5, 8)
CREATE TABLE sixty_four (id INT PRIMARY KEY, s SET('0','1','2','3','4','5','6','7','8','9','a0','a1','a2','a3','a4','a5','a6','a7',
  'a8','a9','b0','b1','b2','b3','b4','b5','b6','b7','b8','b9','c0','c1','c2','c3','c4','c5','c6','c7','c8','c9','d0','d1','d2',
  'd3','d4','d5','d6','d7','d8','d9','e0','e1','e2','e3','e4','e5','e6','e7','e8','e9','f0','f1','f2','f3'))
INSERT INTO sixty_four VALUES (1, 18446744073709551615), (2, 9223372036854775808), (3, 0)
CREATE TABLE keyed (e ENUM('z', 'y', 'a') PRIMARY KEY, v INT)
INSERT INTO keyed VALUES ('a', 1), ('y', 2), ('z', 3), ('', 4)
