#include "steps/tablespaces.h"

#include "tables/table.h"

namespace darbe::steps {

std::map<std::string, std::uint64_t> tablespace_bytes(mysql::Connection& server,
                                                      const std::vector<std::string>& databases) {
  std::map<std::string, std::uint64_t> bytes;
  for (const auto& [table, size] : tables::read_tablespace_bytes(server, tables::read_databases(server, databases)))
    bytes[table.schema.empty() ? system_tablespace : table.schema] += size;
  return bytes;
}

}  // namespace darbe::steps
