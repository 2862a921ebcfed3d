#include "steps/tablespaces.h"

#include "tables/table.h"

namespace darbe::steps {

std::map<std::string, std::uint64_t> tablespace_bytes(mysql::Connection& server,
                                                      const std::vector<std::string>& databases) {
  std::map<std::string, std::uint64_t> bytes;
  for (const auto& [database, size] : tables::read_tablespace_bytes(server, tables::read_databases(server, databases)))
    bytes[database.empty() ? system_tablespace : database] = size;
  return bytes;
}

}  // namespace darbe::steps
