#include "lab/procedures.h"

#include <map>

#include <fmt/format.h>

namespace darbe::lab {

namespace {

using Statements = std::vector<std::string>;
using Words = std::map<std::string, std::string>;

// What differs between the old and the new dialect, by the names that the texts below use.
Words words_of(const mysql::Flavor& flavor) {
  const bool current = !flavor.is_mariadb() && flavor.at_least(8, 4);
  Words words;
  words["Replica"] = current ? "Replica" : "Slave";
  words["REPLICA"] = current ? "REPLICA" : "SLAVE";
  words["SOURCE"] = current ? "SOURCE" : "MASTER";
  words["source"] = current ? "source" : "master";
  words["CHANGE"] = current ? "CHANGE REPLICATION SOURCE TO" : "CHANGE MASTER TO";
  words["SKIP"] = current ? "sql_replica_skip_counter" : "sql_slave_skip_counter";
  // By file and position, whatever was there before.
  words["BY_POSITION"] = current ? ", SOURCE_AUTO_POSITION = 0" : flavor.is_mariadb() ? ", MASTER_USE_GTID = no" : "";
  return words;
}

// Which channel a procedure is about: the default one, or the one that its last parameter names.
enum class Channel { unnamed, named };

// ABSENT, OFF, ON, or BROKEN when only one of the channel's two threads runs.
std::string look_at_state(const mysql::Flavor& flavor, Channel channel) {
  if (!flavor.is_mariadb() && flavor.at_least(8, 0)) {
    return fmt::format(
        R"(SET v_state = COALESCE((SELECT CASE WHEN c.SERVICE_STATE = 'ON' AND a.SERVICE_STATE = 'ON' THEN 'ON'
      WHEN c.SERVICE_STATE = 'OFF' AND a.SERVICE_STATE = 'OFF' THEN 'OFF' ELSE 'BROKEN' END
    FROM performance_schema.replication_connection_status c
    JOIN performance_schema.replication_applier_status a USING (CHANNEL_NAME) WHERE CHANNEL_NAME = {}), 'ABSENT');)",
        channel == Channel::named ? "for_channel" : "''");
  }
  const char* threads = flavor.is_mariadb() ? "COMMAND IN ('Slave_IO', 'Slave_SQL')" : "COMMAND = 'Connect'";
  return fmt::format(R"(SET v_state = IF((SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS
      WHERE VARIABLE_NAME = 'SLAVE_RUNNING') = 'ON', 'ON',
    IF((SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = 'system user' AND {}) > 0, 'BROKEN', 'OFF'));)",
                     threads);
}

struct Procedure {
  std::string name;
  std::string parameters;
  std::string body;  // in the words of words_of(), as {{word}}
};

std::string replaced(std::string text, const Words& words) {
  for (const auto& [word, value] : words) {
    const std::string mark = "{" + word + "}";
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size())) {
      text.replace(at, mark.size(), value);
    }
  }
  return text;
}

const char* const run_command = R"(
  PREPARE darbe_statement FROM @darbe_command;
  SET @darbe_command = NULL;
  EXECUTE darbe_statement;
  DEALLOCATE PREPARE darbe_statement;)";

constexpr int channels_max = 15;

