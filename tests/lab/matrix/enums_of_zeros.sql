-- refused: e of shop.t is an ENUM whose members leave no text for its error value
CREATE TABLE t (id INT PRIMARY KEY, e ENUM('00', '000', '0000', '00000'))
INSERT INTO t VALUES (1, '00000')
