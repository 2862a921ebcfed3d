-- on: mysql-5.6
-- same: SELECT User, Host, plugin, CONCAT(authentication_string, Password), password_expired FROM mysql.user WHERE User LIKE 'm\_%' ORDER BY 1
-- gives: SELECT COUNT(*) FROM mysql.user WHERE User LIKE 'm\_%' AND CONCAT(authentication_string, Password) LIKE '*%' => 2
CREATE USER m_native IDENTIFIED BY 'x'
CREATE USER m_empty
CREATE USER m_expired IDENTIFIED WITH mysql_native_password AS '*0D3CED9BEC10A777AEC23CCC353A8C08A633045E'
ALTER USER m_expired PASSWORD EXPIRE
CREATE USER m_sha256 IDENTIFIED WITH sha256_password
