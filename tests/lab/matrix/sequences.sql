-- on: mariadb
-- refused: shop.s is a SEQUENCE
CREATE SEQUENCE s
