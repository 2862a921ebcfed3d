-- first: REPLACE INTO mysql.proxies_priv (Host, User, Proxied_host, Proxied_user, With_grant, Grantor) VALUES ('%', 'root', '', '', 1, '')
-- first: FLUSH PRIVILEGES
-- same: SHOW GRANTS FOR m_user
-- same: SHOW GRANTS FOR 'm_o''reilly`"\\'@'10.0.%'
-- same: SELECT User, Host, Select_priv, Process_priv, Super_priv, Grant_priv, ssl_type, ssl_cipher, x509_subject, max_questions, max_updates, max_connections, max_user_connections, plugin FROM mysql.user WHERE User LIKE 'm\_%' ORDER BY 1, 2
-- same: SELECT Host, Db, User, Select_priv, Grant_priv FROM mysql.db WHERE User LIKE 'm\_%' ORDER BY 1, 2, 3
-- same: SELECT Host, Db, User, Table_name, Table_priv, Column_priv FROM mysql.tables_priv WHERE User LIKE 'm\_%' ORDER BY 1, 2, 3, 4
-- same: SELECT Host, Db, User, Table_name, Column_name, Column_priv FROM mysql.columns_priv WHERE User LIKE 'm\_%' ORDER BY 1, 2, 3, 4, 5
-- same: SELECT Host, User, Proxied_host, Proxied_user, With_grant FROM mysql.proxies_priv WHERE User LIKE 'm\_%' ORDER BY 1, 2, 3, 4
-- gives: SELECT COUNT(*) FROM mysql.user WHERE User LIKE 'm\_%' => 5
-- same: SHOW GRANTS FOR ''@'m.example.com'
-- same: SELECT User, Host, plugin, max_questions, max_updates, max_connections, max_user_connections FROM mysql.user WHERE Host = 'm.example.com'
-- gives: SELECT CONCAT(User, Db, Select_priv) FROM mysql.db WHERE Host = 'm.example.com' => shopY
CREATE TABLE t (id INT PRIMARY KEY, `sec``ret` INT)
CREATE USER m_user IDENTIFIED BY 'a ''quoted'' \\ pässword'
CREATE USER m_user@localhost IDENTIFIED BY ''
CREATE USER 'm_o''reilly`"\\'@'10.0.%' IDENTIFIED BY 'x'
CREATE USER m_proxied IDENTIFIED BY 'x'
CREATE USER m_proxy@'%.example.com' IDENTIFIED BY 'x'
GRANT SELECT, PROCESS ON *.* TO m_user WITH GRANT OPTION
GRANT ALL ON shop.* TO m_user@localhost
GRANT SELECT, CREATE VIEW ON `sh\_p`.* TO 'm_o''reilly`"\\'@'10.0.%' WITH GRANT OPTION
GRANT SELECT (id), UPDATE (`sec``ret`), INSERT ON shop.t TO 'm_o''reilly`"\\'@'10.0.%'
GRANT PROXY ON m_proxied TO m_proxy@'%.example.com' WITH GRANT OPTION
GRANT SUPER ON *.* TO m_proxied
CREATE USER ''@'m.example.com' IDENTIFIED BY 'x'
GRANT SELECT ON shop.* TO ''@'m.example.com'
