-- on: mysql-9.7
-- gives: SELECT COUNT(*) FROM information_schema.JSON_DUALITY_VIEWS WHERE TABLE_SCHEMA = 'shop' AND STATUS = 'valid' => 2
-- gives: SELECT data->>'$.customer_name' FROM customer_orders WHERE data->'$._id' = 2 => Bob
-- same: SELECT JSON_REMOVE(data, '$._metadata') FROM customer_orders ORDER BY data->'$._id'
-- same: SELECT JSON_REMOVE(data, '$._metadata') FROM writable ORDER BY data->'$._id'
-- same: SELECT TABLE_NAME, ROOT_TABLE_NAME, ALLOW_INSERT, ALLOW_UPDATE, ALLOW_DELETE FROM information_schema.JSON_DUALITY_VIEWS WHERE TABLE_SCHEMA = 'shop' ORDER BY 1
CREATE TABLE customers (customer_id INT PRIMARY KEY, name VARCHAR(100))
CREATE TABLE orders (order_id INT PRIMARY KEY, customer_id INT, product VARCHAR(100), amount DECIMAL(10,2),
  FOREIGN KEY (customer_id) REFERENCES customers (customer_id))
INSERT INTO customers VALUES (1, 'Ann'), (2, 'Bob')
INSERT INTO orders VALUES (1, 1, 'milk', 10), (2, 1, 'curd', 5), (3, 2, 'flour', 20.50)
CREATE JSON RELATIONAL DUALITY VIEW customer_orders AS SELECT JSON_DUALITY_OBJECT('_id': customer_id, 'customer_name': name,
  'orders': (SELECT JSON_ARRAYAGG(JSON_DUALITY_OBJECT('order_id': order_id, 'product': product, 'amount': amount))
  FROM orders WHERE orders.customer_id = customers.customer_id)) FROM customers
CREATE SQL SECURITY INVOKER JSON DUALITY VIEW writable AS SELECT JSON_DUALITY_OBJECT(WITH (INSERT, UPDATE, DELETE) '_id': customer_id, 'name': name)
  FROM customers
