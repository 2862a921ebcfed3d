-- on: mariadb
-- same: SHOW CREATE USER m_native
-- same: SHOW CREATE USER m_either
-- same: SHOW CREATE USER m_older
-- gives: SELECT CONCAT(plugin, ' ', authentication_string) FROM mysql.user WHERE User = 'm_older' => mysql_old_password 5d2e19393cc5ef67
-- gives: SELECT CONCAT_WS(' ', max_questions, max_updates, max_connections, max_user_connections) FROM mysql.user WHERE User = 'm_limited' => 1 2 3 4
-- same: SHOW CREATE USER m_strict
-- same: SELECT User, Host, JSON_REMOVE(Priv, '$.password_last_changed') FROM mysql.global_priv WHERE User LIKE 'm\_%' ORDER BY 1
-- same: SELECT * FROM mysql.roles_mapping WHERE User LIKE 'm\_%' ORDER BY 1, 2, 3
-- same: SHOW GRANTS FOR m_strict
CREATE USER m_native IDENTIFIED BY 'x'
CREATE USER m_either IDENTIFIED VIA unix_socket OR mysql_native_password USING '*0D3CED9BEC10A777AEC23CCC353A8C08A633045E'
CREATE USER m_socket IDENTIFIED VIA unix_socket
CREATE USER m_older IDENTIFIED VIA mysql_old_password USING '5d2e19393cc5ef67'
CREATE USER m_strict IDENTIFIED BY 'x' REQUIRE X509 WITH MAX_QUERIES_PER_HOUR 5 MAX_STATEMENT_TIME 7 ACCOUNT LOCK PASSWORD EXPIRE INTERVAL 90 DAY
CREATE USER m_limited IDENTIFIED BY 'x' WITH MAX_QUERIES_PER_HOUR 1 MAX_UPDATES_PER_HOUR 2 MAX_CONNECTIONS_PER_HOUR 3 MAX_USER_CONNECTIONS 4
CREATE ROLE m_role
CREATE ROLE m_upper WITH ADMIN m_strict
GRANT SELECT ON shop.* TO m_role
GRANT m_role TO m_upper WITH ADMIN OPTION
GRANT m_role TO m_strict
SET DEFAULT ROLE m_role FOR m_strict
