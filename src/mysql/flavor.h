// Every difference between server families and versions that is a matter of words: statement names, column names,
// procedure names, features. Nobody else compares versions.
#pragma once

#include <string>
#include <string_view>

namespace darbe::mysql {

enum class Family { mysql, mariadb };

struct Version {
  int major = 0;
  int minor = 0;
  int patch = 0;
  auto operator<=>(const Version&) const = default;
};

// "9.7.4", "5.7.44-RDS.20240408", "10.11.14-MariaDB-log", "5.5.5-10.11.6-MariaDB". Throws: Error{failed}.
Version parse_version(std::string_view text);

class Flavor {
 public:
  Flavor(Family family, Version version) : family_(family), version_(version) {}
  // From what `SELECT VERSION()` says.
  static Flavor from_server(std::string_view version_text);
  // From DescribeDBInstances' Engine and EngineVersion ("mysql", "9.7.4").
  static Flavor from_api(std::string_view engine, std::string_view engine_version);

  Family family() const { return family_; }
  Version version() const { return version_; }
  bool is_mariadb() const { return family_ == Family::mariadb; }
  bool at_least(int major, int minor, int patch = 0) const { return version_ >= Version{major, minor, patch}; }

  // SHOW REPLICA STATUS (MySQL ≥ 8.0.22, MariaDB ≥ 10.5.1) or SHOW SLAVE STATUS, and the columns' words within.
  std::string_view show_replica_status() const;
  std::string_view column_io_running() const;  // Replica_IO_Running | Slave_IO_Running
  std::string_view column_sql_running() const;
  std::string_view column_relay_source_log_file() const;  // Relay_Source_Log_File | Relay_Master_Log_File
  std::string_view column_exec_source_log_pos() const;
  std::string_view column_read_source_log_pos() const;
  std::string_view column_source_log_file() const;
  std::string_view column_seconds_behind_source() const;
  std::string_view column_source_host() const;
  // SHOW BINARY LOG STATUS (MySQL ≥ 8.2) or SHOW MASTER STATUS.
  std::string_view show_binary_log_status() const;
  // SOURCE_POS_WAIT (MySQL ≥ 8.0.26) or MASTER_POS_WAIT.
  std::string_view source_pos_wait() const;
  // Slave_open_temp_tables | Replica_open_temp_tables: name of the status variable.
  std::string_view status_open_temp_tables() const;
  // max_execution_time (MySQL ≥ 5.7.8) | max_statement_time (MariaDB): the variable; empty where there is none.
  std::string_view statement_time_limit() const;
  // RDS's procedures: mysql.rds_set_external_source (MySQL ≥ 8.4) or …_master; rds_reset_external_…
  std::string_view set_external_source() const;
  std::string_view reset_external_source() const;

  bool has_tls() const;            // all but MySQL 5.6
  bool has_gtid_executed() const;  // MySQL
  bool has_roles() const;          // MySQL ≥ 8.0, MariaDB
  bool has_invisible_columns() const;
  bool json_is_a_type() const;        // MySQL ≥ 5.7; MariaDB's JSON is LONGTEXT
  bool filters_are_dynamic() const;   // replicate-… can change without a restart; not on 5.6
  bool has_show_create_user() const;  // MySQL ≥ 5.7, MariaDB

 private:
  Family family_;
  Version version_;
};

// MySQL replicates to the same or the next release series, MariaDB to the same or a later one, never across families
// (facts/rds-mysql.md 1.1).
bool can_follow(const Flavor& source, const Flavor& target);

}  // namespace darbe::mysql
