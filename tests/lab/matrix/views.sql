-- reported: view shop.invalid is not on the target
-- reported: view shop.on_invalid is not on the target
-- gives: SELECT n FROM a_top => 42
-- gives: SELECT s FROM with_function => 43
CREATE TABLE t (n INT PRIMARY KEY)
INSERT INTO t VALUES (42)
CREATE FUNCTION z_next(n INT) RETURNS INT DETERMINISTIC RETURN n + 1
CREATE FUNCTION from_view() RETURNS INT READS SQL DATA RETURN (SELECT MAX(n) FROM z_base)
CREATE VIEW z_base AS SELECT n FROM t WHERE n > 0 WITH LOCAL CHECK OPTION
CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW m_middle AS SELECT * FROM z_base WHERE n > 1 WITH CASCADED CHECK OPTION
CREATE ALGORITHM=TEMPTABLE VIEW a_top (n) AS SELECT MAX(n) FROM m_middle
CREATE VIEW with_function AS SELECT z_next(n) AS s, 'Grüße' AS `ü ``x` FROM m_middle
CREATE VIEW through_function AS SELECT from_view() AS n
CREATE TABLE gone (n INT)
CREATE VIEW invalid AS SELECT n FROM gone
CREATE VIEW on_invalid AS SELECT n FROM invalid
DROP TABLE gone
SET sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT'
CREATE VIEW ansi AS SELECT 'a' || "n" AS "c" FROM t
SET sql_mode = '', character_set_client = latin1, collation_connection = latin1_german1_ci
CREATE VIEW in_latin AS SELECT _latin1 X'E4' AS a, 'x' AS b
