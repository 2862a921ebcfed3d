-- on: mysql-9.7 mariadb
-- same: SELECT CONSTRAINT_NAME, CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = 'shop' ORDER BY 1, 2
CREATE TABLE c (id INT PRIMARY KEY CHECK (id > 0), a INT, t VARCHAR(20), CONSTRAINT positive CHECK (a > 0), CONSTRAINT `odd ``name` CHECK (t <> 'it''s)'))
INSERT INTO c VALUES (1, 1, 'x'), (2, NULL, NULL)
CREATE TABLE n (id INT PRIMARY KEY, a INT, CONSTRAINT broken CHECK (a > 0) /*!80016 NOT ENFORCED */)
/*M! SET check_constraint_checks = 0 */
INSERT INTO n VALUES (1, -1)
CREATE TABLE unnamed (id INT PRIMARY KEY CHECK (id > 1), a INT, CHECK (a > 1), CHECK (a < 100))
CREATE TABLE unnamed_too (id INT PRIMARY KEY CHECK (id > 2), a INT, CHECK (a > 2))