// What statements and checks are like for a channel, by the names that the texts below use.
Words words_of_channel(Channel channel) {
  Words words;
  if (channel == Channel::unnamed) {
    words["START_REPLICA"] = "START {REPLICA};";
    words["STOP_REPLICA"] = "STOP {REPLICA};";
    words["RESET_REPLICA"] = "RESET {REPLICA} ALL;";
    words["LAST_LOG"] =
        "master_log_file FROM mysql.rds_history WHERE master_log_file IS NOT NULL ORDER BY id DESC LIMIT 1";
    for (const char* name : {"FOR_CHANNEL", "CHECK_CHANNEL", "CHECK_NEW_CHANNEL"}) words[name] = "";
    return words;
  }
  const auto prepared = [](std::string_view statement) {
    return fmt::format("SET @darbe_command = CONCAT('{} FOR CHANNEL ', QUOTE(for_channel));{}", statement, run_command);
  };
  words["START_REPLICA"] = prepared("START {REPLICA}");
  words["STOP_REPLICA"] = prepared("STOP {REPLICA}");
  words["RESET_REPLICA"] = prepared("RESET {REPLICA} ALL");
  words["LAST_LOG"] =
      "Master_log_name AS master_log_file FROM mysql.slave_master_info WHERE Channel_name = for_channel";
  words["FOR_CHANNEL"] = ", ' FOR CHANNEL ', QUOTE(for_channel)";
  words["CHECK_CHANNEL"] = R"(IF for_channel IS NULL OR for_channel = '' THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'The channel name must not be empty.';
  END IF;)";
  words["CHECK_NEW_CHANNEL"] =
      fmt::format(R"(IF (SELECT COUNT(*) FROM performance_schema.replication_connection_configuration c
      WHERE c.CHANNEL_NAME <> for_channel) >= {} THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'A server can have at most {} channels.';
  END IF;
  IF (SELECT COUNT(*) FROM performance_schema.replication_connection_configuration c
      WHERE c.CHANNEL_NAME <> for_channel AND c.HOST = TRIM(host) AND c.PORT = port) > 0 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'Another channel has the same host and port.';
  END IF;)",
                  channels_max, channels_max);
  return words;
}

class Writer {
 public:
  Writer(const mysql::Flavor& flavor, Channel channel) : channel_(channel), words_(words_of(flavor)) {
    for (const auto& [word, text] : words_of_channel(channel)) words_[word] = replaced(text, words_);
    words_["STATE"] = look_at_state(flavor, channel);
    words_["REFUSE_REPLICA"] =
        "IF (SELECT COUNT(*) FROM mysql.rds_history WHERE action = 'disable set master') > 0 THEN\n"
        "    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'Permission Denied: This instance is a RDS Read Replica.';\n  "
        "END IF;";
    words_["REFUSE_RUNNING"] = replaced(
        "IF v_state IN ('ON', 'BROKEN') THEN\n"
        "    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{Replica} is running. First call "
        "mysql.rds_stop_replication.';\n  END IF;",
        words_);
    words_["PAUSE"] = "DO SLEEP(v_pause);";
    // The threads get two real seconds to come up however fast the lab runs.
    words_["WAIT_UNTIL_UP"] = replaced(
        "SET v_until = NOW(6) + INTERVAL 2 SECOND;\n  {STATE}\n"
        "  WHILE v_state <> 'ON' AND NOW(6) < v_until DO\n    DO SLEEP(0.05);\n    {STATE}\n  END WHILE;",
        words_);
    words_["HAS_ERROR"] =
        replaced("{Replica} has encountered an error. Run SHOW {REPLICA} STATUS\\\\G; to see the error.", words_);
  }

  void add(const Procedure& procedure) {
    const std::string text = fmt::format(R"(CREATE DEFINER = 'rdsadmin'@'localhost' PROCEDURE mysql.{}({})
SQL SECURITY DEFINER
BEGIN
  DECLARE v_state VARCHAR(20) DEFAULT 'ABSENT';
  DECLARE v_until DATETIME(6);
  DECLARE v_user VARCHAR(128);
  DECLARE v_logging INT DEFAULT @@session.sql_log_bin;
  DECLARE v_pause DOUBLE;
  IF @@session.autocommit = 0 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'autocommit must be 1 to call this procedure.';
  END IF;
  SET @@session.sql_log_bin = 0;
  BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION
  BEGIN
    SET @darbe_command = NULL;
    SET @@session.sql_log_bin = v_logging;
    RESIGNAL;
  END;
  SET v_pause = 1.0 / (SELECT value + 0 FROM mysql.rds_sysinfo WHERE name = 'lab_speed');
  {{CHECK_CHANNEL}}
  {}
  END;
  SET @@session.sql_log_bin = v_logging;
END)",
                                         name_of(procedure), parameters_of(procedure), procedure.body);
    statements_.push_back(replaced(text, words_));
  }

  Statements take() { return std::move(statements_); }
  std::string word(const std::string& name) const { return words_.at(name); }

 private:
  std::string name_of(const Procedure& procedure) const {
    return channel_ == Channel::named ? procedure.name + "_for_channel" : procedure.name;
  }

  // The channel's name comes last.
  std::string parameters_of(const Procedure& procedure) const {
    if (channel_ == Channel::unnamed) return procedure.parameters;
    return fmt::format("{}{}for_channel VARCHAR(64)", procedure.parameters, procedure.parameters.empty() ? "" : ", ");
  }

  const Channel channel_;
  Words words_;
  Statements statements_;
};

