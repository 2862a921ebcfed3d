-- same: SELECT TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME, SUB_PART, INDEX_TYPE, INDEX_COMMENT FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = 'shop' ORDER BY 1, 2, 3
-- gives: SELECT COUNT(*) FROM `full` WHERE MATCH (t) AGAINST ('needle') => 1
-- gives: SELECT COUNT(*) FROM with_doc_id WHERE MATCH (a) AGAINST ('needle') => 1
CREATE TABLE `full` (id INT PRIMARY KEY, t TEXT, u VARCHAR(50), FULLTEXT KEY ft (t), FULLTEXT KEY both_of (t, u) COMMENT 'two; (of) them', KEY plain (u))
INSERT INTO `full` VALUES (1, 'a needle in the hay', 'stack'), (2, 'only hay', NULL)
CREATE TABLE with_doc_id (FTS_DOC_ID BIGINT UNSIGNED NOT NULL AUTO_INCREMENT, a TEXT, b INT, PRIMARY KEY (FTS_DOC_ID), UNIQUE KEY FTS_DOC_ID_INDEX (FTS_DOC_ID), FULLTEXT KEY (a), KEY (b))
INSERT INTO with_doc_id VALUES (100, 'needle', 1), (1, 'hay', 2)
CREATE TABLE various (id INT PRIMARY KEY, t TEXT, v VARCHAR(300), b BLOB, c CHAR(10) CHARACTER SET latin1, n INT, KEY prefixes (t(10), b(7), v(3)), KEY noted (n) USING BTREE COMMENT 'ключ; it''s `n`, (x)',
  UNIQUE KEY (c, n), KEY sized (n) KEY_BLOCK_SIZE=8, KEY long_one (v(150), n, c))
INSERT INTO various VALUES (1, 't', 'v', 'b', 'c', 1), (2, REPEAT('t', 300), REPEAT('v', 300), NULL, 'c', 2)
