-- gives: SELECT GROUP_CONCAT(s+0 ORDER BY s+0) FROM sets => 0,1,2,3
SET sql_mode = ''
CREATE TABLE sets (s SET('', 'a') PRIMARY KEY, v INT)
INSERT INTO sets VALUES (0, 0), (1, 1), (2, 2), (3, 3)
CREATE TABLE enums (e ENUM('', 'a'), v INT, PRIMARY KEY (e, v))
INSERT INTO enums VALUES (0, 0), (1, 1), ('', 2), ('a', 3)