const char* const write_history = R"(
  INSERT INTO mysql.rds_history (called_by_user, action, mysql_version, master_host, master_port, master_user,
      master_log_file, master_log_pos, master_ssl, master_delay, auto_position, master_gtid)
  VALUES (USER(), )";

std::string history(std::string_view action, std::string_view values) {
  return fmt::format("{}'{}', VERSION(), {});", write_history, action, values);
}

std::string status_line(std::string_view action) {
  return fmt::format(
      "\n  INSERT INTO mysql.rds_replication_status (called_by_user, action, mysql_version) VALUES (USER(), '{}', "
      "VERSION());",
      action);
}

constexpr const char* source_parameters =
    "host VARCHAR(255), port INT, user_name TEXT, user_password TEXT, log_file TEXT, log_position BIGINT UNSIGNED, "
    "use_ssl TINYINT";

// CHANGE … TO with what every way of setting a source has; `rest` is SQL text that ends the CONCAT.
std::string change_command(std::string_view rest) {
  return fmt::format(R"(
  SET @darbe_command = CONCAT('{{CHANGE}} {{SOURCE}}_HOST = ', QUOTE(TRIM(host)), ', {{SOURCE}}_PORT = ', port,
      ', {{SOURCE}}_USER = ', QUOTE(TRIM(user_name)), ', {{SOURCE}}_PASSWORD = ', QUOTE(TRIM(user_password)),
      ', {{SOURCE}}_SSL = ', use_ssl{}{{FOR_CHANNEL}});)",
                     rest);
}

constexpr const char* check_delay = R"(
  IF delay IS NULL OR delay < 0 OR delay > 86400 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'For source delay the value must be between 0 and 86400 inclusive.';
  END IF;)";

void add_set_external(Writer& writer) {
  const std::string checks = "{STATE}\n  {REFUSE_REPLICA}\n  {REFUSE_RUNNING}\n  {CHECK_NEW_CHANNEL}";
  const auto body = [&](std::string_view delay) {
    return fmt::format(
        "{}{}{}{}", checks,
        change_command(
            fmt::format(", ', {{SOURCE}}_LOG_FILE = ', QUOTE(TRIM(log_file)), ', {{SOURCE}}_LOG_POS = ', log_position, "
                        "', {{SOURCE}}_DELAY = ', {}, '{{BY_POSITION}}'",
                        delay)),
        run_command,
        history("set {source}",
                fmt::format("TRIM(host), port, TRIM(user_name), TRIM(log_file), log_position, use_ssl, {}, 0, NULL",
                            delay)));
  };
  const std::string name = writer.word("source");
  writer.add({"rds_set_external_" + name, source_parameters, body("0")});
  writer.add({fmt::format("rds_set_external_{}_with_delay", name), fmt::format("{}, delay INT", source_parameters),
              check_delay + body("delay")});
}

