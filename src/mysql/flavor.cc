#include "mysql/flavor.h"

#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"

namespace darbe::mysql {

namespace {

// MariaDB servers put this in front of their version for clients of old (the handshake's "5.5.5-10.11.6-MariaDB").
constexpr std::string_view replication_prefix = "5.5.5-";

bool holds_mariadb(std::string_view text) {
  return text.find("MariaDB") != std::string_view::npos || text.find("mariadb") != std::string_view::npos;
}

// MySQL's release series in order; what lies between two of them is counted to the later one.
int series_of(Version version) {
  static constexpr std::array<Version, 6> last_of_series = {Version{5, 5, 999}, Version{5, 6, 999}, Version{5, 7, 999},
                                                            Version{8, 0, 999}, Version{8, 4, 999}, Version{9, 7, 999}};
  int series = 0;
  for (const Version& last : last_of_series) {
    if (version <= last) return series;
    ++series;
  }
  return series;
}

// MariaDB took the new statement but kept the old column names.
bool new_column(const Flavor& flavor) { return !flavor.is_mariadb() && flavor.at_least(8, 0, 22); }

}  // namespace

Version parse_version(std::string_view text) {
  std::string_view rest = text;
  if (holds_mariadb(text) && rest.starts_with(replication_prefix)) rest.remove_prefix(replication_prefix.size());
  Version version;
  int* const parts[] = {&version.major, &version.minor, &version.patch};
  int read = 0;
  for (int* part : parts) {
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), *part);
    if (error != std::errc()) break;
    ++read;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    if (!rest.starts_with('.')) break;
    rest.remove_prefix(1);
  }
  if (read < 2) throw base::Error(base::Kind::failed, fmt::format("'{}' is not a server version", text));
  return version;
}

Flavor Flavor::from_server(std::string_view version_text) {
  return Flavor(holds_mariadb(version_text) ? Family::mariadb : Family::mysql, parse_version(version_text));
}

Flavor Flavor::from_api(std::string_view engine, std::string_view engine_version) {
  if (engine != "mysql" && engine != "mariadb")
    throw base::Error(base::Kind::failed, fmt::format("engine '{}' is neither mysql nor mariadb", engine));
  return Flavor(engine == "mariadb" ? Family::mariadb : Family::mysql, parse_version(engine_version));
}

std::string_view Flavor::show_replica_status() const {
  const bool new_word = is_mariadb() ? at_least(10, 5, 1) : at_least(8, 0, 22);
  return new_word ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS";
}

std::string_view Flavor::column_io_running() const {
  return new_column(*this) ? "Replica_IO_Running" : "Slave_IO_Running";
}
std::string_view Flavor::column_sql_running() const {
  return new_column(*this) ? "Replica_SQL_Running" : "Slave_SQL_Running";
}
std::string_view Flavor::column_relay_source_log_file() const {
  return new_column(*this) ? "Relay_Source_Log_File" : "Relay_Master_Log_File";
}
std::string_view Flavor::column_exec_source_log_pos() const {
  return new_column(*this) ? "Exec_Source_Log_Pos" : "Exec_Master_Log_Pos";
}
std::string_view Flavor::column_read_source_log_pos() const {
  return new_column(*this) ? "Read_Source_Log_Pos" : "Read_Master_Log_Pos";
}
std::string_view Flavor::column_source_log_file() const {
  return new_column(*this) ? "Source_Log_File" : "Master_Log_File";
}
std::string_view Flavor::column_seconds_behind_source() const {
  return new_column(*this) ? "Seconds_Behind_Source" : "Seconds_Behind_Master";
}
std::string_view Flavor::column_source_host() const { return new_column(*this) ? "Source_Host" : "Master_Host"; }

std::string_view Flavor::show_binary_log_status() const {
  return !is_mariadb() && at_least(8, 2) ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS";
}

std::string_view Flavor::source_pos_wait() const {
  return !is_mariadb() && at_least(8, 0, 26) ? "SOURCE_POS_WAIT" : "MASTER_POS_WAIT";
}

std::string_view Flavor::status_open_temp_tables() const {
  return !is_mariadb() && at_least(8, 0, 26) ? "Replica_open_temp_tables" : "Slave_open_temp_tables";
}

std::string_view Flavor::statement_time_limit() const {
  if (is_mariadb()) return "max_statement_time";
  return at_least(5, 7, 8) ? "max_execution_time" : "";
}

std::string_view Flavor::set_external_source() const {
  return !is_mariadb() && at_least(8, 4) ? "mysql.rds_set_external_source" : "mysql.rds_set_external_master";
}

std::string_view Flavor::reset_external_source() const {
  return !is_mariadb() && at_least(8, 4) ? "mysql.rds_reset_external_source" : "mysql.rds_reset_external_master";
}

bool Flavor::has_tls() const { return is_mariadb() || at_least(5, 7); }
bool Flavor::has_gtid_executed() const { return !is_mariadb(); }
bool Flavor::has_roles() const { return is_mariadb() || at_least(8, 0); }
bool Flavor::has_invisible_columns() const { return is_mariadb() ? at_least(10, 3, 3) : at_least(8, 0, 23); }
bool Flavor::json_is_a_type() const { return !is_mariadb() && at_least(5, 7, 8); }
bool Flavor::filters_are_dynamic() const { return is_mariadb() || at_least(5, 7); }
bool Flavor::has_show_create_user() const { return is_mariadb() ? at_least(10, 2) : at_least(5, 7); }

bool can_follow(const Flavor& source, const Flavor& target) {
  if (source.family() != target.family()) return false;
  const auto series = [](const Flavor& flavor) { return std::pair(flavor.version().major, flavor.version().minor); };
  if (source.is_mariadb()) return series(target) >= series(source);
  const int step = series_of(target.version()) - series_of(source.version());
  if (step == 0) return series(target) >= series(source);
  return step == 1;
}

}  // namespace darbe::mysql
