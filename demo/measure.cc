#include "measure.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "mysql/quote.h"

namespace darbe::demo {
namespace {

std::string list_of(const Databases& databases) {
  std::string list;
  for (const auto& database : databases) list += (list.empty() ? "" : ", ") + mysql::quote_text(database);
  return list;
}

}  // namespace

Sizes tablespace_sizes(mysql::Connection& server, const Databases& databases) {
  Sizes sizes;
  sizes.system_bytes = server.number(
      "SELECT SUM(total_extents * extent_size) FROM information_schema.files WHERE tablespace_name = 'innodb_system'");
  sizes.table_bytes =
      server.number(fmt::format("SELECT COALESCE(SUM(file_size), 0) FROM information_schema.innodb_tablespaces "
                                "WHERE SUBSTRING_INDEX(name, '/', 1) IN ({}) AND space_type = 'Single'",
                                list_of(databases)));
  return sizes;
}

Checksums table_checksums(mysql::Connection& server, const Databases& databases) {
  Checksums checksums;
  const auto tables =
      server.query(fmt::format("SELECT table_schema AS s, table_name AS t FROM information_schema.tables "
                               "WHERE table_type = 'BASE TABLE' AND table_schema IN ({})",
                               list_of(databases)));
  for (std::size_t row = 0; row < tables.size(); ++row) {
    const std::string name = mysql::quote_name(tables.text(row, "s"), tables.text(row, "t"));
    checksums[name] = server.query("CHECKSUM TABLE " + name).text(0, "Checksum");
  }
  return checksums;
}

std::vector<std::string> other_objects(mysql::Connection& server, const Databases& databases) {
  const std::string list = list_of(databases);
  const auto found = server.query(fmt::format(
      "SELECT CONCAT('view ', table_schema, '.', table_name) AS o FROM information_schema.views WHERE table_schema IN "
      "({0}) "
      "UNION ALL SELECT CONCAT('trigger ', trigger_schema, '.', trigger_name) FROM information_schema.triggers "
      "WHERE trigger_schema IN ({0}) UNION ALL SELECT CONCAT(LOWER(routine_type), ' ', routine_schema, '.', "
      "routine_name) "
      "FROM information_schema.routines WHERE routine_schema IN ({0}) "
      "UNION ALL SELECT CONCAT('event ', event_schema, '.', event_name) FROM information_schema.events "
      "WHERE event_schema IN ({0}) UNION ALL SELECT CONCAT('foreign key ', constraint_schema, '.', constraint_name) "
      "FROM information_schema.referential_constraints WHERE constraint_schema IN ({0}) ORDER BY o",
      list));
  std::vector<std::string> objects;
  for (std::size_t row = 0; row < found.size(); ++row) objects.push_back(found.text(row, "o"));
  return objects;
}

void wait_until_applied(mysql::Connection& source, mysql::Connection& target, std::chrono::seconds at_most,
                        std::stop_token stop) {
  const auto position = source.query(source.flavor().show_binary_log_status());
  const std::string question = fmt::format("SELECT {}({}, {}, 1)", target.flavor().source_pos_wait(),
                                           mysql::quote_text(position.text(0, "File")), position.number(0, "Position"));
  // Waits a second at a time, so that a stop is heard: -1 is "not yet", nothing is "no applier runs".
  const auto deadline = base::Clock::now() + at_most;
  for (;;) {
    const auto answer = target.value(question);
    if (answer && *answer != "-1") return;
    base::throw_if_stopped(stop);
    if (!answer) throw base::Error(base::Kind::failed, "the new instance does not replicate");
    if (base::Clock::now() > deadline)
      throw base::Error(base::Kind::failed, "the new instance did not catch up in time");
  }
}

}  // namespace darbe::demo