void add_set_external_by_gtid(Writer& writer) {
  const std::string body = fmt::format(
      "{}\n  {{STATE}}\n  {{REFUSE_REPLICA}}\n  {{REFUSE_RUNNING}}\n  {{CHECK_NEW_CHANNEL}}{}{}{}", check_delay,
      change_command(", ', {SOURCE}_DELAY = ', delay, ', {SOURCE}_AUTO_POSITION = 1'"), run_command,
      history("set {source}", "TRIM(host), port, TRIM(user_name), NULL, NULL, use_ssl, delay, 1, NULL"));
  writer.add({fmt::format("rds_set_external_{}_with_auto_position", writer.word("source")),
              "host VARCHAR(255), port INT, user_name TEXT, user_password TEXT, use_ssl TINYINT, delay INT", body});
  writer.add({fmt::format("rds_set_{}_auto_position", writer.word("source")), "auto_position_mode INT",
              fmt::format(R"({{STATE}}
  {{REFUSE_REPLICA}}
  {{REFUSE_RUNNING}}
  IF auto_position_mode IS NULL OR auto_position_mode NOT IN (0, 1) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'The auto position mode must be 0 or 1.';
  END IF;
  SET @darbe_command = CONCAT('{{CHANGE}} {{SOURCE}}_AUTO_POSITION = ', auto_position_mode{{FOR_CHANNEL}});{}
  SELECT '{{SOURCE}}_AUTO_POSITION has been set' AS Message;)",
                          run_command)});
}

void add_mariadb_gtid(Writer& writer) {
  writer.add(
      {"rds_set_external_master_gtid",
       "host VARCHAR(255), port INT, user_name TEXT, user_password TEXT, gtid TEXT, use_ssl TINYINT",
       fmt::format(
           "{{STATE}}\n  {{REFUSE_REPLICA}}\n  {{REFUSE_RUNNING}}\n  SET GLOBAL gtid_slave_pos = TRIM(gtid);{}{}{}",
           change_command(", ', MASTER_USE_GTID = slave_pos'"), run_command,
           history("set master gtid", "TRIM(host), port, TRIM(user_name), NULL, NULL, use_ssl, 0, 1, TRIM(gtid)"))});
  writer.add({"rds_replica_status", "", "SHOW ALL REPLICAS STATUS;"});
}

void add_start_and_stop(Writer& writer) {
  const std::string up = R"(
  {PAUSE}
  {WAIT_UNTIL_UP}
  IF v_state <> 'ON' THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{HAS_ERROR}';
  END IF;
  SELECT '{Replica} running normally.' AS Message;)";
  const std::string refuse_running = R"({STATE}
  IF v_state = 'ON' THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT =
      '{Replica} may already be running. Call rds_stop_replication to stop replication.';
  END IF;)";
  writer.add(
      {"rds_start_replication", "", refuse_running + "\n  {START_REPLICA}" + status_line("start {source}") + up});
  writer.add({"rds_stop_replication", "",
              R"({STATE}
  IF v_state IN ('OFF', 'ABSENT') THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT =
      '{Replica} is already stopped or may not be configured. Run SHOW {REPLICA} STATUS\\G;';
  END IF;
  {STOP_REPLICA})" +
                  status_line("stop {source}") + R"(
  {PAUSE}
  {STATE}
  IF v_state <> 'OFF' THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{HAS_ERROR}';
  END IF;
  SELECT '{Replica} is down or disabled' AS Message;)"});
}

void add_start_until(Writer& writer) {
  const std::string refuse = R"({STATE}
  IF v_state IN ('ON', 'BROKEN') THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT =
      '{Replica} may already be running. Call rds_stop_replication to stop replication.';
  END IF;)";
  const std::string done =
      fmt::format("{}{}\n  {{PAUSE}}\n  SELECT '{{Replica}} started until the position given.' AS Message;",
                  run_command, status_line("start {source} until"));
  writer.add({"rds_start_replication_until", "log_file TEXT, log_position BIGINT", refuse + R"(
  SET @darbe_command = CONCAT('START {REPLICA} UNTIL {SOURCE}_LOG_FILE = ', QUOTE(TRIM(log_file)),
      ', {SOURCE}_LOG_POS = ', log_position{FOR_CHANNEL});)" + done});
  writer.add({"rds_start_replication_until_gtid", "gtid TEXT",
              refuse +
                  "\n  SET @darbe_command = CONCAT('START {REPLICA} UNTIL SQL_AFTER_GTIDS = ', "
                  "QUOTE(TRIM(gtid)){FOR_CHANNEL});" +
                  done});
}

