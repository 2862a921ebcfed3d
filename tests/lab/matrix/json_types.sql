-- on: mysql-9.7
-- mended: the types in j
-- same: SELECT id, JSON_STORAGE_SIZE(j) - JSON_STORAGE_FREE(j), CAST(j AS CHAR), JSON_STORAGE_SIZE(`k"e.y`) FROM documents ORDER BY id
-- same: SELECT id, n, JSON_TYPE(v), v FROM documents, JSON_TABLE(JSON_EXTRACT(j, '$.*'), '$[*]' COLUMNS (n FOR ORDINALITY, v JSON PATH '$')) AS t ORDER BY id, n
-- same: SELECT id, n, JSON_TYPE(v), v FROM documents, JSON_TABLE(j, '$[*]' COLUMNS (n FOR ORDINALITY, v JSON PATH '$')) AS t ORDER BY id, n
-- same: SELECT k, JSON_TYPE(JSON_EXTRACT(j, '$.d')) FROM by_text ORDER BY k
-- gives: SELECT JSON_TYPE(JSON_EXTRACT(j, '$.at')) FROM documents WHERE id = 13 => TIMESTAMP
-- gives: SELECT MIN(changed) = MAX(changed) AND MAX(changed) = '2001-01-01' FROM documents => 1
CREATE TABLE documents (id BIGINT UNSIGNED PRIMARY KEY, j JSON, `k"e.y` JSON, t TEXT, changed TIMESTAMP NOT NULL DEFAULT '2001-01-01' ON UPDATE CURRENT_TIMESTAMP)
INSERT INTO documents (id, j, `k"e.y`) VALUES (1, JSON_OBJECT('p', 1.50), CAST(2.0 AS JSON)), (2, JSON_OBJECT('p', 12.5), NULL), (3, JSON_OBJECT('p', 12.5e0), NULL),
  (4, JSON_OBJECT('d', CAST('2024-01-02' AS DATE), 't', CAST('-10:11:12.5' AS TIME(1)), 'dt', CAST('2024-01-02 03:04:05.678' AS DATETIME(3))), NULL),
  (5, JSON_ARRAY(CAST(5 AS UNSIGNED), 5, true, 0.0, 1.5), NULL), (6, JSON_ARRAY(X'00FF', b'101', CAST(2024 AS YEAR), ''), NULL), (7, JSON_ARRAY(123456.78, 12.5), NULL), (8, CAST(1.0 AS JSON), NULL),
  (9, JSON_ARRAY(CAST(7 AS DECIMAL(5,0)), CAST('-0.000000000000000000000000000001' AS DECIMAL(65,30)), CAST(1.5 AS DECIMAL(20,5))), NULL), (10, JSON_ARRAY(1e0, 100e0, 1e15, -0e0), NULL),
  (11, JSON_OBJECT('a b', JSON_OBJECT('"', JSON_ARRAY(1, JSON_OBJECT('ü\\', 2.50)), '$', 3.50, '', 0.10)), NULL), (12, '["2024-01-02", "12.50", "base64:type15:AP8="]', NULL),
  (18446744073709551615, JSON_ARRAY(0.5), JSON_ARRAY(0.5)), (18446744073709551614, '[0.5]', '[0.5]')
INSERT INTO documents (id, j) SELECT 13, JSON_OBJECT('at', changed) FROM documents WHERE id = 1
CREATE TABLE by_text (k VARCHAR(20) CHARACTER SET latin1, b VARBINARY(5), n INT, j JSON, PRIMARY KEY (k, b, n), KEY ((CAST(j->'$.d' AS DECIMAL(10,2)))))
INSERT INTO by_text VALUES ('ä', X'00FF', 1, JSON_OBJECT('d', 2.50)), ('Ä''\\', '', -1, JSON_OBJECT('d', 2.5)), ('x', X'27', 2, '{"d": 2.5}')
