-- first: SET GLOBAL sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH,NO_ZERO_DATE,STRICT_ALL_TABLES,PIPES_AS_CONCAT,IGNORE_SPACE'
-- first: SET GLOBAL time_zone = '-07:00', sql_quote_show_create = 0, group_concat_max_len = 4, autocommit = 0
-- first: SET GLOBAL sql_select_limit = 1, sql_safe_updates = 1, max_join_size = 1, lc_messages = 'de_DE'
-- first: /*!80000 SET GLOBAL max_execution_time = 500 */
-- first: /*M! SET GLOBAL max_statement_time = 0.5 */
-- restore: SET GLOBAL sql_select_limit = DEFAULT, sql_safe_updates = 0, max_join_size = DEFAULT, lc_messages = DEFAULT
-- restore: /*!80000 SET GLOBAL max_execution_time = 0 */
-- restore: /*M! SET GLOBAL max_statement_time = 0 */
-- restore: SET GLOBAL sql_mode = DEFAULT, time_zone = 'SYSTEM', sql_quote_show_create = 1, group_concat_max_len = DEFAULT, autocommit = 1
-- gives: SELECT SLEEP(0.8) => 0
-- gives: SELECT COUNT(*) FROM settings => 2
-- gives: SELECT COUNT(*) FROM (SELECT 1 FROM settings AS a JOIN settings AS b JOIN settings AS c) AS joined => 8
-- gives: SELECT LENGTH(c) FROM settings WHERE id = 1 => 1
CREATE TABLE settings (id INT PRIMARY KEY, c CHAR(10), t TEXT, d DATE, ts TIMESTAMP NULL, k VARCHAR(20), KEY plain (k), CONSTRAINT u UNIQUE (id, k))
INSERT INTO settings VALUES (1, 'a', '\\\n''"', 0, '2024-10-27 01:30:00', 'k'), (2, 'b ', '', '2024-00-00', NULL, '')
CREATE VIEW seen AS SELECT CONCAT(c, '"') AS x FROM settings