void add_reset(Writer& writer) {
  writer.add({"rds_reset_external_" + writer.word("source"), "",
              "{REFUSE_REPLICA}\n  {STOP_REPLICA}\n  {RESET_REPLICA}" +
                  history("reset {source}", "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL") +
                  "\n  SELECT '{Replica} has been reset' AS Message;"});
}

void add_repairs(Writer& writer) {
  writer.add({"rds_skip_repl_error", "", R"({STATE}
  IF v_state = 'ON' THEN
    SELECT '{Replica} is running normally. No errors detected to skip.' AS Message;
  ELSEIF v_state <> 'BROKEN' THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{Replica} is down or disabled.';
  ELSE
    {STOP_REPLICA}
    SET GLOBAL {SKIP} = 1;
    {START_REPLICA}
    SELECT 'Statement in error has been skipped' AS Message;
    {PAUSE}
    {WAIT_UNTIL_UP}
    IF v_state = 'ON' THEN
      SELECT '{Replica} running normally.' AS Message;
    ELSE
      SELECT '{HAS_ERROR}' AS Message;
    END IF;
  END IF;)"});
  writer.add({fmt::format("rds_next_{}_log", writer.word("source")), "current_log INT",
              fmt::format(R"({{STATE}}
  {{REFUSE_REPLICA}}
  IF v_state <> 'BROKEN' THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'The receiver has no error 1236: there is nothing to skip to.';
  END IF;
  {{STOP_REPLICA}}
  SET @darbe_command = (SELECT CONCAT('{{CHANGE}} {{SOURCE}}_LOG_FILE = ',
      QUOTE(CONCAT(SUBSTRING_INDEX(master_log_file, '.', 1), '.', LPAD(current_log + 1, 6, '0'))),
      ', {{SOURCE}}_LOG_POS = 4'{{FOR_CHANNEL}}) FROM (SELECT {{LAST_LOG}}) last_log);{}
  {{START_REPLICA}}
  {{PAUSE}}
  {{WAIT_UNTIL_UP}}
  IF v_state <> 'ON' THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{{HAS_ERROR}}';
  END IF;
  SELECT '{{Replica}} running normally.' AS Message;)",
                          run_command)});
}

// `then` notes it where rds_show_configuration looks.
void add_delay(Writer& writer, std::string_view then) {
  writer.add({"rds_set_source_delay", "delay INT",
              fmt::format(R"({}
  {{STATE}}
  {{STOP_REPLICA}}
  SET @darbe_command = CONCAT('{{CHANGE}} {{SOURCE}}_DELAY = ', delay{{FOR_CHANNEL}});{}
  IF v_state = 'ON' THEN {{START_REPLICA}} END IF;
  {})",
                          check_delay, run_command, then)});
}

