-- on: mysql-9.7
-- first: INSTALL PLUGIN auth_socket SONAME 'auth_socket.so'
-- first: INSTALL PLUGIN authentication_webauthn SONAME 'authentication_webauthn.so'
-- first: INSTALL PLUGIN mysql_no_login SONAME 'mysql_no_login.so'
-- restore: DROP USER IF EXISTS m_socket, m_factors, m_definer
-- restore: UNINSTALL PLUGIN auth_socket
-- restore: UNINSTALL PLUGIN authentication_webauthn
-- restore: UNINSTALL PLUGIN mysql_no_login
-- reported: m_dual@% has a second password on the source
-- same: SHOW CREATE USER m_sha2
-- same: SHOW CREATE USER m_sha256
-- same: SHOW CREATE USER m_socket
-- same: SHOW CREATE USER m_factors
-- same: SHOW CREATE USER m_definer
-- gives: SELECT CONCAT_WS(' ', max_questions, max_updates, max_connections, max_user_connections) FROM mysql.user WHERE User = 'm_limited' => 1 2 3 4
-- same: SHOW CREATE USER m_strict
-- same: SHOW CREATE USER m_locked
-- same: SHOW CREATE USER m_role
-- same: SHOW GRANTS FOR m_strict
-- same: SHOW GRANTS FOR m_admin
-- same: SELECT User, Host, plugin, HEX(authentication_string), account_locked, password_expired, password_lifetime, Password_reuse_history, Password_reuse_time, Password_require_current, ssl_type, x509_issuer, max_user_connections, Create_role_priv FROM mysql.user WHERE User LIKE 'm\_%' ORDER BY 1
-- same: SELECT User, User_attributes FROM mysql.user WHERE User IN ('m_strict', 'm_locked', 'm_admin', 'm_factors') ORDER BY 1
-- same: SELECT * FROM mysql.default_roles WHERE USER LIKE 'm\_%'
-- same: SELECT * FROM mysql.role_edges WHERE TO_USER LIKE 'm\_%' ORDER BY 1, 2, 3, 4
-- same: SELECT USER, PRIV, WITH_GRANT_OPTION FROM mysql.global_grants WHERE USER LIKE 'm\_%' ORDER BY 1, 2
CREATE USER m_sha2 IDENTIFIED WITH caching_sha2_password BY 'one'
CREATE USER m_sha256 IDENTIFIED WITH sha256_password BY 'two'
CREATE USER m_strict IDENTIFIED BY 'x' REQUIRE ISSUER '/CN=it''s' WITH MAX_USER_CONNECTIONS 7 PASSWORD EXPIRE INTERVAL 90 DAY PASSWORD HISTORY 5 PASSWORD REUSE INTERVAL 365 DAY
  PASSWORD REQUIRE CURRENT OPTIONAL FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME 2 ATTRIBUTE '{"team": "ü''s", "n": 1}'
CREATE USER m_locked IDENTIFIED BY 'x' PASSWORD EXPIRE NEVER ACCOUNT LOCK COMMENT 'out of order'
CREATE USER m_expired IDENTIFIED BY 'x' PASSWORD EXPIRE
CREATE USER m_dual IDENTIFIED BY 'first'
ALTER USER m_dual IDENTIFIED BY 'second' RETAIN CURRENT PASSWORD
CREATE USER m_limited IDENTIFIED BY 'x' WITH MAX_QUERIES_PER_HOUR 1 MAX_UPDATES_PER_HOUR 2 MAX_CONNECTIONS_PER_HOUR 3 MAX_USER_CONNECTIONS 4
CREATE USER m_admin IDENTIFIED BY 'x'
CREATE ROLE m_role, m_upper
GRANT SELECT ON shop.* TO m_role
GRANT m_role TO m_upper WITH ADMIN OPTION
GRANT m_upper, m_role TO m_strict
SET DEFAULT ROLE m_upper TO m_strict
GRANT BACKUP_ADMIN, ROLE_ADMIN ON *.* TO m_admin
GRANT XA_RECOVER_ADMIN ON *.* TO m_admin WITH GRANT OPTION
CREATE USER m_socket IDENTIFIED WITH auth_socket AS 'daemon'
CREATE USER m_factors IDENTIFIED BY 'x' AND IDENTIFIED WITH authentication_webauthn
CREATE USER m_definer IDENTIFIED WITH mysql_no_login
