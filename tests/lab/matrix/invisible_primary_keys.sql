-- on: mysql-9.7
-- gives: SELECT GROUP_CONCAT(my_row_id) FROM g => 5,6,7
-- both: SET GLOBAL sql_generate_invisible_primary_key = 1
-- both: SET GLOBAL show_gipk_in_create_table_and_information_schema = 0
-- restore: SET GLOBAL sql_generate_invisible_primary_key = 0
-- restore: SET GLOBAL show_gipk_in_create_table_and_information_schema = 1
SET sql_generate_invisible_primary_key = 1
CREATE TABLE g (a INT, b TEXT)
INSERT INTO g VALUES (1, 'x'), (1, 'x'), (2, 'y'), (3, NULL), (5, 'q'), (6, 'r'), (7, 's')
DELETE FROM g WHERE a < 5
UPDATE g SET a = 0
SET sql_generate_invisible_primary_key = 0
CREATE TABLE none (a INT)
INSERT INTO none VALUES (1)