void add_settings(Writer& writer) {
  add_delay(writer, "UPDATE mysql.rds_configuration SET value = delay WHERE name = 'source delay';");
  writer.add({"rds_set_configuration", "setting VARCHAR(30), setting_value INT", R"(
  IF setting = 'binlog retention hours' THEN
    IF setting_value IS NOT NULL AND (setting_value < 1 OR setting_value > 168) THEN
      SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT =
        'For binlog retention hours the value must be between 1 and 168 inclusive or be NULL';
    END IF;
    UPDATE mysql.rds_configuration SET value = setting_value WHERE name = 'binlog retention hours';
  ELSEIF setting = 'source delay' THEN
    CALL mysql.rds_set_source_delay(setting_value);
  ELSEIF setting = 'target delay' THEN
    IF setting_value IS NULL OR setting_value < 0 OR setting_value > 86400 THEN
      SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'For target delay the value must be between 0 and 86400 inclusive.';
    END IF;
    UPDATE mysql.rds_configuration SET value = setting_value WHERE name = 'target delay';
  ELSE
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT =
      'Invalid configuration name. It is one of binlog retention hours, source delay, target delay.';
  END IF;)"});
  writer.add(
      {"rds_show_configuration", "", "SELECT name, value, description FROM mysql.rds_configuration ORDER BY name;"});
}

struct Kill {
  std::string name;
  std::string_view word;
  std::string_view column;  // of PROCESSLIST
};

void add_kill(Writer& writer, const Kill& kill) {
  writer.add({kill.name, "wanted BIGINT",
              fmt::format(R"(
  SET v_user = (SELECT USER FROM information_schema.PROCESSLIST WHERE {} = wanted);
  IF v_user IN ('rdsadmin', 'rdsrepladmin', 'system user', 'event_scheduler') THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'CANNOT KILL RDSADMIN SESSION';
  END IF;
  SET @darbe_command = CONCAT('KILL {} ', wanted);{})",
                          kill.column, kill.word, run_command)});
}

void add_kills(Writer& writer, const mysql::Flavor& flavor) {
  add_kill(writer, {"rds_kill", "CONNECTION", "ID"});
  add_kill(writer, {"rds_kill_query", "QUERY", "ID"});
  if (flavor.is_mariadb()) add_kill(writer, {"rds_kill_query_id", "QUERY ID", "QUERY_ID"});
}

// The table of a log becomes its backup, in place of the backup before; an empty one takes its place.
void add_log_rotation(Writer& writer) {
  for (const std::string log : {"general_log", "slow_log"})
    writer.add({"rds_rotate_" + log, "",
                fmt::format(R"(CREATE TABLE IF NOT EXISTS mysql.{0}2 LIKE mysql.{0};
  DROP TABLE IF EXISTS mysql.{0}_backup;
  RENAME TABLE mysql.{0} TO mysql.{0}_backup, mysql.{0}2 TO mysql.{0};)",
                            log)});
}

void add_buffer_pool(Writer& writer) {
  for (const char* name : {"dump_now", "load_now", "load_abort"})
    writer.add({fmt::format("rds_innodb_buffer_pool_{}", name), "",
                fmt::format("SET GLOBAL innodb_buffer_pool_{} = 1;", name)});
}

