-- on: mysql-9.7
-- gives: SELECT JSON_STORAGE_FREE(j) FROM documents WHERE id = 1 => 0
CREATE TABLE documents (id INT PRIMARY KEY, j JSON)
INSERT INTO documents VALUES (1, JSON_OBJECT('a', REPEAT('x', 500), 'b', JSON_ARRAY(1, 2, 3), 'c', 'hello world')), (2, JSON_ARRAY('aaaaaaaaaaaaaaaaaaaa', 1, JSON_OBJECT('k', 'vvvvvvvvvvvvvvvvvvvvvvvvvvvv'))),
  (3, JSON_OBJECT('big', REPEAT('y', 100000), 'c', 1))
UPDATE documents SET j = JSON_SET(j, '$.a', 'short') WHERE id = 1
UPDATE documents SET j = JSON_REPLACE(j, '$[0]', 5, '$[2].k', 'w') WHERE id = 2
UPDATE documents SET j = JSON_REMOVE(j, '$.b') WHERE id = 1
UPDATE documents SET j = JSON_SET(j, '$.big', 'small') WHERE id = 3
