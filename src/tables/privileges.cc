#include "tables/privileges.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include <fmt/format.h>

#include "base/error.h"
#include "tables/table.h"

namespace darbe::tables {

namespace {

// A privilege of columns, "SELECT (a, b)", is never on all of a database.
bool has(std::string_view privileges, std::string_view wanted) {
  if (privileges == "ALL PRIVILEGES") return true;
  for (std::size_t begin = 0; begin <= privileges.size();) {
    const std::size_t end = std::min(privileges.find(", ", begin), privileges.size());
    if (privileges.substr(begin, end - begin) == wanted) return true;
    begin = end + 2;
  }
  return false;
}

// "`shop`.*" of "REVOKE SELECT, INSERT ON `shop`.* FROM …", if the privilege is in the line.
std::optional<std::string_view> place_of(std::string_view privilege, std::string_view line, std::string_view verb,
                                         std::string_view after) {
  const std::size_t on = line.find(" ON ");
  const std::size_t end = line.find(after, on);
  if (!line.starts_with(verb) || on == std::string_view::npos || end == std::string_view::npos) return std::nullopt;
  if (!has(line.substr(verb.size(), on - verb.size()), privilege)) return std::nullopt;
  return line.substr(on + 4, end - on - 4);
}

bool is_granted(const std::vector<std::string>& grants, std::string_view privilege,
                std::initializer_list<std::string_view> places, bool may_grant_it) {
  return std::ranges::any_of(grants, [&](const std::string& line) {
    const auto place = place_of(privilege, line, "GRANT ", " TO ");
    return place && std::ranges::find(places, *place) != places.end() &&
           (!may_grant_it || line.find(" WITH GRANT OPTION") != std::string::npos);
  });
}

// "shop" of "`shop`.*".
std::optional<std::string> database_of(std::string_view place) {
  if (!place.starts_with('`') || !place.ends_with("`.*")) return std::nullopt;
  std::string name;
  for (std::size_t i = 1; i + 3 < place.size(); ++i) {
    name += place[i];
    if (place[i] == '`') ++i;  // it is written twice
  }
  return name;
}

bool is_copied(const std::string& database, const std::vector<std::string>& named) {
  if (named.empty()) return !is_system_schema(database);
  return std::find(named.begin(), named.end(), database) != named.end();
}

std::optional<std::string> hidden_without(std::string_view privilege, const std::vector<std::string>& grants,
                                          const std::vector<std::string>& named) {
  if (!is_granted(grants, privilege, {"*.*"}, false)) return fmt::format("{} is not granted on *.*", privilege);
  for (const std::string& line : grants) {
    const auto place = place_of(privilege, line, "REVOKE ", " FROM ");
    const auto database = place ? database_of(*place) : std::nullopt;
    if (database && is_copied(*database, named)) return fmt::format("{} is revoked on {}", privilege, *database);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> hidden_by(const std::vector<std::string>& grants, const std::vector<std::string>& named,
                                     Reading reading) {
  if (auto hidden = hidden_without("SELECT", grants, named)) return hidden;
  if (reading == Reading::tables) return std::nullopt;
  for (const std::string_view privilege : {"TRIGGER", "EVENT"})
    if (auto hidden = hidden_without(privilege, grants, named)) return hidden;
  return std::nullopt;
}

std::vector<std::string> lacking_for_a_run(const std::vector<std::string>& grants) {
  std::vector<std::string> lacking;
  for (const char* privilege : {"CREATE", "DROP", "INSERT", "UPDATE", "DELETE"})
    if (!is_granted(grants, privilege, {"*.*", "`darbe`.*"}, false))
      lacking.push_back(fmt::format("{} on darbe.*", privilege));
  if (!is_granted(grants, "CREATE USER", {"*.*"}, false)) lacking.emplace_back("CREATE USER");
  if (!is_granted(grants, "REPLICATION SLAVE", {"*.*"}, true))
    lacking.emplace_back("REPLICATION SLAVE WITH GRANT OPTION");
  const bool is_client = is_granted(grants, "REPLICATION CLIENT", {"*.*"}, true) ||
                         is_granted(grants, "BINLOG MONITOR", {"*.*"}, true);  // MariaDB's word, from 10.5.2 on
  if (!is_client) lacking.emplace_back("REPLICATION CLIENT WITH GRANT OPTION");
  return lacking;
}

std::vector<std::string> grants_of(mysql::Connection& connection) {
  std::vector<std::string> grants;
  for (const auto& row : connection.query("SHOW GRANTS", "SHOW GRANTS").rows) grants.push_back(row.at(0).value_or(""));
  return grants;
}

void require_all_readable(mysql::Connection& connection, const std::vector<std::string>& named, Reading reading) {
  const auto hidden = hidden_by(grants_of(connection), named, reading);
  if (!hidden) return;
  throw base::Error(base::Kind::refused,
                    fmt::format("{} may not read all of {}, which hides from it what it may not read: {}",
                                connection.options().user, connection.options().host, *hidden),
                    "Grant it SELECT, TRIGGER and EVENT on *.* of the source; a replica that is frozen gets no grants "
                    "any more, so undo the run if there is one, and run the same command again.");
}

}  // namespace darbe::tables
