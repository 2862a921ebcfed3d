-- on: mysql-9.7
-- same: SELECT id, JSON_TYPE(j), JSON_STORAGE_SIZE(j), CAST(j AS CHAR) FROM documents ORDER BY id
CREATE TABLE documents (id INT PRIMARY KEY, j JSON, n JSON NOT NULL DEFAULT (JSON_ARRAY()))
INSERT INTO documents (id, j) VALUES (1, '{"a": [1, 2.50, -0.0, 1e100, "x\\ty\\n\\\\z", null, true]}'), (2, NULL), (3, '"\\u00e4"'), (4, '123456789012345678'),
  (5, '[]'), (6, '{"\\u0001": "\\u0000"}'), (7, 'null'), (8, 'true'), (9, '""'), (10, '18446744073709551615'), (11, '-9223372036854775808'), (12, '1.0'),
  (13, '{"": {"b": [], "a": {}}, "日本": "\\ud83d\\ude00"}'), (14, '1e-320'), (15, '"2024-01-01"'), (16, CONCAT(REPEAT('[', 99), REPEAT(']', 99)))
INSERT INTO documents (id, j) VALUES (17, CONCAT('"', REPEAT('ä', 70000), '"')), (18, CONCAT('[', REPEAT('{"k": "v"}, ', 20000), '1]'))
