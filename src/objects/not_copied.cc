#include "objects/not_copied.h"

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "mysql/quote.h"
#include "objects/account_book.h"
#include "objects/account_plan.h"
#include "objects/foreign_keys.h"
#include "objects/plugins.h"
#include "objects/reported.h"
#include "objects/stored_object.h"
#include "objects/ties.h"
#include "tables/create_statement.h"
#include "tables/defaults.h"

namespace darbe::objects {

namespace {

using mysql::Connection;

// MySQL Reference Manual, CREATE SPATIAL REFERENCE SYSTEM: the ranges that are EPSG's and MySQL's own.
constexpr std::string_view is_added_system =
    "NOT (SRS_ID <= 32767 OR SRS_ID BETWEEN 60000000 AND 69999999 OR SRS_ID BETWEEN 2000000000 AND 2147483647)";

bool has_generated_columns(const mysql::Flavor& flavor) { return flavor.is_mariadb() || flavor.at_least(5, 7); }

bool has_dictionary(const mysql::Flavor& flavor) { return !flavor.is_mariadb() && flavor.at_least(8, 0, 3); }

// Preparing resolves names as running would, on every version and without reading a row.
bool can_be_resolved(Connection& server, const StoredObject& view) {
  const std::string sql = fmt::format("SELECT 1 FROM {}", mysql::quote_name(view.schema, view.name));
  try {
    server.execute("PREPARE darbe_view FROM " + mysql::quote_text(sql));
  } catch (const mysql::ServerError& error) {
    if (error.kind() == base::Kind::transient) throw;
    return false;
  }
  server.execute("DEALLOCATE PREPARE darbe_view");
  return true;
}

// The statement makes a sentence of each row.
void add_sentences(Connection& server, const std::string& sql, std::vector<std::string>& sentences) {
  for (const mysql::Result::Row& row : server.query(sql, "looking for what is not copied").rows)
    sentences.push_back(row.at(0).value_or(""));
}

void add_things(Connection& server, const std::string& name, const std::string& from,
                std::vector<std::string>& sentences) {
  add_sentences(server,
                fmt::format("SELECT CONCAT('the ', {}, ' belongs to the server and is not copied') FROM {} ORDER BY 1",
                            name, from),
                sentences);
}

// Of the functions that a generated column may call, as the servers print them.
bool calls_by_session(const std::string& expression) {
  static const std::regex calls(
      R"(\b(from_unixtime|unix_timestamp|convert_tz|dayname|monthname)\(|\bdate_format\(.*%[abMW])");
  return std::regex_search(expression, calls);
}

bool names_one_of(const std::string& expression, const std::vector<std::string>& columns) {
  return std::ranges::any_of(columns, [&](const std::string& column) {
    return expression.find(mysql::quote_name(column)) != std::string::npos;
  });
}

mysql::Result read_generated_and_timestamps(Connection& server, const std::vector<std::string>& databases) {
  return server.query(
      fmt::format(
          "SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) AS of_table, COLUMN_NAME AS name, DATA_TYPE AS type,"
          " EXTRA LIKE '%STORED GENERATED%' AS is_stored, EXTRA LIKE '%VIRTUAL GENERATED%' AS is_virtual,"
          " GENERATION_EXPRESSION AS expression FROM information_schema.COLUMNS WHERE TABLE_SCHEMA IN {}"
          " AND (DATA_TYPE = 'timestamp' OR EXTRA LIKE '%STORED GENERATED%' OR EXTRA LIKE '%VIRTUAL GENERATED%')"
          " ORDER BY 1, 2",
          in_list(databases)),
      "looking for generated columns that follow the session");
}

// A column or an index of a table.
using PartOfTable = std::pair<std::string, std::string>;

// Those that `columns` are in.
std::set<PartOfTable> indexes_of(Connection& server, const std::vector<std::string>& databases,
                                 const std::set<PartOfTable>& columns) {
  std::set<PartOfTable> indexes;
  if (columns.empty()) return indexes;
  const mysql::Result found = server.query(
      fmt::format(
          "SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) AS of_table, COLUMN_NAME AS name, INDEX_NAME AS of_index"
          " FROM information_schema.STATISTICS WHERE TABLE_SCHEMA IN {} AND COLUMN_NAME IS NOT NULL",
          in_list(databases)),
      "looking for indexes of generated columns");
  for (std::size_t row = 0; row < found.size(); ++row)
    if (columns.contains({found.text(row, "of_table"), found.text(row, "name")}))
      indexes.emplace(found.text(row, "of_table"), found.text(row, "of_index"));
  return indexes;
}

mysql::Result read_functional_keys(Connection& server, const std::vector<std::string>& databases) {
  return server.query(
      fmt::format(
          "SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) AS of_table, INDEX_NAME AS name, EXPRESSION AS expression"
          " FROM information_schema.STATISTICS WHERE TABLE_SCHEMA IN {} AND EXPRESSION IS NOT NULL ORDER BY 1, 2",
          in_list(databases)),
      "looking for functional keys");
}

bool has_functional_keys(const mysql::Flavor& flavor) { return !flavor.is_mariadb() && flavor.at_least(8, 0, 13); }

// Columns by table whose values, as an expression sees them, depend on the session: TIMESTAMPs, and what is generated
// of such or calls such a function.
class BySession {
 public:
  explicit BySession(const mysql::Result& columns) {
    for (std::size_t row = 0; row < columns.size(); ++row)
      if (columns.text(row, "type") == "timestamp") note(columns, row);
    for (bool is_new = true; is_new;) {
      is_new = false;
      for (std::size_t row = 0; row < columns.size(); ++row)
        is_new = (is_generated(columns, row) && add(columns, row)) || is_new;
    }
  }

