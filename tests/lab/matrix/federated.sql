-- on: mysql-9.7 mysql-5.6
-- refused: shop.far is a FEDERATED table: its rows are somewhere else
CREATE TABLE near (id INT PRIMARY KEY)
INSERT INTO near VALUES (1)
CREATE TABLE far (id INT PRIMARY KEY) ENGINE=FEDERATED CONNECTION='mysql://nobody@localhost/shop/near'
