-- gives: SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_NAME = 'select' => 12
-- gives: SELECT `odd ``db``%_'".-;`.`5e3`.`v` FROM `odd ``db``%_'".-;`.`5e3` => fünf
CREATE TABLE `select` (`from` INT PRIMARY KEY, `a``b c` TEXT, `1st` INT, `%s` INT, `{}` INT, `a.b` INT, `a'b` INT, `a"b` INT, `日本` INT, `a\\` INT,
  `PRIMARY` INT, `KEY` INT, KEY `k,(` (`a'b`), KEY `k ``2` (`a``b c`(5)), UNIQUE KEY `a.b` (`%s`, `{}`), KEY `日本` (`日本` DESC)) COMMENT='it''s, (a) `c`, \\ "'
INSERT INTO `select` VALUES (1, 'v', 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)
CREATE TABLE `t%s``'"\\ ,;(` (`x` INT AUTO_INCREMENT PRIMARY KEY, CONSTRAINT `f ``'"` FOREIGN KEY (`x`) REFERENCES `select` (`from`))
INSERT INTO `t%s``'"\\ ,;(` VALUES (1)
CREATE TABLE aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa (bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb INT,
  KEY cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc (bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb))
INSERT INTO aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa VALUES (1)
CREATE TABLE `таблица` (`ключ` INT PRIMARY KEY, `знач` TEXT)
INSERT INTO `таблица` VALUES (1, 'да')
CREATE TABLE `Upper` (Id INT PRIMARY KEY)
CREATE TABLE `upper` (id INT PRIMARY KEY)
INSERT INTO `Upper` VALUES (1)
CREATE TABLE `123` (`456` INT PRIMARY KEY)
INSERT INTO `123` VALUES (1)
CREATE DATABASE `odd ``db``%_'".-;` CHARACTER SET cp1251
CREATE TABLE `odd ``db``%_'".-;`.`5e3` (id INT PRIMARY KEY, v VARCHAR(10) CHARACTER SET latin1)
INSERT INTO `odd ``db``%_'".-;`.`5e3` VALUES (1, 'fünf')
CREATE VIEW `odd ``db``%_'".-;`.`v ``'"` AS SELECT `v` AS `v``` FROM `odd ``db``%_'".-;`.`5e3`
CREATE DATABASE `группа`
CREATE TABLE `группа`.`order` (`group` INT PRIMARY KEY)
CREATE PROCEDURE `группа`.`p ``'"`(`a ``'"` INT) COMMENT 'it''s' SELECT `a ``'"`
CREATE TRIGGER `группа`.`tr ``'"` BEFORE INSERT ON `группа`.`order` FOR EACH ROW SET NEW.`group` = NEW.`group`
USE `группа`
SET NAMES latin1
CREATE PROCEDURE by_latin1() SELECT 'ä'
CREATE TRIGGER by_latin1 AFTER INSERT ON `order` FOR EACH ROW SET @x = 1
CREATE EVENT by_latin1 ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' DO SET @x = 1
SET NAMES utf8mb4
ALTER DATABASE `группа` COLLATE utf8mb4_unicode_ci