void add_gtid_repairs(Writer& writer) {
  writer.add({"rds_set_external_source_gtid_purged", "server_uuid VARCHAR(36), first_number BIGINT, last_number BIGINT",
              R"({STATE}
  {REFUSE_REPLICA}
  {REFUSE_RUNNING}
  IF server_uuid IS NULL OR NOT REGEXP_LIKE(server_uuid, '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$', 'c') THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'The server UUID is malformed: it has lower-case hexadecimal digits only.';
  END IF;
  IF server_uuid = @@global.server_uuid THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'The server UUID is this very server''s.';
  END IF;
  IF first_number IS NULL OR last_number IS NULL OR first_number < 1 OR last_number < first_number THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'The first transaction must be at least 1 and the last not before it.';
  END IF;
  SET @darbe_command = CONCAT(server_uuid, ':', first_number, '-', last_number);
  IF GTID_SUBTRACT(@darbe_command, @@global.gtid_executed) <> @darbe_command THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'Some of these transactions were executed on this server.';
  END IF;
  SET GLOBAL gtid_purged = CONCAT('+', @darbe_command);
  SET @darbe_command = NULL;)"});
  writer.add({"rds_skip_transaction_with_gtid", "gtid_to_skip VARCHAR(100)", R"({STATE}
  IF v_state <> 'BROKEN' THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{Replica} has no error: there is no transaction to skip.';
  END IF;
  STOP {REPLICA};
  SET @@session.sql_log_bin = v_logging;
  SET SESSION gtid_next = gtid_to_skip;
  COMMIT;
  SET SESSION gtid_next = AUTOMATIC;
  START {REPLICA};
  SELECT 'Transaction has been skipped successfully.' AS Message;)"});
}

Statements tables() {
  return {
      "CREATE TABLE mysql.rds_sysinfo (name VARCHAR(25) PRIMARY KEY, value VARCHAR(100)) ENGINE = InnoDB",
      "CREATE TABLE mysql.rds_heartbeat2 (id INT NOT NULL PRIMARY KEY, value BIGINT) ENGINE = InnoDB",
      "CREATE TABLE mysql.rds_configuration (name VARCHAR(100) PRIMARY KEY, value VARCHAR(100), description "
      "VARCHAR(300)) "
      "ENGINE = InnoDB",
      R"(CREATE TABLE mysql.rds_history (id BIGINT AUTO_INCREMENT PRIMARY KEY,
  action_timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP, called_by_user VARCHAR(352), action VARCHAR(20),
  mysql_version VARCHAR(50), master_host VARCHAR(255), master_port INT, master_user TEXT, master_log_file TEXT,
  master_log_pos BIGINT UNSIGNED, master_ssl TINYINT, master_delay INT, auto_position TINYINT, master_gtid TEXT)
  ENGINE = InnoDB)",
      R"(CREATE TABLE mysql.rds_replication_status (id BIGINT AUTO_INCREMENT PRIMARY KEY,
  action_timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP, called_by_user VARCHAR(352), action VARCHAR(20),
  mysql_version VARCHAR(50)) ENGINE = InnoDB)",
      "INSERT INTO mysql.rds_sysinfo VALUES ('lab_speed', '1')",
      R"(INSERT INTO mysql.rds_configuration VALUES
  ('binlog retention hours', NULL,
   'binlog retention hours specifies the duration in hours before binary logs are automatically deleted.'),
  ('source delay', '0', 'source delay specifies replication delay in seconds between current instance and its master.'),
  ('target delay', '0', 'target delay specifies replication delay in seconds between current instance and its future read-replica.'))",
  };
}

bool has_channels(const mysql::Flavor& flavor) {
  if (flavor.is_mariadb()) return false;
  if (flavor.at_least(8, 0)) return flavor.at_least(8, 0, 35);
  return flavor.at_least(5, 7, 44);
}

Statements procedures(const mysql::Flavor& flavor) {
  Writer writer(flavor, Channel::unnamed);
  add_set_external(writer);
  add_reset(writer);
  add_start_and_stop(writer);
  add_repairs(writer);
  add_settings(writer);
  add_kills(writer, flavor);
  add_log_rotation(writer);
  if (flavor.is_mariadb()) {
    add_mariadb_gtid(writer);
  } else {
    add_buffer_pool(writer);
  }
  if (!flavor.is_mariadb() && flavor.at_least(5, 7)) {
    add_set_external_by_gtid(writer);
    add_start_until(writer);
    add_gtid_repairs(writer);
  }
  return writer.take();
}

Statements channel_procedures(const mysql::Flavor& flavor) {
  Writer writer(flavor, Channel::named);
  add_set_external(writer);
  add_set_external_by_gtid(writer);
  add_reset(writer);
  add_start_and_stop(writer);
  add_start_until(writer);
  add_repairs(writer);
  add_delay(writer, "");
  return writer.take();
}

}  // namespace

Statements rds_schema(const mysql::Flavor& flavor) {
  Statements result = tables();
  for (std::string& statement : procedures(flavor)) result.push_back(std::move(statement));
  if (has_channels(flavor))
    for (std::string& statement : channel_procedures(flavor)) result.push_back(std::move(statement));
  return result;
}

std::string set_speed_statement(double speed) {
  return fmt::format("REPLACE INTO mysql.rds_sysinfo (name, value) VALUES ('lab_speed', '{}')", speed);
}

std::string remember_replica_statement() {
  return "INSERT INTO mysql.rds_history (called_by_user, action, mysql_version, master_user) "
         "VALUES (USER(), 'disable set master', VERSION(), 'rdsrepladmin')";
}

}  // namespace darbe::lab
