#include "mysql/server_life.h"

#include <fmt/format.h>

#include "mysql/error.h"
#include "mysql/quote.h"

namespace darbe::mysql {

// Both numbers are of one statement: the server takes one clock reading for it, and their difference does not wobble.
std::string server_started(Connection& server) {
  const bool old_place = server.flavor().is_mariadb() || !server.flavor().at_least(5, 7, 6);
  return std::to_string(server.number(
      fmt::format("SELECT UNIX_TIMESTAMP() - VARIABLE_VALUE AS started FROM {}.{} WHERE VARIABLE_NAME = 'UPTIME'",
                  old_place ? "information_schema" : "performance_schema", "global_status"),
      "asking when the server began"));
}

bool flush_to_disk(Connection& server, std::string_view schema) {
  // MariaDB's FLUSH leaves it to the operating system, too (innobase_flush_logs); the commit of a CREATE TABLE doesn't.
  const std::string statement =
      server.flavor().is_mariadb()
          ? fmt::format("CREATE OR REPLACE TABLE {}.flushed (id INT PRIMARY KEY) ENGINE=InnoDB", quote_name(schema))
          : "FLUSH NO_WRITE_TO_BINLOG ENGINE LOGS";
  try {
    server.execute(statement, "flushing the server's redo log");
    return true;
  } catch (const ServerError& error) {
    if (meaning_of(error) != Meaning::access_denied) throw;
    return false;
  }
}

}  // namespace darbe::mysql
