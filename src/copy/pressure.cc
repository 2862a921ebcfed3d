#include "copy/pressure.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <map>
#include <string_view>

#include "mysql/error.h"

namespace darbe::copy {

namespace {

using Values = std::map<std::string, std::uint64_t, std::less<>>;

// MySQL ≥ 8.0.30 has the first three, MariaDB the last two, and older servers none.
Values read_status(mysql::Connection& target) {
  const mysql::Result result = target.query(
      "SHOW GLOBAL STATUS WHERE Variable_name IN ('Innodb_redo_log_checkpoint_lsn', 'Innodb_redo_log_current_lsn',"
      " 'Innodb_redo_log_capacity_resized', 'Innodb_checkpoint_age', 'Innodb_checkpoint_max_age')",
      "reading the state of the redo log");
  Values values;
  for (std::size_t row = 0; row < result.size(); ++row)
    values[result.text(row, "Variable_name")] = result.number(row, "Value");
  return values;
}

std::optional<CheckpointAge> age_in(const Values& values) {
  const auto value = [&](std::string_view name) -> std::optional<std::uint64_t> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
  const auto checkpoint = value("Innodb_redo_log_checkpoint_lsn"), current = value("Innodb_redo_log_current_lsn"),
             capacity = value("Innodb_redo_log_capacity_resized");
  if (checkpoint && current && capacity)
    return CheckpointAge{*current - std::min(*current, *checkpoint), *capacity, *capacity};
  const auto age = value("Innodb_checkpoint_age"), most = value("Innodb_checkpoint_max_age");
  if (age && most) return CheckpointAge{*age, *most, *most};
  return std::nullopt;
}

// Servers that tell their age only in a text keep a tenth of the files free, and a tenth of the rest again for safety
// (MySQL 5.6, log_calc_max_ages).
constexpr std::uint64_t usable_per_cent = 81;

// The number that a line of this beginning ends in.
std::optional<std::uint64_t> number_behind(const std::string& text, std::string_view beginning) {
  const auto place = text.find("\n" + std::string(beginning));
  if (place == std::string::npos) return std::nullopt;
  const auto digits = text.find_first_not_of(' ', place + 1 + beginning.size());
  if (digits == std::string::npos) return std::nullopt;
  std::uint64_t number = 0;
  if (std::from_chars(text.data() + digits, text.data() + text.size(), number).ec != std::errc()) return std::nullopt;
  return number;
}

// The first of these questions that this server understands.
std::uint64_t sum_of_first(mysql::Connection& server, std::initializer_list<std::string_view> questions) {
  for (const std::string_view question : questions) {
    try {
      const mysql::Result found = server.query(question, "adding up the server's files");
      return found.empty() || !found.value(0, "bytes") ? 0 : found.number(0, "bytes");
    } catch (const mysql::ServerError& error) {
      if (error.kind() == base::Kind::transient) throw;
    }
  }
  return 0;
}

}  // namespace

std::optional<std::uint64_t> parse_checkpoint_age(const std::string& status) {
  const auto current = number_behind(status, "Log sequence number");
  const auto checkpoint = number_behind(status, "Last checkpoint at");
  if (!current || !checkpoint) return std::nullopt;
  return *current - std::min(*current, *checkpoint);
}

std::optional<CheckpointAge> read_checkpoint_age(mysql::Connection& target) {
  if (const auto age = age_in(read_status(target))) return age;
  try {
    const auto age =
        parse_checkpoint_age(target.query("SHOW ENGINE INNODB STATUS", "reading InnoDB's status").text(0, "Status"));
    if (!age) return std::nullopt;
    const std::uint64_t capacity = target.number("SELECT @@innodb_log_file_size * @@innodb_log_files_in_group AS bytes",
                                                 "reading the redo log's size");
    return CheckpointAge{*age, capacity / 100 * usable_per_cent, capacity};
  } catch (const mysql::ServerError& error) {
    const mysql::Meaning meaning = mysql::meaning_of(error);
    if (meaning != mysql::Meaning::access_denied && meaning != mysql::Meaning::syntax) throw;
    return std::nullopt;  // without PROCESS, or without these variables
  }
}

double fullness(const CheckpointAge& age) {
  return age.bytes_max == 0 ? 0 : static_cast<double>(age.bytes) / static_cast<double>(age.bytes_max);
}

std::uint64_t read_storage_used(mysql::Connection& server) {
  std::uint64_t bytes = read_checkpoint_age(server).value_or(CheckpointAge{}).capacity;
  // MySQL ≥ 8 has the first, without the system tablespace; MariaDB the second; 5.6 neither.
  const auto files = sum_of_first(
      server, {"SELECT SUM(FILE_SIZE) AS bytes FROM information_schema.INNODB_TABLESPACES",
               "SELECT SUM(FILE_SIZE) AS bytes FROM information_schema.INNODB_SYS_TABLESPACES",
               "SELECT SUM(DATA_LENGTH + INDEX_LENGTH + DATA_FREE) AS bytes FROM information_schema.TABLES"});
  const auto shared =
      sum_of_first(server, {"SELECT SUM(TOTAL_EXTENTS * EXTENT_SIZE) AS bytes FROM information_schema.FILES"
                            " WHERE TABLESPACE_NAME = 'innodb_system'"});
  return bytes + files + shared;
}

// Not by Threads_running, which counts daemons too.
unsigned read_foreign_statements(mysql::Connection& server, unsigned lanes) {
  const mysql::Result sessions = server.query("SHOW PROCESSLIST", "reading how busy the server is");
  unsigned running = 0;
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    const std::string& command = sessions.text(row, "Command");
    if ((command == "Query" || command == "Execute") && sessions.number(row, "Id") != server.id()) ++running;
  }
  return running - std::min(running, lanes);
}

}  // namespace darbe::copy
