#include "copy/creation.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "base/error.h"
#include "base/fault.h"
#include "base/log.h"
#include "mysql/alone.h"
#include "mysql/quote.h"
#include "mysql/server_life.h"
#include "tables/alter.h"

namespace darbe::copy {

namespace {

using mysql::Meaning;

std::set<std::string> index_names(mysql::Connection& target, const tables::TableName& name) {
  const mysql::Result result = target.query(fmt::format("SELECT INDEX_NAME AS name FROM information_schema.STATISTICS"
                                                        " WHERE TABLE_SCHEMA = {} AND TABLE_NAME = {}",
                                                        mysql::quote_text(name.schema), mysql::quote_text(name.name)),
                                            "listing the indexes of " + name.text());
  std::set<std::string> names;
  for (std::size_t row = 0; row < result.size(); ++row) names.insert(result.text(row, "name"));
  return names;
}

// What the server says about two rows that have one value in a unique index.
struct Collision {
  std::string value;  // "Duplicate entry 'value' for key 't.key'"
  std::string key;
};

std::optional<Collision> collision_of(const std::string& said) {
  constexpr std::string_view before_value = "Duplicate entry '";
  constexpr std::string_view before_key = "' for key '";
  const std::size_t value = said.find(before_value);
  const std::size_t key = said.rfind(before_key);
  const std::size_t end = key == std::string::npos ? key : said.rfind('\'');  // a key's name may have others
  if (value == std::string::npos || end == std::string::npos) return std::nullopt;
  const std::size_t value_begin = value + before_value.size();
  const std::size_t key_begin = key + before_key.size();
  return Collision{said.substr(value_begin, key - value_begin), said.substr(key_begin, end - key_begin)};
}

bool is_named(const Collision& collision, const tables::SecondaryKey& key) {
  return collision.key == key.name || collision.key.ends_with("." + key.name);
}

// The first rows with that value: "id = 1, a = x; id = 2, a = X". One scan; empty where the server's text does not lead
// back to the rows (it cuts long values).
std::string colliding_rows(mysql::Connection& target, const tables::Table& table, const tables::SecondaryKey& key,
                           const std::string& value) {
  std::vector<std::string> columns;
  for (const std::string& name : table.key_columns) columns.push_back(mysql::quote_name(name));
  columns.insert(columns.end(), key.values.begin(), key.values.end());
  const std::string whole =
      key.values.size() == 1 ? key.values.front() : fmt::format("CONCAT_WS('-', {})", fmt::join(key.values, ", "));
  const mysql::Result found =
      target.query(fmt::format("SELECT {} FROM {} WHERE {} = {} LIMIT 2", fmt::join(columns, ", "), table.name.quoted(),
                               whole, mysql::quote_text(value)),
                   "looking for the rows that collide in " + table.name.text());
  std::vector<std::string> rows;
  for (const mysql::Result::Row& row : found.rows) {
    std::vector<std::string> values;
    for (std::size_t i = 0; i < row.size(); ++i)
      values.push_back(fmt::format("{} = {}", columns[i], row[i].value_or("NULL")));
    rows.push_back(fmt::format("{}", fmt::join(values, ", ")));
  }
  return fmt::format("{}", fmt::join(rows, "; "));
}

// Collations that changed between versions, mostly.
[[noreturn]] void throw_collision(mysql::Connection& target, const tables::Table& table,
                                  const tables::CreateStatement& statement, const mysql::ServerError& error) {
  std::string rows;
  if (const auto collision = collision_of(error.what()))
    for (const tables::SecondaryKey& key : statement.later_keys)
      if (is_named(*collision, key) && !key.values.empty()) rows = colliding_rows(target, table, key, collision->value);
  throw base::Error(base::Kind::failed,
                    fmt::format("{}; the target's server takes rows for equal that the source's keeps apart{}{}",
                                error.what(), rows.empty() ? "" : ": ", rows),
                    "Change one of the rows on the source, or the collation of the column, undo this run and begin a "
                    "new one.");
}

void add_keys(mysql::Connection& target, const tables::CreateStatement& statement, const tables::Table& table,
              const std::string& clauses) {
  try {
    tables::alter_in_place(target, table.name, clauses, "building the indexes of " + table.name.text());
  } catch (const mysql::ServerError& error) {
    if (mysql::meaning_of(error) == Meaning::duplicate) throw_collision(target, table, statement, error);
    throw;
  }
}

void append_clause(std::string& clauses, const tables::SecondaryKey& key) {
  clauses += (clauses.empty() ? "ADD " : ", ADD ") + key.clause;
}

// What has to be added, a statement each.
std::vector<std::string> missing_clauses(const tables::CreateStatement& statement, const std::set<std::string>& there) {
  using enum tables::SecondaryKey::Kind;
  std::string together;
  std::string functional_ones;
  std::vector<std::string> clauses;
  for (const tables::SecondaryKey& key : statement.later_keys) {
    if (there.count(key.name) != 0) continue;
    if (key.kind == spatial)
      clauses.push_back("ADD " + key.clause);
    else
      append_clause(key.kind == plain ? together : functional_ones, key);
  }
  for (const std::string& group : {functional_ones, together})
    if (!group.empty()) clauses.insert(clauses.begin(), group);
  return clauses;
}

void add_missing_keys(mysql::Connection& target, const tables::CreateStatement& statement, const tables::Table& table) {
  for (const std::string& clauses : missing_clauses(statement, index_names(target, table.name)))
    add_keys(target, statement, table, clauses);
}

// Kept on the target, so that a run that is resumed can tell it in the end.
void note_refusal(mysql::Connection& target, const std::string& sentence) {
  log::warning("{}", sentence);
  target.execute(
      "CREATE TABLE IF NOT EXISTS darbe_journal.copy_refusals (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,"
      " sentence TEXT CHARACTER SET utf8 NOT NULL) ENGINE=InnoDB");
  target.execute(
      fmt::format("INSERT INTO darbe_journal.copy_refusals (sentence) SELECT {0} FROM DUAL WHERE NOT EXISTS"
                  " (SELECT 1 FROM darbe_journal.copy_refusals AS told WHERE sentence = {0})",
                  mysql::quote_text(sentence)));
}

// What the server says after a CREATE that it did otherwise.
std::vector<mysql::Warning> warnings_after(mysql::Connection& target, const mysql::Outcome& created) {
  if (created.warnings == 0) return {};
  std::vector<mysql::Warning> warnings = target.warnings();
  std::erase_if(warnings, [](const mysql::Warning& warning) {
    return warning.level != "Warning" || mysql::is_advice(warning.number, warning.text);
  });
  return warnings;
}

// Takes those that speak of the option; the first one's text comes back.
std::optional<std::string> take_warning(std::vector<mysql::Warning>& warnings, std::string_view option) {
  std::optional<std::string> text;
  std::erase_if(warnings, [&](const mysql::Warning& warning) {
    if (warning.text.find(option) == std::string::npos) return false;
    if (!text) text = warning.text;
    return true;
  });
  return text;
}

// Without innodb_strict_mode a server ignores a place or a row format that it does not take, with a warning. Says
// whether it told of anything.
bool note_ignored(mysql::Connection& target, const std::string& sql, const tables::TableName& name,
                  const mysql::Outcome& created) {
  std::vector<mysql::Warning> warnings = warnings_after(target, created);
  const bool told = !warnings.empty();
  for (const std::string_view option : tables::options_of_place) {
    if (tables::without_option(sql, option) == sql) continue;
    const std::string made = tables::read_create_statement(target, name);
    if (tables::without_option(made, option) == made)
      note_refusal(target, fmt::format("{} is made without its {}: {}", name.text(), option,
                                       take_warning(warnings, option).value_or("the server ignores it")));
  }
  for (const mysql::Warning& warning : warnings)
    note_refusal(target, fmt::format("{}: {}", tables::not_as_defined(name.text()), warning.text));
  return told;
}

// For a run that was cut off before it could note the warning, and finds the table made.
void note_other_row_format(mysql::Connection& target, const std::string& sql, const tables::TableName& name) {
  const std::string asked = tables::row_format_of(sql);
  if (asked.empty()) return;
  const auto other =
      target.value(fmt::format("SELECT ROW_FORMAT FROM information_schema.TABLES WHERE TABLE_SCHEMA = {} AND TABLE_NAME"
                               " = {} AND ENGINE = 'InnoDB' AND UPPER(ROW_FORMAT) <> {}",
                               mysql::quote_text(name.schema), mysql::quote_text(name.name), mysql::quote_text(asked)),
                   "asking for the row format of " + name.text());
  if (other) note_refusal(target, fmt::format("{}: its row format is {}", tables::not_as_defined(name.text()), *other));
}

void create_and_note(mysql::Connection& target, const std::string& sql, const tables::TableName& name) {
  const mysql::Outcome created = target.execute(sql, "creating table " + name.text());
  if (!note_ignored(target, sql, name, created)) note_other_row_format(target, sql, name);
}

bool try_create(mysql::Connection& target, const std::string& sql, const tables::TableName& name) {
  try {
    create_and_note(target, sql, name);
    return true;
  } catch (const mysql::ServerError& error) {
    if (error.kind() == base::Kind::transient) throw;
    return false;
  }
}

void drop_defaults(mysql::Connection& target, const tables::CreateStatement& statement, const tables::Table& table) {
  std::string clauses;
  for (const std::string& column : statement.without_default)
    clauses += fmt::format("{}ALTER COLUMN {} DROP DEFAULT", clauses.empty() ? "" : ", ", mysql::quote_name(column));
  if (!clauses.empty())
    mysql::execute_alone(target, fmt::format("ALTER TABLE {} {}", table.name.quoted(), clauses),
                         "dropping defaults of " + table.name.text());
}

// Without the one option of place that the server refuses or, where that can't be told, without any. False if that is
// no help.
bool create_elsewhere(mysql::Connection& target, const std::string& sql, const tables::TableName& name,
                      const mysql::ServerError& refused) {
  std::string without_any = sql;
  std::string all;
  const auto told = [&](const std::string& options) {
    note_refusal(target, fmt::format("{} is made without its {}: {}", name.text(), options, refused.what()));
    return true;
  };
  for (const std::string_view option : tables::options_of_place) {
    const std::string without = tables::without_option(sql, option);
    if (without == sql) continue;
    if (try_create(target, without, name)) return told(std::string(option));
    without_any = tables::without_option(without_any, option);
    all += fmt::format("{}{}", all.empty() ? "" : ", ", option);
  }
  return without_any != sql && try_create(target, without_any, name) && told(all);
}

// Makes one; why it can't, if so.
std::optional<std::string> histogram_refusal(mysql::Connection& target, const tables::TableName& table,
                                             const std::string& column, const std::string& data) {
  if (target.flavor().is_mariadb() || !target.flavor().at_least(8, 0, 31))
    return "its version makes none of given data";
  const mysql::Result made =
      target.query(fmt::format("ANALYZE NO_WRITE_TO_BINLOG TABLE {} UPDATE HISTOGRAM ON {} USING DATA {}",
                               table.quoted(), mysql::quote_name(column), mysql::quote_text(data)),
                   "making a histogram of " + table.text());
  if (made.text(0, "Msg_type") != "Error") return std::nullopt;
  return made.text(0, "Msg_text");
}

// Why the server can't encrypt a table; nothing if it can. It takes the wish for a whole database in any case, and
// would refuse each table then.
std::optional<std::string> encryption_refusal(mysql::Connection& target) {
  try {
    target.execute("CREATE TABLE darbe_journal.encrypted (id INT PRIMARY KEY) ENCRYPTION = 'Y'", "encrypting a table");
    target.execute("DROP TABLE darbe_journal.encrypted");
    return std::nullopt;
  } catch (const mysql::ServerError& error) {
    if (error.kind() == base::Kind::transient) throw;
    return error.what();
  }
}

// MyISAM and kin can't do it in place, and take up no more room after a rebuild.
void raise_counter(mysql::Connection& target, const tables::TableName& table, std::uint64_t next) {
  const std::string clause = fmt::format("AUTO_INCREMENT = {}", next);
  const std::string doing = "setting the counter of " + table.text();
  const auto engine = target.value(
      fmt::format("SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = {} AND TABLE_NAME = {}",
                  mysql::quote_text(table.schema), mysql::quote_text(table.name)),
      doing);
  try {
    if (engine == "InnoDB")
      tables::alter_in_place(target, table, clause, doing);
    else
      target.execute(fmt::format("ALTER TABLE {} {}", table.quoted(), clause), doing);
  } catch (const mysql::ServerError& error) {
    // Dropped a moment ago, by what is replicated; of one that is missing otherwise others tell.
    if (mysql::meaning_of(error) != mysql::Meaning::no_such_object) throw;
  }
}

}  // namespace

bool warns_of_error_values(const mysql::Flavor& target, const tables::Column& column) {
  return column.data_type == "enum" && (target.is_mariadb() || column.has_wide_letters());
}

std::uint64_t chunk_rows_max(const mysql::Flavor& target, const tables::Table& table) {
  const auto enums = std::ranges::count_if(
      table.columns, [&](const tables::Column& column) { return warns_of_error_values(target, column); });
  return enums == 0 ? std::numeric_limits<std::uint64_t>::max() : 65'000 / static_cast<std::uint64_t>(enums);
}

mysql::Connection open_target(const mysql::ConnectOptions& options, std::stop_token stop) {
  mysql::Connection target(options, std::move(stop));
  target.execute("SET SESSION foreign_key_checks = 0, unique_checks = 1, sql_quote_show_create = 1");
  target.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
  // Else a table of an engine that the server has not, or has disabled, is made with another one, with a warning.
  target.execute("SET SESSION sql_mode = CONCAT(@@sql_mode, ',NO_ENGINE_SUBSTITUTION')");
  // Rows wait here while the frozen replica reads cold blocks; and as long for the AUTO-INC lock of another lane whose
  // rows do (docs/copy.md).
  target.execute("SET SESSION net_read_timeout = 3600, innodb_lock_wait_timeout = 3600");
  tables::ledger::leave_out_of_binlog(target);
  // A stored generated column that rounds its expression gives a note (1265) for each row; so does a DECIMAL that is
  // cut, which is Verify's to find. What other values would lose is a warning.
  target.execute("SET SESSION sql_notes = 0");
  // Warnings about an ENUM's error values are counted one by one. MySQL 9 wants a privilege for it.
  tables::try_set(target, "max_error_count = 65535");
  // Each of these exists on some servers only; definitions that the source has must not be refused or changed.
  tables::try_set(target, "innodb_strict_mode = 0");
  tables::try_set(target, "sql_require_primary_key = 0");
  tables::try_set(target, "sql_generate_invisible_primary_key = 0");
  tables::try_set(target, "check_constraint_checks = 0");
  tables::try_set(target, "information_schema_stats_expiry = 0");
  // The default of 1 MiB, shared by four threads, sorts an index in many small runs; the smallest instances have 1 GiB.
  tables::try_set(target, "innodb_ddl_buffer_size = 33554432");
  tables::ledger::note_session(target, target.id());
  return target;
}

mysql::Connection open_same_target(const mysql::ConnectOptions& options, const FirstSession& first,
                                   std::stop_token stop) {
  mysql::Connection target = open_target(options, std::move(stop));
  if (mysql::server_started(target) != first.server_started) throw TargetRestarted();
  if (!tables::ledger::is_noted(target, first.id))
    throw base::Error(
        base::Kind::failed, "another darbe has taken the copy over",
        "See that only one is at work on the target, and run the same command again: it goes on with what "
        "the target's ledger has.");
  return target;
}

void create_databases(mysql::Connection& target, const std::vector<tables::Database>& databases) {
  for (const tables::Database& database : databases) {
    const std::string words = fmt::format("{} CHARACTER SET {} COLLATE {}", mysql::quote_name(database.name),
                                          database.charset, database.collation);
    target.execute("CREATE DATABASE IF NOT EXISTS " + words, "creating database " + database.name);
    // It may have been there: RDS makes one when it creates the instance.
    target.execute("ALTER DATABASE " + words, "setting the character set of database " + database.name);
  }
}

void create_table(mysql::Connection& target, const tables::CreateStatement& statement, const tables::Table& table,
                  Keys keys) {
  const std::string& sql = keys == Keys::all ? statement.with_all_keys : statement.with_needed_keys;
  try {
    create_and_note(target, sql, table.name);
  } catch (const mysql::ServerError& error) {
    if (error.kind() == base::Kind::transient || !create_elsewhere(target, sql, table.name, error)) throw;
  }
  drop_defaults(target, statement, table);
  fault::point<"copy.table_created">();
}

std::vector<std::string> refusals(mysql::Connection& target) {
  std::vector<std::string> sentences;
  try {
    const mysql::Result found = target.query("SELECT sentence FROM darbe_journal.copy_refusals ORDER BY id");
    for (std::size_t row = 0; row < found.size(); ++row) sentences.push_back(found.text(row, "sentence"));
  } catch (const mysql::ServerError& error) {
    if (mysql::meaning_of(error) != Meaning::no_such_object) throw;
  }
  return sentences;
}

void forget_refusals(mysql::Connection& target) { target.execute("DROP TABLE IF EXISTS darbe_journal.copy_refusals"); }

void build_indexes(mysql::Connection& target, const tables::CreateStatement& statement, const tables::Table& table,
                   const std::function<void()>& before_rebuild) {
  try {
    add_missing_keys(target, statement, table);
  } catch (const mysql::ServerError& error) {
    switch (mysql::meaning_of(error)) {
      case Meaning::already_exists:  // a statement whose client was lost held the table until it was through
        break;
      case Meaning::unseen_index:
        before_rebuild();
        tables::alter_in_place(target, table.name, "FORCE",
                               "making the two definitions of " + table.name.text() + " one");
        break;
      default:
        throw;
    }
    add_missing_keys(target, statement, table);
  }
  fault::point<"copy.indexes_built">();
}

void raise_counters(mysql::Connection& target, const Counters& wanted) {
  std::vector<tables::TableName> names;
  for (const auto& [table, next] : wanted) names.push_back(table);
  const auto there = tables::read_counters(target, names);
  for (const auto& [table, next] : wanted) {
    const auto found = there.find(table);
    if (found == there.end() || found->second < next) raise_counter(target, table, next);
  }
}

std::vector<std::string> copy_encryption(mysql::Connection& frozen, mysql::Connection& target,
                                         const std::vector<tables::Database>& databases) {
  if (frozen.flavor().is_mariadb() || !frozen.flavor().at_least(8, 0, 16)) return {};
  std::vector<std::string> sentences;
  for (const tables::Database& database : databases) {
    const auto encrypted =
        frozen.value(fmt::format("SELECT DEFAULT_ENCRYPTION FROM information_schema.SCHEMATA WHERE "
                                 "SCHEMA_NAME = {}",
                                 mysql::quote_text(database.name)));
    if (encrypted != "YES") continue;
    const std::optional<std::string> refusal = encryption_refusal(target);
    if (refusal)
      sentences.push_back(
          fmt::format("new tables of database {} are not encrypted by themselves: {}", database.name, *refusal));
    else
      target.execute(fmt::format("ALTER DATABASE {} ENCRYPTION = 'Y'", mysql::quote_name(database.name)),
                     "setting the encryption of database " + database.name);
  }
  return sentences;
}

std::vector<std::string> copy_histograms(mysql::Connection& frozen, mysql::Connection& target,
                                         const std::vector<tables::Database>& databases) {
  std::vector<std::string> sentences;
  if (frozen.flavor().is_mariadb() || !frozen.flavor().at_least(8, 0, 2)) return sentences;
  for (const tables::Database& database : databases)
    frozen.stream(
        fmt::format("SELECT TABLE_NAME, COLUMN_NAME, HISTOGRAM FROM information_schema.COLUMN_STATISTICS"
                    " WHERE SCHEMA_NAME = {}",
                    mysql::quote_text(database.name)),
        [&](mysql::RowView row) {
          const tables::TableName table{database.name, std::string(row[0].value_or(""))};
          const std::string column(row[1].value_or(""));
          if (auto refusal = histogram_refusal(target, table, column, std::string(row[2].value_or(""))))
            // The beginning is as the comparison of the catalogs has it.
            sentences.push_back(
                fmt::format("histogram {}.{} is not on the target: {}", table.text(), column, *refusal));
          return true;
        },
        "reading the histograms of " + database.name);
  return sentences;
}

void analyze_tables(mysql::Connection& target, const std::vector<tables::Database>& databases) {
  const bool counts = target.number("SELECT @@global.innodb_stats_auto_recalc") == 1;
  for (const tables::Database& database : databases) {
    const mysql::Result found = target.query(
        fmt::format(
            "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = {} AND ENGINE = 'InnoDB'"
            " AND LOWER(CREATE_OPTIONS) {} LIKE '%stats_auto_recalc={}%'",
            mysql::quote_text(database.name), counts ? "" : "NOT", counts ? 0 : 1),
        "listing the tables whose rows nobody counts");
    for (std::size_t row = 0; row < found.size(); ++row)
      target.query("ANALYZE NO_WRITE_TO_BINLOG TABLE " + mysql::quote_name(database.name, found.text(row, "name")),
                   fmt::format("counting the rows of {}.{}", database.name, found.text(row, "name")));
  }
}

}  // namespace darbe::copy
