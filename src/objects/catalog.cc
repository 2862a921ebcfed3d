#include "objects/catalog.h"

#include <algorithm>
#include <optional>
#include <regex>

#include <fmt/format.h>

#include "base/letters.h"
#include "mysql/quote.h"
#include "objects/reported.h"
#include "objects/stored_object.h"
#include "tables/create_statement.h"
#include "tables/table.h"

namespace darbe::objects {

namespace {

using mysql::Connection;
using mysql::Result;

// Values that another version prints in other words without meaning anything else: of them only that there is one is
// compared then, and nothing of the last two, which are never missing or hold what the version chose.
const std::set<std::string, std::less<>> by_version = {
    "GENERATION_EXPRESSION",   "CHECK_CLAUSE",    "COLUMN_DEFAULT", "EXPRESSION", "PARTITION_EXPRESSION",
    "SUBPARTITION_EXPRESSION", "VIEW_DEFINITION", "CREATE_OPTIONS"};

bool is_absent(std::string_view value) { return value.empty() || value == "NULL"; }

std::string_view view_of(const CatalogPart& part) { return part.view.empty() ? part.from : part.view; }

// The part's columns that this server has; nothing if it lacks the key or the whole table.
std::optional<std::vector<std::string>> columns_on(Connection& server, const CatalogPart& part) {
  std::set<std::string, std::less<>> there;
  try {
    const Result rows = server.query(fmt::format("SHOW COLUMNS FROM information_schema.{}", view_of(part)));
    for (std::size_t row = 0; row < rows.size(); ++row) there.insert(rows.text(row, "Field"));
  } catch (const mysql::ServerError& error) {
    if (mysql::meaning_of(error) == mysql::Meaning::no_such_object) return std::nullopt;
    throw;
  }
  if (there.contains(part.lacks)) return std::nullopt;
  for (const std::string_view column : part.key)
    if (!there.contains(column)) return std::nullopt;
  std::vector<std::string> columns(part.key.begin(), part.key.end());
  for (const std::string_view column : part.values)
    if (there.contains(column)) columns.emplace_back(column);
  return columns;
}

// A window's objects cost a few dozen questions, and a few MiB where tables have many columns.
constexpr std::size_t objects_at_once = 200;

using Names = std::set<tables::TableName>;

// One server's columns of each part that it has.
struct Reader {
  Connection& server;
  std::map<std::string, std::vector<std::string>, std::less<>> columns;
};

Reader reader_of(Connection& server) {
  tables::show_definitions_in_full(server);
  Reader reader{server, {}};
  for (const CatalogPart& part : catalog_parts())
    if (auto columns = columns_on(server, part)) reader.columns.emplace(part.from, std::move(*columns));
  return reader;
}

std::size_t place_in_key(const CatalogPart& part, std::string_view column) {
  return static_cast<std::size_t>(std::ranges::find(part.key, column) - part.key.begin());
}

CatalogRows read_part(Reader& reader, const CatalogPart& part, const Names& names) {
  const std::vector<std::string>& columns = reader.columns.find(part.from)->second;
  const std::size_t schema = place_in_key(part, part.schema);
  const std::size_t name = place_in_key(part, part.name);
  CatalogRows read;
  const auto add = [&](mysql::RowView row) {
    CatalogKey key;
    for (std::size_t i = 0; i < part.key.size(); ++i) key.emplace_back(row[i].value_or(""));
    if (!names.contains({key[schema], key[name]})) return true;
    CatalogRow& values = read[std::move(key)];
    for (std::size_t i = part.key.size(); i < columns.size(); ++i) values[columns[i]] = row[i].value_or("NULL");
    return true;
  };
  reader.server.stream(
      fmt::format(
          "SELECT {} FROM information_schema.{} WHERE {} AND {}", fmt::join(columns, ", "), view_of(part),
          tables::among({names.begin(), names.end()}, std::string(part.schema).c_str(), std::string(part.name).c_str()),
          part.only),
      add, fmt::format("reading information_schema.{}", view_of(part)));
  return read;
}

Catalog read_family(Reader& reader, std::string_view family, const Names& names) {
  Catalog catalog{{}, reader.server.flavor()};
  for (const CatalogPart& part : catalog_parts())
    if (part.family == family && reader.columns.contains(part.from))
      catalog.parts.emplace(part.from, read_part(reader, part, names));
  return catalog;
}

struct NextNames {
  Names names;
  bool all = false;  // there are no more
};

// The next objects of a family behind `after`, in the order of the names' bytes.
NextNames next_names(Reader& reader, const CatalogPart& root, const std::vector<std::string>& databases,
                     const tables::TableName& after) {
  if (!reader.columns.contains(root.from)) return {{}, true};
  const auto bytes = [](std::string_view what) { return fmt::format("CAST({} AS BINARY)", what); };
  const auto literal = [&](const std::string& text) { return bytes(mysql::quote_text(text)); };
  std::vector<std::string> exactly;
  for (const std::string& database : databases) exactly.push_back(literal(database));
  Names names;
  std::size_t rows = 0;  // a name may come twice: of a function and of a procedure
  reader.server.stream(
      fmt::format(
          "SELECT {0}, {1} FROM information_schema.{2} WHERE {0} IN {3} AND {4} IN ({9}) AND ({4} > {6} OR ({4} ="
          " {6} AND {5} > {7})) ORDER BY {4}, {5} LIMIT {8}",
          root.schema, root.name, root.from, in_list(databases), bytes(root.schema), bytes(root.name),
          literal(after.schema), literal(after.name), objects_at_once, fmt::join(exactly, ", ")),
      [&](mysql::RowView row) {
        names.insert({std::string(row[0].value_or("")), std::string(row[1].value_or(""))});
        ++rows;
        return true;
      },
      fmt::format("listing information_schema.{}", root.from));
  return {std::move(names), rows < objects_at_once};
}

// Up to where every server has told all: one with many more objects is not as far along.
Names next_names(std::vector<Reader>& readers, const CatalogPart& root, const std::vector<std::string>& databases,
                 const tables::TableName& after) {
  Names names;
  std::optional<tables::TableName> end;
  for (Reader& reader : readers) {
    const NextNames next = next_names(reader, root, databases, after);
    if (!next.all && (!end || *next.names.rbegin() < *end)) end = *next.names.rbegin();
    names.insert(next.names.begin(), next.names.end());
  }
  if (end) names.erase(names.upper_bound(*end), names.end());
  return names;
}

std::string words_for(std::string_view column) {
  std::string words = base::lower(column);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::string thing(const CatalogPart& part, const CatalogKey& key) {
  const std::size_t first = part.what.empty() ? 1 : 0;
  return fmt::format("{} {}", part.what.empty() ? base::lower(key[0]) : std::string(part.what),
                     fmt::join(key.begin() + static_cast<std::ptrdiff_t>(first), key.end(), "."));
}

std::string shown(const std::string& value) {
  constexpr std::size_t longest = 60;
  if (value.size() <= longest) return fmt::format("'{}'", value);
  return fmt::format("'{}…' ({} bytes)", value.substr(0, longest), value.size());
}

// Where two long texts differ is what matters about them.
std::string sentence(const std::string& thing, const std::string& column, const std::string& source,
                     const std::string& target) {
  const auto [here, there] = std::mismatch(source.begin(), source.end(), target.begin(), target.end());
  const auto common = static_cast<std::size_t>(here - source.begin());
  const std::size_t from = common > 20 ? common - 20 : 0;
  const std::string dots = from > 0 ? "…" : "";
  return fmt::format("{}: its {} is {} on the source and {} on the target", thing, words_for(column),
                     shown(dots + source.substr(from)), shown(dots + target.substr(from)));
}

// MySQL ≥ 8.0 says in EXTRA that a default is computed. Before, the only one that could be was CURRENT_TIMESTAMP.
bool marks_computed_defaults(const mysql::Flavor& flavor) { return !flavor.is_mariadb() && flavor.at_least(8, 0); }

std::string without_mark_of_default(const std::string& extra) {
  static const std::regex mark("DEFAULT_GENERATED ?");
  return std::regex_replace(extra, mark, "");
}

std::string type_in_common_words(const std::string& type) {
  static const std::regex width(R"(\b(tinyint|smallint|mediumint|int|bigint|year)\([0-9]+\))");
  // Of a temporal column in the format of a file that is older than the server.
  static const std::regex old_format(R"( /\* (mariadb-5\.3|5\.5 binary format) \*/)");
  static const std::regex collection(R"(\bgeometrycollection\b)");
  return std::regex_replace(std::regex_replace(std::regex_replace(type, width, "$1"), old_format, ""), collection,
                            "geomcollection");
}

bool same_series(const mysql::Flavor& left, const mysql::Flavor& right) {
  return left.version().major == right.version().major && left.version().minor == right.version().minor;
}

// One comparison of two catalogs.
class Comparer {
 public:
  Comparer(const Catalog& source, const Catalog& target, const std::vector<std::string>& reported)
      : source_(source), target_(target), reported_(reported), exact_(same_series(source.flavor, target.flavor)) {}

  CatalogDifferences run() {
    for (const CatalogPart& part : catalog_parts())
      if (source_.parts.contains(part.from) && target_.parts.contains(part.from)) compare(part);
    return std::move(result_);
  }

 private:
  void compare(const CatalogPart& part) {
    const CatalogRows& wanted = source_.parts.find(part.from)->second;
    const CatalogRows& there = target_.parts.find(part.from)->second;
    for (const auto& [key, row] : wanted) {
      const auto found = there.find(key);
      if (found != there.end())
        compare_rows(part, key, row, found->second);
      else if (parent_on_both(part, key))
        missing(part, key);
    }
    for (const auto& [key, row] : there)
      if (!wanted.contains(key) && parent_on_both(part, key))
        result_.differences.push_back(thing(part, key) + " is on the target and not on the source");
  }

  void missing(const CatalogPart& part, const CatalogKey& key) {
    const std::string sentence = not_there(thing(part, key));
    const bool is_meant = is_reported(reported_, sentence) || is_reported_as_key(part, key);
    (is_meant ? result_.meant : result_.differences).push_back(sentence);
  }

  // A foreign key is a constraint as well, and is told of once.
  bool is_reported_as_key(const CatalogPart& part, const CatalogKey& key) const {
    return part.from == "TABLE_CONSTRAINTS" && key[3] == "FOREIGN KEY" &&
           is_reported(reported_, not_there(fmt::format("foreign key {}.{}.{}", key[0], key[1], key[2])));
  }

  // A missing table is one difference, not one for each of its columns.
  bool parent_on_both(const CatalogPart& part, const CatalogKey& key) const {
    if (part.parent.empty()) return true;
    const CatalogKey parent(key.begin(), key.begin() + static_cast<std::ptrdiff_t>(part.parent_key));
    return has(source_, part.parent, parent) && has(target_, part.parent, parent);
  }

  // MySQL ≥ 8.0 shows a TIMESTAMP's default as it was typed, in a time zone that nobody knows any more.
  static bool is_time_of_zone(const CatalogRow& column, const std::string& text) {
    const auto type = column.find("COLUMN_TYPE");
    return type != column.end() && type->second.starts_with("timestamp") && !text.empty() && text[0] >= '0' &&
           text[0] <= '9';
  }

  // A format that nobody asked for is each server's own.
  static bool asks_for_its_row_format(const CatalogRow& table) {
    const auto options = table.find("CREATE_OPTIONS");
    const auto format = table.find("ROW_FORMAT");
    if (options == table.end() || format == table.end()) return false;
    const std::string words = base::lower(options->second), made = base::lower(format->second);
    return words.find("row_format=" + made) != std::string::npos ||
           (made == "compressed" && words.find("key_block_size=") != std::string::npos);
  }

  bool is_meant(const CatalogPart& part, const CatalogKey& key, const std::string& column) const {
    if (column == "ROW_FORMAT") return is_reported(reported_, tables::not_as_defined(key[0] + "." + key[1]));
    return part.from == "EVENTS" && column == "STATUS";
  }

  static bool has(const Catalog& catalog, std::string_view part, const CatalogKey& key) {
    const auto found = catalog.parts.find(part);
    return found != catalog.parts.end() && found->second.contains(key);
  }

  void compare_rows(const CatalogPart& part, const CatalogKey& key, const CatalogRow& wanted, const CatalogRow& there) {
    if (!parent_on_both(part, key)) return;
    for (const auto& [column, value] : wanted) {
      const auto found = there.find(column);
      if (found == there.end() || same(column, value, found->second)) continue;
      if (column == "COLUMN_DEFAULT" && is_time_of_zone(wanted, value)) continue;
      if (column == "ROW_FORMAT" && !asks_for_its_row_format(wanted)) continue;
      (is_meant(part, key, column) ? result_.meant : result_.differences)
          .push_back(sentence(thing(part, key), column, value, found->second));
    }
  }

  bool same(const std::string& column, const std::string& wanted, const std::string& there) const {
    if (wanted == there) return true;
    if (!exact_ && by_version.contains(column))
      return column == "VIEW_DEFINITION" || column == "CREATE_OPTIONS" || is_absent(wanted) == is_absent(there);
    if (column == "SQL_MODE") return sql_mode_for(wanted, target_.flavor) == there;
    if (column == "EXTRA" && marks_computed_defaults(source_.flavor) != marks_computed_defaults(target_.flavor))
      return without_mark_of_default(wanted) == without_mark_of_default(there);
    return in_common_words(column, wanted) == in_common_words(column, there);
  }

  const Catalog& source_;
  const Catalog& target_;
  const std::vector<std::string>& reported_;
  const bool exact_;
  CatalogDifferences result_;
};

}  // namespace

const std::vector<CatalogPart>& catalog_parts() {
  static const std::vector<CatalogPart> parts = {
      {.what = "database",
       .from = "SCHEMATA",
       .schema = "SCHEMA_NAME",
       .name = "SCHEMA_NAME",
       .family = "SCHEMATA",
       .key = {"SCHEMA_NAME"},
       .values = {"DEFAULT_CHARACTER_SET_NAME", "DEFAULT_COLLATION_NAME", "SCHEMA_COMMENT"}},
      {.what = "table",
       .from = "TABLES",
       .schema = "TABLE_SCHEMA",
       .name = "TABLE_NAME",
       .family = "TABLES",
       .key = {"TABLE_SCHEMA", "TABLE_NAME"},
       .values = {"TABLE_TYPE", "ENGINE", "TABLE_COLLATION", "CREATE_OPTIONS", "ROW_FORMAT", "TABLE_COMMENT"},
       .only = "TABLE_TYPE NOT LIKE '%VIEW'"},
      {.what = "column",
       .from = "COLUMNS",
       .schema = "TABLE_SCHEMA",
       .name = "TABLE_NAME",
       .family = "TABLES",
       .key = {"TABLE_SCHEMA", "TABLE_NAME", "COLUMN_NAME"},
       .values = {"ORDINAL_POSITION", "COLUMN_TYPE", "IS_NULLABLE", "COLUMN_DEFAULT", "COLLATION_NAME", "EXTRA",
                  "GENERATION_EXPRESSION", "SRS_ID", "COLUMN_COMMENT"},
       .parent = "TABLES",
       .parent_key = 2},
      // MariaDB's, which prints them nowhere else.
      {.what = "spatial column",
       .from = "GEOMETRY_COLUMNS",
       .schema = "F_TABLE_SCHEMA",
       .name = "F_TABLE_NAME",
       .family = "TABLES",
       .key = {"F_TABLE_SCHEMA", "F_TABLE_NAME", "G_GEOMETRY_COLUMN"},
       .values = {"SRID"},
       .parent = "TABLES",
       .parent_key = 2},
      {.what = "index part",
       .from = "STATISTICS",
       .schema = "TABLE_SCHEMA",
       .name = "TABLE_NAME",
       .family = "TABLES",
       .key = {"TABLE_SCHEMA", "TABLE_NAME", "INDEX_NAME", "SEQ_IN_INDEX"},
       .values = {"NON_UNIQUE", "COLUMN_NAME", "COLLATION", "SUB_PART", "INDEX_TYPE", "INDEX_COMMENT", "IS_VISIBLE",
                  "EXPRESSION", "IGNORED"},
       .parent = "TABLES",
       .parent_key = 2},
      {.what = "partition",
       .from = "PARTITIONS",
       .schema = "TABLE_SCHEMA",
       .name = "TABLE_NAME",
       .family = "TABLES",
       .key = {"TABLE_SCHEMA", "TABLE_NAME", "PARTITION_NAME", "SUBPARTITION_NAME"},
       .values = {"PARTITION_ORDINAL_POSITION", "PARTITION_METHOD", "SUBPARTITION_METHOD", "PARTITION_EXPRESSION",
                  "SUBPARTITION_EXPRESSION", "PARTITION_DESCRIPTION", "PARTITION_COMMENT"},
       .only = "PARTITION_NAME IS NOT NULL",
       .parent = "TABLES",
       .parent_key = 2},
      // Not what is in one: the time of its making differs.
      {.what = "histogram",
       .from = "COLUMN_STATISTICS",
       .schema = "SCHEMA_NAME",
       .name = "TABLE_NAME",
       .family = "TABLES",
       .key = {"SCHEMA_NAME", "TABLE_NAME", "COLUMN_NAME"},
       .parent = "TABLES",
       .parent_key = 2},
      {.what = "constraint",
       .from = "TABLE_CONSTRAINTS",
       .schema = "TABLE_SCHEMA",
       .name = "TABLE_NAME",
       .family = "TABLES",
       .key = {"TABLE_SCHEMA", "TABLE_NAME", "CONSTRAINT_NAME", "CONSTRAINT_TYPE"},
       .values = {"ENFORCED"},
       .parent = "TABLES",
       .parent_key = 2},
      {.what = "foreign key",
       .from = "REFERENTIAL_CONSTRAINTS",
       .schema = "CONSTRAINT_SCHEMA",
       .name = "TABLE_NAME",
       .family = "TABLES",
       .key = {"CONSTRAINT_SCHEMA", "TABLE_NAME", "CONSTRAINT_NAME"},
       .values = {"UPDATE_RULE", "DELETE_RULE", "REFERENCED_TABLE_NAME"},  // InnoDB does nothing by MATCH_OPTION
       .parent = "TABLES",
       .parent_key = 2},
      {.what = "foreign key column",
       .from = "KEY_COLUMN_USAGE",
       .schema = "TABLE_SCHEMA",
       .name = "TABLE_NAME",
       .family = "TABLES",
       .key = {"TABLE_SCHEMA", "TABLE_NAME", "CONSTRAINT_NAME", "ORDINAL_POSITION"},
       .values = {"COLUMN_NAME", "REFERENCED_TABLE_SCHEMA", "REFERENCED_TABLE_NAME", "REFERENCED_COLUMN_NAME"},
       .only = "REFERENCED_TABLE_NAME IS NOT NULL",
       .parent = "REFERENTIAL_CONSTRAINTS",
       .parent_key = 3},
      {.what = "check",
       .from = "CHECK_CONSTRAINTS",
       .schema = "CONSTRAINT_SCHEMA",
       .name = "CONSTRAINT_NAME",
       .family = "CHECK_CONSTRAINTS",
       .key = {"CONSTRAINT_SCHEMA", "CONSTRAINT_NAME"},
       .values = {"CHECK_CLAUSE"},
       .lacks = "TABLE_NAME"},
      // MariaDB's: each table may have one of the same name, and a column's check is called as the column.
      {.what = "check",
       .from = "CHECKS_OF_TABLES",
       .schema = "CONSTRAINT_SCHEMA",
       .name = "TABLE_NAME",
       .family = "TABLES",
       .key = {"CONSTRAINT_SCHEMA", "TABLE_NAME", "LEVEL", "CONSTRAINT_NAME"},
       .values = {"CHECK_CLAUSE"},
       .parent = "TABLES",
       .parent_key = 2,
       .view = "CHECK_CONSTRAINTS"},
      {.what = {},
       .from = "ROUTINES",
       .schema = "ROUTINE_SCHEMA",
       .name = "ROUTINE_NAME",
       .family = "ROUTINES",
       .key = {"ROUTINE_TYPE", "ROUTINE_SCHEMA", "ROUTINE_NAME"},
       .values = {"DTD_IDENTIFIER", "ROUTINE_DEFINITION", "IS_DETERMINISTIC", "SQL_DATA_ACCESS", "SECURITY_TYPE",
                  "SQL_MODE", "ROUTINE_COMMENT", "DEFINER", "CHARACTER_SET_CLIENT", "COLLATION_CONNECTION",
                  "DATABASE_COLLATION"},
       .only = "ROUTINE_SCHEMA <> 'darbe'"},
      {.what = "library",
       .from = "LIBRARIES",
       .schema = "LIBRARY_SCHEMA",
       .name = "LIBRARY_NAME",
       .family = "LIBRARIES",
       .key = {"LIBRARY_SCHEMA", "LIBRARY_NAME"},
       .values = {"LIBRARY_DEFINITION", "LANGUAGE", "SQL_MODE", "LIBRARY_COMMENT"}},
      // Not the collation: MySQL ≥ 8.0 shows that of the database which happened to be the current one at CREATE, and
      // uses the routine's.
      {.what = "parameter",
       .from = "PARAMETERS",
       .schema = "SPECIFIC_SCHEMA",
       .name = "SPECIFIC_NAME",
       .family = "ROUTINES",
       .key = {"ROUTINE_TYPE", "SPECIFIC_SCHEMA", "SPECIFIC_NAME", "ORDINAL_POSITION"},
       .values = {"PARAMETER_MODE", "PARAMETER_NAME", "DTD_IDENTIFIER"},
       .parent = "ROUTINES",
       .parent_key = 3},
      {.what = "view",
       .from = "VIEWS",
       .schema = "TABLE_SCHEMA",
       .name = "TABLE_NAME",
       .family = "TABLES",
       .key = {"TABLE_SCHEMA", "TABLE_NAME"},
       .values = {"VIEW_DEFINITION", "CHECK_OPTION", "DEFINER", "SECURITY_TYPE", "ALGORITHM", "CHARACTER_SET_CLIENT",
                  "COLLATION_CONNECTION"},
       .only = "TABLE_SCHEMA <> 'darbe'"},
      {.what = "trigger",
       .from = "TRIGGERS",
       .schema = "TRIGGER_SCHEMA",
       .name = "TRIGGER_NAME",
       .family = "TRIGGERS",
       .key = {"TRIGGER_SCHEMA", "TRIGGER_NAME"},
       .values = {"EVENT_OBJECT_TABLE", "EVENT_MANIPULATION", "ACTION_TIMING", "ACTION_ORDER", "ACTION_STATEMENT",
                  "SQL_MODE", "DEFINER", "CHARACTER_SET_CLIENT", "COLLATION_CONNECTION", "DATABASE_COLLATION"},
       .only = "TRIGGER_SCHEMA <> 'darbe'"},
      {.what = "event",
       .from = "EVENTS",
       .schema = "EVENT_SCHEMA",
       .name = "EVENT_NAME",
       .family = "EVENTS",
       .key = {"EVENT_SCHEMA", "EVENT_NAME"},
       .values = {"DEFINER", "TIME_ZONE", "EVENT_DEFINITION", "EVENT_TYPE", "EXECUTE_AT", "INTERVAL_VALUE",
                  "INTERVAL_FIELD", "SQL_MODE", "STARTS", "ENDS", "STATUS", "ON_COMPLETION", "EVENT_COMMENT",
                  "CHARACTER_SET_CLIENT", "COLLATION_CONNECTION", "DATABASE_COLLATION"},
       .only = "EVENT_SCHEMA <> 'darbe'"},
  };
  return parts;
}

void read_catalogs(const std::vector<mysql::Connection*>& servers, const std::vector<std::string>& databases,
                   const std::function<void(const std::vector<Catalog>&)>& see) {
  if (databases.empty()) return;
  std::vector<Reader> readers;
  for (Connection* server : servers) readers.push_back(reader_of(*server));
  for (const CatalogPart& root : catalog_parts()) {
    if (root.from != root.family) continue;
    tables::TableName after;
    for (Names names; !(names = next_names(readers, root, databases, after)).empty(); after = *names.rbegin()) {
      std::vector<Catalog> catalogs;
      for (Reader& reader : readers) catalogs.push_back(read_family(reader, root.family, names));
      see(catalogs);
    }
  }
}

CatalogDifferences differences(const Catalog& source, const Catalog& target, const std::vector<std::string>& reported) {
  return Comparer(source, target, reported).run();
}

std::string in_common_words(std::string_view column, const std::string& value) {
  const bool is_charset =
      column.find("COLLATION") != std::string_view::npos || column.find("CHARACTER_SET") != std::string_view::npos;
  if (is_charset && value == "utf8") return "utf8mb3";
  if (is_charset && value.starts_with("utf8_")) return "utf8mb3_" + value.substr(5);
  // InnoDB does the same for both, and its in-place ALTER before 8.0 (and on MariaDB) writes down the one for the
  // other.
  if (column.ends_with("_RULE") && value == "RESTRICT") return "NO ACTION";
  // Servers that keep one trigger for each event don't count it.
  if (column == "ACTION_ORDER" && value == "0") return "1";
  if (column == "COLUMN_TYPE" || column == "DTD_IDENTIFIER") return type_in_common_words(value);
  return value;
}

}  // namespace darbe::objects
