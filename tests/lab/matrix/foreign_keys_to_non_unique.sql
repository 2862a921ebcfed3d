/*!80400 SET restrict_fk_on_non_standard_key = 0 */
CREATE TABLE parents (id INT PRIMARY KEY, kind INT, KEY (kind))
CREATE TABLE children (id INT PRIMARY KEY, kind INT, FOREIGN KEY (kind) REFERENCES parents (kind))
INSERT INTO parents VALUES (1, 1), (2, 1)
INSERT INTO children VALUES (1, 1)
