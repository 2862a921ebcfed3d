#include "tables/privileges.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "base/error.h"
#include "tables/table.h"

namespace darbe::tables {

namespace {

// SELECT of columns, "SELECT (a, b)", is never on all of a database.
bool has_select(std::string_view privileges) {
  if (privileges == "ALL PRIVILEGES") return true;
  for (std::size_t begin = 0; begin <= privileges.size();) {
    const std::size_t end = std::min(privileges.find(", ", begin), privileges.size());
    if (privileges.substr(begin, end - begin) == "SELECT") return true;
    begin = end + 2;
  }
  return false;
}

// "`shop`.*" of "REVOKE SELECT, INSERT ON `shop`.* FROM …", if SELECT is in the line.
std::optional<std::string_view> place_of_select(std::string_view line, std::string_view verb, std::string_view after) {
  const std::size_t on = line.find(" ON ");
  const std::size_t end = line.find(after, on);
  if (!line.starts_with(verb) || on == std::string_view::npos || end == std::string_view::npos) return std::nullopt;
  if (!has_select(line.substr(verb.size(), on - verb.size()))) return std::nullopt;
  return line.substr(on + 4, end - on - 4);
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

}  // namespace

std::optional<std::string> hidden_by(const std::vector<std::string>& grants, const std::vector<std::string>& named) {
  bool reads_all = false;
  for (const std::string& line : grants) reads_all = reads_all || place_of_select(line, "GRANT ", " TO ") == "*.*";
  if (!reads_all) return "SELECT is not granted on *.*";
  for (const std::string& line : grants) {
    const auto place = place_of_select(line, "REVOKE ", " FROM ");
    const auto database = place ? database_of(*place) : std::nullopt;
    if (database && is_copied(*database, named)) return fmt::format("SELECT is revoked on {}", *database);
  }
  return std::nullopt;
}

void require_all_readable(mysql::Connection& connection, const std::vector<std::string>& named) {
  const mysql::Result result = connection.query("SHOW GRANTS", "SHOW GRANTS");
  std::vector<std::string> grants;
  for (const auto& row : result.rows) grants.push_back(row.at(0).value_or(""));
  const auto hidden = hidden_by(grants, named);
  if (!hidden) return;
  throw base::Error(base::Kind::refused,
                    fmt::format("{} may not read all of {}, which hides from it what it may not read: {}",
                                connection.options().user, connection.options().host, *hidden),
                    "Grant it SELECT on *.* of the source; a replica that is frozen gets no grants any more, so undo "
                    "the run if there is one, and run the same command again.");
}

}  // namespace darbe::tables
