-- on: mysql-9.7
-- refused: the types in j
CREATE TABLE documents (a INT, j JSON)
INSERT INTO documents VALUES (1, JSON_OBJECT('p', 12.5))
