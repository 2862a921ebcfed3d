#include "replication/rds_configuration.h"

#include <fmt/format.h>

#include "mysql/quote.h"

namespace darbe::replication {

namespace {

// How far a replica stays behind on purpose. A source that has one is a replica itself; the target follows it at zero
// lag.
constexpr const char* own_delay = "source delay";

}  // namespace

RdsConfiguration rds_configuration(mysql::Connection& server) {
  const auto rows = server.query("CALL mysql.rds_show_configuration");
  RdsConfiguration configuration;
  for (std::size_t row = 0; row < rows.size(); ++row) configuration[rows.text(row, "name")] = rows.value(row, "value");
  return configuration;
}

std::optional<unsigned> retention_hours(mysql::Connection& server) {
  const auto value = rds_configuration(server)[binlog_retention];
  return value ? std::optional(static_cast<unsigned>(std::stoul(*value))) : std::nullopt;
}

std::string set_rds_configuration(mysql::Connection& server, const std::string& name,
                                  const std::optional<std::string>& value) {
  // The value is a number, or NULL.
  std::string statement =
      fmt::format("CALL mysql.rds_set_configuration({}, {})", mysql::quote_text(name), value.value_or("NULL"));
  server.execute(statement);
  return statement;
}

RdsConfiguration configuration_to_set(const RdsConfiguration& source, const RdsConfiguration& target) {
  RdsConfiguration differing;
  for (const auto& [name, value] : source) {
    const auto found = target.find(name);
    if (name != own_delay && found != target.end() && found->second != value) differing[name] = value;
  }
  return differing;
}

}  // namespace darbe::replication
