-- on: mysql-9.7
-- refused: row id = 1 differs in the types in j
CREATE TABLE documents (id INT PRIMARY KEY, b BLOB, j JSON)
INSERT INTO documents VALUES (1, 'x', NULL)
UPDATE documents SET j = JSON_OBJECT('b', b)
