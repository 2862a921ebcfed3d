-- What the demo's source holds. Statements are separated by empty lines; a line "-- as NAME" says who runs those below it,
-- and {password} stands for the application users' password. The instance's parameter group still has
-- innodb_file_per_table=0, so tables live in ibdata1 unless they name a tablespace.

-- as root

SET SESSION cte_max_recursion_depth = 1000000

CREATE DATABASE putio CHARACTER SET utf8mb4

CREATE DATABASE mogilefs CHARACTER SET utf8mb4

CREATE DATABASE scratch

CREATE USER putio@'%' IDENTIFIED BY '{password}'

GRANT ALL PRIVILEGES ON putio.* TO putio@'%'

CREATE USER mogile@'%' IDENTIFIED BY '{password}'

GRANT SELECT, INSERT, UPDATE, DELETE ON mogilefs.* TO mogile@'%'

CREATE USER reports@'%' IDENTIFIED BY '{password}'

GRANT SELECT ON putio.* TO reports@'%'

CREATE TABLE putio.users (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(64) NOT NULL,
  email VARCHAR(128) NOT NULL,
  disk_used BIGINT UNSIGNED NOT NULL DEFAULT 0,
  settings JSON,
  created_at DATETIME(6) NOT NULL,
  UNIQUE KEY name (name),
  KEY created_at (created_at)
)

CREATE TABLE putio.files (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id INT UNSIGNED NOT NULL,
  parent_id BIGINT UNSIGNED,
  name VARCHAR(255) NOT NULL,
  bytes BIGINT UNSIGNED NOT NULL,
  digest BINARY(32),
  notes TEXT,
  megabytes DECIMAL(20, 3) GENERATED ALWAYS AS (bytes / 1000000) STORED,
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  KEY user_name (user_id, name),
  KEY parent (parent_id),
  CONSTRAINT files_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
)

CREATE TABLE putio.transfers (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  user_id INT UNSIGNED NOT NULL,
  note VARCHAR(255) NOT NULL,
  KEY user_id (user_id),
  CONSTRAINT transfers_user FOREIGN KEY (user_id) REFERENCES users (id)
)

CREATE TABLE putio.transfer_log (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  transfer_id BIGINT UNSIGNED NOT NULL,
  what ENUM('added', 'changed', 'removed') NOT NULL,
  at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
)

CREATE TABLE putio.shares (
  user_id INT UNSIGNED NOT NULL,
  file_id BIGINT UNSIGNED NOT NULL,
  rights SET('read', 'write', 'share') NOT NULL DEFAULT 'read',
  PRIMARY KEY (user_id, file_id)
)

CREATE TABLE mogilefs.file (
  fid INT UNSIGNED NOT NULL PRIMARY KEY,
  dkey VARCHAR(255) CHARACTER SET ascii NOT NULL,
  length BIGINT UNSIGNED,
  class TINYINT UNSIGNED NOT NULL,
  UNIQUE KEY dkey (dkey)
)

CREATE TABLE mogilefs.file_on (
  fid INT UNSIGNED NOT NULL,
  devid MEDIUMINT UNSIGNED NOT NULL,
  PRIMARY KEY (fid, devid),
  KEY devid (devid)
) TABLESPACE = innodb_file_per_table

CREATE TABLE mogilefs.server_settings (field VARCHAR(50) NOT NULL PRIMARY KEY, value TEXT)

CREATE TABLE mogilefs.pings (id BIGINT UNSIGNED NOT NULL PRIMARY KEY, note VARCHAR(255) NOT NULL)

CREATE TABLE scratch.left_behind (id INT NOT NULL PRIMARY KEY, text VARCHAR(200)) TABLESPACE = innodb_file_per_table

INSERT INTO putio.users (id, name, email, disk_used, settings, created_at)
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
  SELECT i, CONCAT('user-', i), CONCAT(SHA2(i, 224), '@example.com'), i * 7919, JSON_OBJECT('theme', IF(i % 2, 'dark', 'light'), 'İstanbul', i),
    '2010-11-01' + INTERVAL i HOUR + INTERVAL i * 997 MICROSECOND FROM n

INSERT INTO putio.files (user_id, parent_id, name, bytes, digest, notes, created_at)
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 80000)
  SELECT 1 + i % 2000, IF(i > 100, 4 * (1 + i % 25), NULL), CONCAT('dosya ', i, ' — ', LEFT(SHA2(i, 256), i % 40)), i * 104729, UNHEX(SHA2(i, 256)),
    IF(i % 10, REPEAT(SHA2(i, 512), 2 + i % 6), NULL), '2016-01-01 12:00:00' + INTERVAL i MINUTE FROM n

INSERT INTO putio.files (user_id, parent_id, name, bytes, digest, notes, created_at)
  SELECT user_id, parent_id, CONCAT('copy of ', name), bytes, digest, REVERSE(notes), created_at FROM putio.files

DELETE FROM putio.files WHERE id % 4 <> 0

INSERT INTO putio.shares (user_id, file_id, rights)
  SELECT 1 + (user_id + id) % 2000, id, 1 + id % 7 FROM putio.files WHERE id % 8 = 0

INSERT INTO mogilefs.file (fid, dkey, length, class)
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
  SELECT i, SHA2(i, 512), i * 31, i % 3 FROM n

INSERT INTO mogilefs.file_on (fid, devid) SELECT fid, fid % 97 FROM mogilefs.file UNION ALL SELECT fid, 100 + fid % 89 FROM mogilefs.file

DELETE FROM mogilefs.file WHERE fid % 2 <> 0

DELETE FROM mogilefs.file_on WHERE fid % 2 <> 0

INSERT INTO mogilefs.server_settings VALUES ('schema_version', '17'), ('default_mindevcount', '2'), ('empty', NULL)

INSERT INTO scratch.left_behind WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i, SHA2(i, 256) FROM n

SET SESSION foreign_key_checks = 0

ALTER TABLE putio.files ADD CONSTRAINT files_parent FOREIGN KEY (parent_id) REFERENCES putio.files (id) ON DELETE SET NULL

-- as putio

CREATE VIEW putio.usage_by_user AS
  SELECT u.name, COUNT(f.id) AS files, COALESCE(SUM(f.bytes), 0) AS bytes
  FROM putio.users u LEFT JOIN putio.files f ON f.user_id = u.id GROUP BY u.id, u.name

CREATE FUNCTION putio.display_name(which BIGINT UNSIGNED) RETURNS VARCHAR(300) READS SQL DATA
  RETURN (SELECT CONCAT(u.name, '/', f.name) FROM putio.files f JOIN putio.users u ON u.id = f.user_id WHERE f.id = which)

CREATE PROCEDURE putio.forget_user(IN which INT UNSIGNED)
BEGIN
  DELETE FROM putio.shares WHERE user_id = which;
  UPDATE putio.users SET disk_used = 0 WHERE id = which;
END

CREATE TRIGGER putio.transfer_added AFTER INSERT ON putio.transfers FOR EACH ROW
  INSERT INTO putio.transfer_log (transfer_id, what) VALUES (NEW.id, 'added')

CREATE TRIGGER putio.transfer_removed AFTER DELETE ON putio.transfers FOR EACH ROW
  INSERT INTO putio.transfer_log (transfer_id, what) VALUES (OLD.id, 'removed')

CREATE EVENT putio.purge_transfer_log ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 04:00:00' DO
  DELETE FROM putio.transfer_log WHERE at < NOW() - INTERVAL 90 DAY
