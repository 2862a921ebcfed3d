-- refused: table: its rows are somewhere else
CREATE TABLE one (id INT, KEY (id)) ENGINE=MyISAM
INSERT INTO one VALUES (1)
CREATE TABLE many (id INT, KEY (id)) ENGINE=MERGE UNION=(one) INSERT_METHOD=LAST
