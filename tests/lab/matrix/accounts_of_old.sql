-- on: mysql-5.6
-- same: SELECT User, Host, plugin, CONCAT(authentication_string, Password), password_expired FROM mysql.user WHERE User LIKE 'm\_%' ORDER BY 1
-- gives: SELECT COUNT(*) FROM mysql.user WHERE User LIKE 'm\_%' AND CONCAT(authentication_string, Password) LIKE '*%' => 2
-- gives: SELECT CONCAT(LEFT(authentication_string, 3), LENGTH(authentication_string) > 40) FROM mysql.user WHERE User = 'm_sha256' => $5$1
-- gives: SELECT LENGTH(CONCAT(authentication_string, Password)) FROM mysql.user WHERE User = 'm_older' => 16
-- gives: SELECT CONCAT_WS(' ', max_questions, max_updates, max_connections, max_user_connections) FROM mysql.user WHERE User = 'm_limited' => 1 2 3 4
CREATE USER m_native IDENTIFIED BY 'x'
CREATE USER m_empty
CREATE USER m_limited
GRANT USAGE ON *.* TO m_limited WITH MAX_QUERIES_PER_HOUR 1 MAX_UPDATES_PER_HOUR 2 MAX_CONNECTIONS_PER_HOUR 3 MAX_USER_CONNECTIONS 4
CREATE USER m_expired IDENTIFIED WITH mysql_native_password AS '*0D3CED9BEC10A777AEC23CCC353A8C08A633045E'
ALTER USER m_expired PASSWORD EXPIRE
CREATE USER m_sha256 IDENTIFIED WITH sha256_password
SET old_passwords = 2
SET PASSWORD FOR m_sha256 = PASSWORD('two')
SET old_passwords = 1
CREATE USER m_older IDENTIFIED WITH mysql_old_password
SET PASSWORD FOR m_older = OLD_PASSWORD('three')
SET old_passwords = 0
CREATE USER m_older_empty IDENTIFIED WITH mysql_old_password
CREATE USER m_sha256_empty IDENTIFIED WITH sha256_password
