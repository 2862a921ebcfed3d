-- on: mysql-9.7
-- no checksum: it counts the hidden columns in the order in which the indexes were made
-- same: SELECT INDEX_NAME, SEQ_IN_INDEX, EXPRESSION, COLUMN_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = 'shop' ORDER BY TABLE_NAME, 1, 2
-- gives: SELECT COUNT(*) FROM f WHERE 5 MEMBER OF (j->'$.ids') => 1
-- gives: SELECT COUNT(*) FROM f WHERE UPPER(t) = 'ÄB' => 1
CREATE TABLE f (id INT PRIMARY KEY, t VARCHAR(20), j JSON, KEY up ((UPPER(t))), UNIQUE KEY up_id ((UPPER(t)), id, (id * 2) DESC),
  KEY ids ((CAST(j->'$.ids' AS UNSIGNED ARRAY))), KEY names (id, (CAST(j->'$.names' AS CHAR(20) ARRAY))), KEY plain (t))
INSERT INTO f VALUES (1, 'äb', '{"ids": [1, 5], "names": ["a", "b"]}'), (2, 'x', '{"ids": [], "names": []}'), (3, NULL, NULL), (4, 'y', '{"ids": [1], "names": ["ü"]}')
CREATE TABLE parts (id INT PRIMARY KEY, t VARCHAR(20), j JSON, KEY up ((UPPER(t))), KEY ids ((CAST(j->'$.ids' AS UNSIGNED ARRAY))), UNIQUE KEY id_up (id, (UPPER(t)))) PARTITION BY HASH (id) PARTITIONS 3
INSERT INTO parts SELECT id, t, j FROM f
CREATE TABLE many_unique (id INT PRIMARY KEY, j JSON, UNIQUE KEY ids ((CAST(j->'$.ids' AS UNSIGNED ARRAY))), KEY two ((id + 1), (id + 2)))
INSERT INTO many_unique VALUES (1, '{"ids": [1, 2]}'), (2, '{"ids": [3]}')
