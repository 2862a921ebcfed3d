-- gives: SELECT GROUP_CONCAT(HEX(l) ORDER BY id) FROM controls => 005C4E,5C4E,0A0D091A5C272260,20,,2020
CREATE TABLE controls (id INT PRIMARY KEY, l VARCHAR(50) CHARACTER SET latin1, u TEXT, b BLOB, vb VARBINARY(20), c CHAR(5), bi BINARY(5))
INSERT INTO controls VALUES (1, X'005C4E', '\0\\N', X'005C4E', X'5C', 'a', X'00'), (2, '\\N', '\\N', '\\N', '\\N', '\\N', '\\N'),
  (3, '\n\r\t\Z\\''"`', '\n\r\t\Z\\''"`', '\n\r\t\Z\\''"`', '\n\r\t\Z\\''"`', 'a', 'a'),
  (4, ' ', ' ', ' ', ' ', ' ', ' '), (5, '', '', '', '', '', ''), (6, '  ', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL')
CREATE TABLE sizes (id INT AUTO_INCREMENT PRIMARY KEY, tt TINYTEXT, mt MEDIUMTEXT, lt LONGTEXT, tb TINYBLOB, mb MEDIUMBLOB, lb LONGBLOB)
INSERT INTO sizes VALUES (NULL, REPEAT('ä', 127), REPEAT('\t', 300000), REPEAT('\U0001F600', 1), X'', REPEAT(X'0A', 300000), REPEAT(X'5C00', 70000))