  bool follows(const std::string& table, const std::string& expression) const {
    const auto found = columns_.find(table);
    return calls_by_session(expression) || (found != columns_.end() && names_one_of(expression, found->second));
  }
  bool has(const std::string& table, const std::string& column) const {
    const auto found = columns_.find(table);
    return found != columns_.end() && std::ranges::find(found->second, column) != found->second.end();
  }

 private:
  static bool is_generated(const mysql::Result& columns, std::size_t row) {
    return columns.number(row, "is_stored") != 0 || columns.number(row, "is_virtual") != 0;
  }
  bool add(const mysql::Result& columns, std::size_t row) {
    const std::string& table = columns.text(row, "of_table");
    if (has(table, columns.text(row, "name")) || !follows(table, columns.text(row, "expression"))) return false;
    note(columns, row);
    return true;
  }
  void note(const mysql::Result& columns, std::size_t row) {
    columns_[columns.text(row, "of_table")].push_back(columns.text(row, "name"));
  }

  std::map<std::string, std::vector<std::string>> columns_;
};

mysql::Result read_enforced_checks(Connection& server, const std::vector<std::string>& databases) {
  return server.query(
      fmt::format("SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) AS of_table, CONSTRAINT_NAME AS name,"
                  " CHECK_CLAUSE AS expression FROM information_schema.CHECK_CONSTRAINTS"
                  " JOIN information_schema.TABLE_CONSTRAINTS USING (CONSTRAINT_SCHEMA, CONSTRAINT_NAME)"
                  " WHERE TABLE_SCHEMA IN {} AND CONSTRAINT_TYPE = 'CHECK' AND ENFORCED = 'YES' ORDER BY 1, 2",
                  in_list(databases)),
      "looking for checks that follow the session");
}

// Each zone's name with a digest of its rules; the zones' numbers mean nothing.
std::map<std::string, std::string> read_time_zones(Connection& server) {
  const mysql::Result found = server.query(
      "SELECT zone.Name AS name,"
      " COALESCE(SUM(CRC32(CONCAT_WS(' ', Transition_time, kind.`Offset`, Is_DST, Abbreviation))), 0) AS rules"
      " FROM mysql.time_zone_name AS zone"
      " LEFT JOIN mysql.time_zone_transition_type AS kind ON kind.Time_zone_id = zone.Time_zone_id"
      " LEFT JOIN mysql.time_zone_transition AS moment ON moment.Time_zone_id = kind.Time_zone_id"
      " AND moment.Transition_type_id = kind.Transition_type_id GROUP BY zone.Name",
      "reading the named time zones");
  std::map<std::string, std::string> zones;
  for (std::size_t row = 0; row < found.size(); ++row) zones[found.text(row, "name")] = found.text(row, "rules");
  return zones;
}

// MySQL ≥ 9.6 does what a key asks for above InnoDB, and logs it where it logs rows, unless it is told otherwise.
bool logs_cascades(Connection& server) {
  const mysql::Result found = server.query("SHOW GLOBAL VARIABLES LIKE 'innodb_native_foreign_keys'");
  return !found.empty() && found.text(0, "Value") == "OFF" && logs_rows(server);
}

std::set<AccountName> chosen(Connection& server, const AccountBook& book, const WantedAccounts& wanted) {
  return choose_accounts(book, wanted, definers(server, wanted.databases)).accounts;
}

std::set<std::string> plugins_gone_from(const mysql::Flavor& flavor) {
  std::set<std::string> gone;
  if (flavor.is_mariadb()) return gone;
  if (flavor.at_least(5, 7)) gone.insert("mysql_old_password");
  if (flavor.at_least(9, 0)) gone.insert("mysql_native_password");
  return gone;
}

}  // namespace

std::vector<std::string> invalid_views(Connection& server, const std::vector<std::string>& databases) {
  std::vector<std::string> sentences;
  if (databases.empty()) return sentences;
  for (const StoredObject& view : list_objects(server, ObjectKind::view, databases))
    if (!can_be_resolved(server, view))
      sentences.push_back(fmt::format("{} is invalid and will not be on the target", text_of(view)));
  return sentences;
}

std::vector<std::string> second_passwords(Connection& server, const WantedAccounts& wanted) {
  const AccountBook book = read_accounts(server);
  std::vector<std::string> sentences;
  for (const AccountName& account : chosen(server, book, wanted))
    if (book.accounts.at(account).has_second_password)
      sentences.push_back(fmt::format("{} has a second password, which can't be copied", text_of(account)));
  return sentences;
}

std::vector<std::string> password_histories(Connection& server, const WantedAccounts& wanted) {
  const AccountBook book = read_accounts(server);
  return lost_histories(book, chosen(server, book, wanted), wanted.master_user);
}

std::vector<std::string> accounts_without_plugin(Connection& server, const WantedAccounts& wanted,
                                                 const mysql::Flavor& target) {
  const AccountBook book = read_accounts(server);
  std::set<std::string> there = active_plugins(server);
  for (const std::string& plugin : plugins_gone_from(target)) there.erase(plugin);
  std::set<AccountName> accounts = chosen(server, book, wanted);
  std::erase_if(accounts, [&](const AccountName& account) { return is_master(account, wanted.master_user); });
  return without_plugin(book, accounts, there);
}

std::vector<std::string> added_to_the_server(Connection& server) {
  std::vector<std::string> sentences;
  add_things(server, "'loadable function ', name, ' of ', dl", "mysql.func", sentences);
  if (!has_dictionary(server.flavor())) return sentences;
  add_things(server, "'component ', component_urn", "mysql.component", sentences);
  add_things(server, "'resource group ', RESOURCE_GROUP_NAME",
             "information_schema.RESOURCE_GROUPS WHERE RESOURCE_GROUP_NAME NOT IN ('USR_default', 'SYS_default')",
             sentences);
  add_things(server, "'spatial reference system ', SRS_ID, ' (', SRS_NAME, ')'",
             fmt::format("information_schema.ST_SPATIAL_REFERENCE_SYSTEMS WHERE {}", is_added_system), sentences);
  return sentences;
}

std::vector<std::string> added_to_the_server_alone(Connection& source, Connection& target) {
  std::vector<std::string> added = added_to_the_server(source);
  const std::vector<std::string> there = added_to_the_server(target);
  std::erase_if(added, [&there](const std::string& thing) { return std::ranges::find(there, thing) != there.end(); });
  return added;
}

std::vector<std::string> columns_by_session(Connection& server, const std::vector<std::string>& databases) {
  std::vector<std::string> sentences;
  if (databases.empty() || !has_generated_columns(server.flavor())) return sentences;
  const mysql::Result columns = read_generated_and_timestamps(server, databases);
  const BySession by_session(columns);
  for (std::size_t row = 0; row < columns.size(); ++row)
    if (columns.number(row, "is_stored") != 0 &&
        by_session.has(columns.text(row, "of_table"), columns.text(row, "name")))
      sentences.push_back(
          fmt::format("column {}.{} is stored, and its values may depend on the session that wrote the "
                      "row: Verify stops at one that the target computes otherwise",
                      columns.text(row, "of_table"), columns.text(row, "name")));
  return sentences;
}

std::vector<std::string> indexes_by_session(Connection& server, const std::vector<std::string>& databases) {
  if (databases.empty() || !has_generated_columns(server.flavor())) return {};
  const mysql::Result columns = read_generated_and_timestamps(server, databases);
  const BySession by_session(columns);
  std::set<PartOfTable> following;
  for (std::size_t row = 0; row < columns.size(); ++row)
    if (columns.number(row, "is_virtual") != 0 &&
        by_session.has(columns.text(row, "of_table"), columns.text(row, "name")))
      following.emplace(columns.text(row, "of_table"), columns.text(row, "name"));
  std::set<PartOfTable> indexes = indexes_of(server, databases, following);
  if (has_functional_keys(server.flavor())) {
    const mysql::Result keys = read_functional_keys(server, databases);
    for (std::size_t row = 0; row < keys.size(); ++row)
      if (by_session.follows(keys.text(row, "of_table"), keys.text(row, "expression")))
        indexes.emplace(keys.text(row, "of_table"), keys.text(row, "name"));
  }
  std::vector<std::string> sentences;
  for (const auto& [table, index] : indexes)
    sentences.push_back(
        fmt::format("index {} of {} is of values that may depend on the session that wrote the row: those of the new "
                    "instance are computed under UTC, and it may find other rows by that index",
                    index, table));
  return sentences;
}

std::vector<std::string> checks_by_session(Connection& server, const std::vector<std::string>& databases) {
  std::vector<std::string> sentences;
  if (databases.empty() || server.flavor().is_mariadb() || !server.flavor().at_least(8, 0, 16)) return sentences;
  const BySession by_session(read_generated_and_timestamps(server, databases));
  const mysql::Result checks = read_enforced_checks(server, databases);
  for (std::size_t row = 0; row < checks.size(); ++row)
    if (by_session.follows(checks.text(row, "of_table"), checks.text(row, "expression")))
      sentences.push_back(
          fmt::format("check {} of {} may depend on the session that wrote the row: Copy stops at one that the target "
                      "refuses under UTC",
                      checks.text(row, "name"), checks.text(row, "of_table")));
  return sentences;
}

std::vector<std::string> persistent_statistics(Connection& server, const std::vector<std::string>& databases) {
  if (databases.empty() || !server.flavor().is_mariadb()) return {};
  const auto rows_of = [in = in_list(databases)](const char* table) {
    return fmt::format("SELECT db_name, table_name FROM mysql.{} WHERE db_name IN {}", table, in);
  };
  const mysql::Result found = server.query(fmt::format("{} UNION {} UNION {} ORDER BY 1, 2", rows_of("table_stats"),
                                                       rows_of("column_stats"), rows_of("index_stats")),
                                           "looking for persistent statistics");
  std::vector<std::string> names;
  for (std::size_t row = 0; row < found.size(); ++row)
    if (contains(databases, found.text(row, "db_name")))
      names.push_back(found.text(row, "db_name") + "." + found.text(row, "table_name"));
  if (names.empty()) return {};
  return {fmt::format("the persistent statistics of {} table{} are not copied ({})", names.size(),
                      names.size() == 1 ? "" : "s", first_of(names))};
}

std::vector<std::string> objects_of_reserved_accounts(Connection& server, const std::vector<std::string>& databases) {
  std::vector<std::string> sentences;
  for (const ObjectKind kind : {ObjectKind::routine, ObjectKind::view, ObjectKind::trigger, ObjectKind::event})
    for (const StoredObject& object : list_objects(server, kind, databases))
      if (is_reserved(parse_definer(object.definer)))
        sentences.push_back(fmt::format("{} will not be on the target: its definer {} belongs to the server",
                                        text_of(object), object.definer));
  return sentences;
}

std::vector<std::string> keys_to_others(Connection& server, const std::vector<std::string>& databases) {
  std::vector<std::string> sentences;
  ForeignKeys all = read_foreign_keys(server, databases);
  for (const auto& [table, keys] : take_keys_to_others(all, databases))
    for (const ForeignKey& key : keys)
      sentences.push_back(fmt::format("{} will not be on the target: its parent {} is not copied", text_of(table, key),
                                      key.parent.text()));
  return sentences;
}

std::vector<std::string> cascades_from_others(Connection& server, const std::vector<std::string>& databases) {
  std::vector<std::string> sentences;
  if (logs_cascades(server)) return sentences;
  ForeignKeys all = read_foreign_keys(server, databases);
  for (const auto& [table, keys] : take_keys_to_others(all, databases))
    for (const ForeignKey& key : keys)
      if (cascades(key))
        sentences.push_back(
            fmt::format("{} changes rows of {} with those of {} (ON DELETE {}, ON UPDATE {}), which is not copied: no "
                        "binlog tells the target",
                        text_of(table, key), table.text(), key.parent.text(), key.on_delete, key.on_update));
  return sentences;
}

std::vector<std::string> differing_time_zones(Connection& source, Connection& target) {
  const auto here = read_time_zones(source), there = read_time_zones(target);
  std::vector<std::string> names;
  for (const auto& [name, rules] : here)
    if (const auto found = there.find(name); found == there.end() || found->second != rules) names.push_back(name);
  if (names.empty()) return {};
  return {
      fmt::format("{} of the {} named time zones: the target lacks them or has other rules for them, so that "
                  "CONVERT_TZ gives something else there ({})",
                  names.size(), here.size(), first_of(names))};
}

std::vector<std::string> defaults_in_doubt(Connection& server, const std::vector<std::string>& databases) {
  std::vector<std::string> sentences;
  if (databases.empty()) return sentences;
  const mysql::Result found = server.query(
      fmt::format("SELECT TABLE_SCHEMA AS of_schema, TABLE_NAME AS name FROM information_schema.COLUMNS"
                  " JOIN information_schema.TABLES USING (TABLE_SCHEMA, TABLE_NAME) WHERE TABLE_SCHEMA IN {}"
                  " AND TABLE_TYPE = 'BASE TABLE' AND IS_NULLABLE = 'NO' AND (COLUMN_DEFAULT LIKE '%?%' OR DATA_TYPE ="
                  " 'float' AND CHAR_LENGTH(COLUMN_DEFAULT) >= 6)",
                  in_list(databases)),
      "looking for defaults with question marks, and of FLOATs");
  // A DISTINCT would leave out names that differ from others in case or accents only.
  std::set<tables::TableName> tables_in_doubt;
  for (std::size_t row = 0; row < found.size(); ++row)
    tables_in_doubt.insert({found.text(row, "of_schema"), found.text(row, "name")});
  for (const tables::TableName& table : tables_in_doubt) {
    const std::string printed = tables::read_create_statement(server, table);
    const auto may_have_more = [&printed](const tables::DoubtfulDefault& one) {
      return std::ranges::count_if(printed.substr(one.begin, one.end - one.begin),
                                   [](char letter) { return letter >= '0' && letter <= '9'; }) >= 6;
    };
    for (const tables::DoubtfulDefault& each : tables::with_exact_defaults(server, table, printed).in_doubt) {
      if (each.is_rounded && !may_have_more(each)) continue;
      sentences.push_back(
          fmt::format("column {}.{}: the server prints {}; without a row in the table it can't be asked which",
                      table.text(), each.column,
                      each.is_rounded ? "six digits of its default, which may have more"
                                      : "a question mark in its default, as it does for a letter of four bytes"));
    }
  }
  return sentences;
}

std::vector<std::string> columns_of_added_reference_systems(Connection& server,
                                                            const std::vector<std::string>& databases) {
  std::vector<std::string> sentences;
  if (databases.empty() || !has_dictionary(server.flavor())) return sentences;
  add_sentences(server,
                fmt::format("SELECT CONCAT('column ', TABLE_SCHEMA, '.', TABLE_NAME, '.', COLUMN_NAME,"
                            " ' is in the spatial reference system ', SRS_ID, ', which the target will not know')"
                            " FROM information_schema.ST_GEOMETRY_COLUMNS WHERE TABLE_SCHEMA IN {} AND {} ORDER BY 1",
                            in_list(databases), is_added_system),
                sentences);
  return sentences;
}

std::vector<std::string> stopwords_of_the_server(Connection& server, const std::vector<std::string>& databases) {
  if (databases.empty() || !server.flavor().at_least(5, 6)) return {};
  const auto words = server.query(
      "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('innodb_ft_server_stopword_table', "
      "'innodb_ft_user_stopword_table')"
      " AND Value <> ''");
  if (words.empty()) return {};
  const auto tables = server.number(
      fmt::format(
          "SELECT COUNT(DISTINCT TABLE_SCHEMA, TABLE_NAME) AS n FROM information_schema.STATISTICS JOIN"
          " information_schema.TABLES USING (TABLE_SCHEMA, TABLE_NAME) WHERE TABLE_SCHEMA IN {} AND INDEX_TYPE ="
          " 'FULLTEXT' AND ENGINE = 'InnoDB'",
          in_list(databases)),
      "looking for FULLTEXT indexes");
  if (tables == 0) return {};
  return {
      fmt::format("{} is {} on the source, by which InnoDB leaves words out of FULLTEXT indexes as it was when each "
                  "was made; the new instance makes those of {} before that table has its rows",
                  words.text(0, "Variable_name"), words.text(0, "Value"),
                  tables == 1 ? "one table" : fmt::format("{} tables", tables))};
}

std::vector<std::string> columns_of_untold_reference_systems(Connection& server,
                                                             const std::vector<std::string>& databases) {
  std::vector<std::string> sentences;
  if (databases.empty() || !server.flavor().is_mariadb()) return sentences;
  add_sentences(server,
                fmt::format("SELECT CONCAT('column ', F_TABLE_SCHEMA, '.', F_TABLE_NAME, '.', G_GEOMETRY_COLUMN,"
                            " ' is declared in a spatial reference system of 32767 or above, and MariaDB says no more')"
                            " FROM information_schema.GEOMETRY_COLUMNS JOIN information_schema.TABLES"
                            " ON TABLE_SCHEMA = F_TABLE_SCHEMA AND TABLE_NAME = F_TABLE_NAME"
                            " WHERE F_TABLE_SCHEMA IN {} AND TABLE_TYPE = 'BASE TABLE' AND SRID = 32767 ORDER BY 1",
                            in_list(databases)),
                sentences);
  return sentences;
}

}  // namespace darbe::objects
