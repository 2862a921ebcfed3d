-- refused: shop.letters
CREATE TABLE letters (id INT PRIMARY KEY, e ENUM('a😀', 'b') CHARACTER SET utf8mb4)
INSERT INTO letters VALUES (1, 'a😀'), (2, 'b')
