// The edge-case matrix of docs/copy.md: each case is copied, verified, given its objects, and compared with its source
// by means that are not ours: the servers' CHECKSUM TABLE, their SHOW CREATE TABLE, and a SELECT of all values as
// hexadecimal digits.
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <regex>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "copy/copy.h"
#include "matrix_case.h"
#include "mysql/quote.h"
#include "objects/compare.h"
#include "objects/objects.h"
#include "servers/test_server.h"
#include "verify/verify.h"

namespace darbe {
namespace {

using lab_test::MatrixCase;
using mysql::Connection;
using testing::HasSubstr;

// A source and a target of one kind, shared by all tests.
struct Pair {
  Pair(std::string_view kind, const MatrixCase& wanted)
      : source({.kind = kind, .arguments = arguments(kind, wanted), .made_with = wanted.all("made with")}),
        target({.kind = kind, .arguments = arguments(kind, wanted), .made_with = wanted.all("made with")}) {}
  static std::vector<std::string> arguments(std::string_view kind, const MatrixCase& wanted) {
    std::vector<std::string> all = {"--local-infile=1", "--character-set-server=utf8mb4",
                                    "--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync"};
    if (kind != servers::mariadb) all.push_back("--federated");
    // That plugin starts with a name for its site only.
    if (kind == servers::mysql_current) all.push_back("--loose-authentication-webauthn-rp-id=example.com");
    for (const std::string& argument : wanted.all("servers")) all.push_back(argument);
    return all;
  }
  servers::TestServer source;
  servers::TestServer target;
};

std::vector<std::string> schemas_of(Connection& server) {
  std::vector<std::string> names;
  for (const tables::Database& database : tables::read_databases(server, {})) names.push_back(database.name);
  return names;
}

// A value's bytes, printed by the server. Numbers and times are told by their text, FLOAT by all its digits.
std::string printed(const std::string& name, const std::string& type) {
  static const std::set<std::string> plain = {"tinyint", "smallint", "mediumint", "int",      "bigint",    "decimal",
                                              "double",  "year",     "date",      "datetime", "timestamp", "time"};
  const std::string column = mysql::quote_name(name);
  if (plain.contains(type)) return column;
  if (type == "float") return column + "*1e0";
  if (type == "enum" || type == "set") return fmt::format("CONCAT(HEX({0}), '/', {0}+0)", column);
  return fmt::format("IF(LENGTH({0}) > 65536, SHA2({0}, 256), HEX({0}))", column);
}

class Matrix : public testing::TestWithParam<std::string_view> {
 protected:
  static void TearDownTestSuite() { pair_.reset(); }

  void TearDown() override {
    for (const std::string& sql : restore_) on_both(sql);
    if (has_servers_of_its_own_) pair_.reset();
  }

  // Copies the case and expects the target to be as the source in all that can be seen.
  void expect_copied(const std::string& name) {
    const MatrixCase wanted = lab_test::read_case(std::string(DARBE_SOURCE_DIR) + "/tests/lab/matrix/" + name + ".sql");
    if (!wanted.is_for(std::string(GetParam()))) GTEST_SKIP() << "this server has no such thing";
    start(wanted);
    fill(wanted);
    restore_ = wanted.all("restore");
    const std::vector<std::string> refused = wanted.all("refused");
    if (refused.empty())
      expect_same(wanted);
    else
      expect_refused(wanted, refused.front());
  }

  // Nobody's account has a host of its own instead.
  static constexpr const char* is_ours = "User LIKE 'm\\_%' OR Host = 'm.example.com'";

  // Copies the case's accounts, whose names begin with m_, and asks what is the same.
  void expect_accounts(const std::string& name) {
    const MatrixCase wanted = lab_test::read_case(std::string(DARBE_SOURCE_DIR) + "/tests/lab/matrix/" + name + ".sql");
    if (!wanted.is_for(std::string(GetParam()))) GTEST_SKIP() << "this server has no such thing";
    start(wanted);
    for (Connection* side : {source_.get(), target_.get()}) drop_accounts(*side);
    fill(wanted);
    copy();
    objects::WantedAccounts accounts{account_names(), schemas_of(*source_), "root", "darbe_r_1234"};
    const objects::AccountsOutcome made = objects::create_accounts(*source_, *target_, accounts, {});
    const objects::AccountsOutcome granted = objects::grant_on_objects(*source_, *target_, accounts, {});
    std::vector<std::string> reported = made.not_as_source;
    reported.insert(reported.end(), granted.not_as_source.begin(), granted.not_as_source.end());
    expect_reported(wanted, reported);
    EXPECT_EQ(objects::accounts_standing(*source_, *target_, accounts, reported), objects::Standing::done);
    const auto compared = objects::compare_catalogs(*source_, *target_, {schemas_of(*source_), accounts}, reported, {});
    EXPECT_THAT(compared.differences, testing::IsEmpty());
    expect_answers(wanted);
  }

  std::vector<std::string> account_names() {
    std::vector<std::string> names;
    for (const auto& row : source_->query(fmt::format("SELECT DISTINCT User FROM mysql.user WHERE {}", is_ours)).rows)
      names.push_back(row[0].value_or(""));
    return names;
  }

  static void drop_accounts(Connection& side) {
    const mysql::Result found =
        side.query(fmt::format("SELECT User AS name, Host AS host FROM mysql.user WHERE {}", is_ours));
    for (std::size_t row = 0; row < found.size(); ++row) {
      const std::string& name = found.text(row, "name");
      const bool is_role = side.flavor().is_mariadb() && found.text(row, "host").empty();
      side.execute(is_role ? "DROP ROLE " + mysql::quote_name(name)
                           : "DROP USER " + mysql::quote_account(name, found.text(row, "host")));
    }
  }

  void start(const MatrixCase& wanted) {
    has_servers_of_its_own_ = !wanted.all("servers").empty();
    if (has_servers_of_its_own_) pair_.reset();
    if (!pair_) pair_ = std::make_unique<Pair>(GetParam(), wanted);
    for (const std::string& sql : wanted.all("first")) on_both(sql);
    source_ = std::make_unique<Connection>(pair_->source.connect_options(), std::stop_token());
    target_ = std::make_unique<Connection>(pair_->target.connect_options(), std::stop_token());
    for (Connection* side : {source_.get(), target_.get()}) {
      side->execute("SET foreign_key_checks = 0");
      for (const std::string& schema : schemas_of(*side)) side->execute("DROP DATABASE " + mysql::quote_name(schema));
      side->execute("DROP DATABASE IF EXISTS darbe_journal");
    }
  }

  void fill(const MatrixCase& wanted) {
    source_->execute("CREATE DATABASE shop CHARACTER SET utf8mb4");
    source_->execute("USE shop");
    for (const std::string& sql : wanted.statements) source_->execute(sql, sql.substr(0, 100));
    // A server's idea of a table's size is late, and it is what decides on chunks.
    for (const tables::TableName& table : tables_of(*source_)) source_->query("ANALYZE TABLE " + table.quoted());
    for (const std::string& sql : wanted.all("both")) on_both(sql);
    // What the case has set for its session is not to colour the comparison.
    source_ = std::make_unique<Connection>(pair_->source.connect_options("shop"), std::stop_token());
  }

  void on_both(const std::string& sql) {
    for (const servers::TestServer* server : {&pair_->source, &pair_->target})
      Connection(server->connect_options(), {}).execute(sql);
  }

  copy::Options options() const {
    copy::Options options{.frozen = pair_->source.connect_options(), .target = pair_->target.connect_options()};
    options.databases = schemas_of(*source_);
    options.jobs = 2;
    options.chunk_bytes = 4096;  // a quarter of InnoDB's page: whatever can be cut is cut
    return options;
  }

  void copy() {
    tables::Progress progress;
    copied_ = copy::run(options(), progress, {});
  }

  void verify(const MatrixCase& wanted) {
    const copy::Options copying = options();
    tables::Progress progress;
    verify::Options verifying{.frozen = copying.frozen, .target = copying.target, .databases = copying.databases};
    verifying.jobs = 2;
    verifying.copy_again = [&](const tables::Table& table, const tables::PlannedTable& planned,
                               const tables::Chunk& chunk,
                               std::stop_token stop) { return copy::copy_again(copying, table, planned, chunk, stop); };
    const verify::Outcome outcome = verify::run(verifying, progress, {});
    EXPECT_EQ(outcome.rows, copied_.rows);
    std::string mended;
    for (const verify::Repair& repair : outcome.repaired) mended += repair.chunk + ": " + repair.differences + "\n";
    const std::vector<std::string> expected = wanted.all("mended");
    if (expected.empty()) {
      EXPECT_EQ(mended, "");
    }
    for (const std::string& text : expected) EXPECT_THAT(mended, HasSubstr(text));
  }

  static void expect_reported(const MatrixCase& wanted, const std::vector<std::string>& sentences) {
    std::vector<testing::Matcher<std::string>> beginnings;
    for (const std::string& text : wanted.all("reported")) beginnings.emplace_back(testing::StartsWith(text));
    EXPECT_THAT(sentences, testing::UnorderedElementsAreArray(beginnings));
  }

  // Rows of a table become those of another one, whatever its columns' character sets allow: as servers of long ago
  // left them.
  void import_rows(const std::string& from, const std::string& to) {
    const std::filesystem::path folder = pair_->source.data() / "shop";
    source_->execute(fmt::format("FLUSH TABLES {} FOR EXPORT", from));
    std::filesystem::copy_file(folder / (from + ".ibd"), folder / (to + ".ibd"));
    source_->execute("UNLOCK TABLES");
    source_->execute(fmt::format("ALTER TABLE {} IMPORT TABLESPACE", to));
    source_->execute(fmt::format("DROP TABLE {}", from));
  }

  // A MyISAM table a second time, under a name for its files that no CREATE would give them.
  void copy_files(const std::string& from, const std::string& to) {
    source_->execute(fmt::format("FLUSH TABLES {} WITH READ LOCK", from));
    const std::filesystem::path folder = pair_->source.data() / "shop";
    for (const char* kind : {".frm", ".MYD", ".MYI"})
      std::filesystem::copy_file(folder / (from + kind), folder / (to + kind));
    source_->execute("UNLOCK TABLES");
  }

  void make_objects(const MatrixCase& wanted) {
    const objects::WantedObjects all{schemas_of(*source_),
                                     {std::vector<std::string>{}, schemas_of(*source_), "root", ""}};
    const objects::ObjectsOutcome outcome = objects::create_objects(*source_, *target_, all, {});
    expect_reported(wanted, outcome.not_as_source);
    const auto compared = objects::compare_catalogs(*source_, *target_, all, outcome.not_as_source, {});
    EXPECT_THAT(compared.differences, testing::IsEmpty());
  }

  void expect_same(const MatrixCase& wanted) {
    copy();
    verify(wanted);
    const auto numbers = table_numbers();
    make_objects(wanted);
    EXPECT_EQ(table_numbers(), numbers) << "a table was rebuilt";
    EXPECT_EQ(copy::state(options(), {}), copy::State::done);
    EXPECT_EQ(verify::state(options().target, {}), verify::State::done);
    const std::vector<tables::TableName> tables = tables_of(*source_);
    EXPECT_EQ(tables, tables_of(*target_));
    std::uint64_t rows = 0;
    for (const tables::TableName& table : tables) rows += expect_same_table(table, wanted.all("no checksum").empty());
    EXPECT_EQ(copied_.rows, rows);
    for (const std::string& names : wanted.all("cut")) expect_cut(names);
    expect_answers(wanted);
  }

  // InnoDB's, on the target: a table that is rebuilt gets another one.
  std::vector<mysql::Result::Row> table_numbers() {
    const bool is_new = !target_->flavor().is_mariadb() && target_->flavor().at_least(8, 0);
    return target_
        ->query(fmt::format("SELECT NAME, TABLE_ID FROM information_schema.{} WHERE NAME LIKE 'shop%' ORDER BY NAME",
                            is_new ? "INNODB_TABLES" : "INNODB_SYS_TABLES"))
        .rows;
  }

  // A thousand rows are many chunks.
  void expect_cut(const std::string& names) {
    std::istringstream list(names);
    for (std::string name; list >> name;) {
      const std::uint64_t chunks = target_->number(fmt::format(
          "SELECT COUNT(*) AS n FROM darbe_journal.copy_ledger JOIN darbe_journal.copy_tables USING (table_id)"
          " WHERE schema_name = 'shop' AND table_name = {}",
          mysql::quote_text(name)));
      EXPECT_GT(chunks, 3U) << name;
    }
  }

  void expect_answers(const MatrixCase& wanted) {
    target_->execute("USE shop");
    for (const std::string& sql : wanted.all("same")) {
      const auto here = answer(*source_, sql);
      EXPECT_FALSE(here.empty()) << sql;
      EXPECT_EQ(here, answer(*target_, sql)) << sql;
    }
    for (const std::string& line : wanted.all("gives")) {
      const std::size_t arrow = line.find(" => ");
      EXPECT_EQ(target_->value(line.substr(0, arrow)), line.substr(arrow + 4)) << line;
    }
  }

  // The order of SHOW GRANTS means nothing.
  static std::vector<mysql::Result::Row> answer(Connection& side, const std::string& sql) {
    auto rows = side.query(sql).rows;
    if (sql.starts_with("SHOW")) std::sort(rows.begin(), rows.end());
    return rows;
  }

  void expect_refused(const MatrixCase& wanted, const std::string& text) {
    try {
      copy();
      verify(wanted);
      FAIL() << "it was copied";
    } catch (const base::Error& error) {
      EXPECT_THAT(base::text_of(error), HasSubstr(text));
    }
  }

  // Returns how many rows the source has.
  std::size_t expect_same_table(const tables::TableName& table, bool with_checksum) {
    EXPECT_EQ(definition(*source_, table), definition(*target_, table));
    const auto checksum = [&](Connection& side) {
      return side.query(fmt::format("CHECKSUM TABLE {} EXTENDED", table.quoted())).value(0, "Checksum");
    };
    if (with_checksum) {
      EXPECT_EQ(checksum(*source_), checksum(*target_)) << table.text();
    }
    const auto here = values(*source_, table);
    EXPECT_EQ(here, values(*target_, table)) << table.text();
    return here.size();
  }

  // Keys that are built alone come after the others.
  static std::string with_sorted_keys(const std::string& definition) {
    std::vector<std::string> others;
    std::set<std::string> keys;
    std::istringstream text(definition);
    for (std::string line; std::getline(text, line);) {
      const bool is_key = line.starts_with("  KEY ") || line.starts_with("  SPATIAL ") || line.starts_with("  UNIQUE ");
      if (line.back() == ',') line.pop_back();
      if (is_key)
        keys.insert(line);
      else
        others.push_back(line);
    }
    return fmt::format("{}\n{}", fmt::join(others, "\n"), fmt::join(keys, "\n"));
  }

  // MySQL 8 writes a column's character set where a statement named its collation, which the first one need not have.
  static std::string definition(Connection& side, const tables::TableName& table) {
    static const std::regex charset(" CHARACTER SET [a-z0-9]+ COLLATE");
    static const std::regex no_action(" ON (DELETE|UPDATE) (NO ACTION|RESTRICT)");
    std::string text = side.query("SHOW CREATE TABLE " + table.quoted()).text(0, "Create Table");
    text = std::regex_replace(std::regex_replace(text, charset, " COLLATE"), no_action, "");
    return with_sorted_keys(text);
  }

  static std::vector<mysql::Result::Row> values(Connection& side, const tables::TableName& table) {
    const mysql::Result columns = side.query(fmt::format(
        "SELECT COLUMN_NAME AS name, DATA_TYPE AS type FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = "
        "{} AND TABLE_NAME = {} ORDER BY ORDINAL_POSITION",
        mysql::quote_text(table.schema), mysql::quote_text(table.name)));
    std::vector<std::string> expressions;
    for (std::size_t row = 0; row < columns.size(); ++row)
      expressions.push_back(printed(columns.text(row, "name"), columns.text(row, "type")));
    auto rows = side.query(fmt::format("SELECT {} FROM {}", fmt::join(expressions, ", "), table.quoted())).rows;
    std::sort(rows.begin(), rows.end());
    return rows;
  }

  static std::vector<tables::TableName> tables_of(Connection& side) {
    std::vector<tables::TableName> names;
    const mysql::Result found = side.query(
        "SELECT TABLE_SCHEMA AS db, TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE'"
        " AND TABLE_SCHEMA NOT IN ('mysql', 'sys', 'performance_schema', 'information_schema', 'darbe_journal')"
        " ORDER BY 1, 2");
    for (std::size_t row = 0; row < found.size(); ++row)
      names.push_back({found.text(row, "db"), found.text(row, "name")});
    std::sort(names.begin(), names.end());
    return names;
  }

  std::unique_ptr<Connection> source_;
  std::unique_ptr<Connection> target_;
  copy::Outcome copied_;
  std::vector<std::string> restore_;
  bool has_servers_of_its_own_ = false;

 private:
  static inline std::unique_ptr<Pair> pair_;
};

// One suite for each kind, so that they run side by side.
const auto by_test = [](const testing::TestParamInfo<std::string_view>&) { return std::string("Server"); };
INSTANTIATE_TEST_SUITE_P(OnMysql, Matrix, testing::Values(servers::mysql_current), by_test);
INSTANTIATE_TEST_SUITE_P(OnOldMysql, Matrix, testing::Values(servers::mysql_old), by_test);
INSTANTIATE_TEST_SUITE_P(OnMariadb, Matrix, testing::Values(servers::mariadb), by_test);

// -------------------------------------------------------------------------------------------------- types and values

TEST_P(Matrix, Floats) { expect_copied("floats"); }
TEST_P(Matrix, Doubles) { expect_copied("doubles"); }
TEST_P(Matrix, Integers) { expect_copied("integers"); }
TEST_P(Matrix, Bits) { expect_copied("bits"); }
TEST_P(Matrix, Times) { expect_copied("times"); }
TEST_P(Matrix, Enums) { expect_copied("enums"); }
TEST_P(Matrix, EnumsOfEqualMembers) { expect_copied("enums_of_equal_members"); }
TEST_P(Matrix, EnumWithEmptyMemberKeys) { expect_copied("enum_with_empty_member_keys"); }
TEST_P(Matrix, Texts) { expect_copied("texts"); }
TEST_P(Matrix, Charsets) { expect_copied("charsets"); }
TEST_P(Matrix, CharsetGb18030) { expect_copied("charset_gb18030"); }
TEST_P(Matrix, Binaries) { expect_copied("binaries"); }
TEST_P(Matrix, Ascii) { expect_copied("ascii"); }
TEST_P(Matrix, InvalidBytes) {
  const MatrixCase wanted = lab_test::read_case(std::string(DARBE_SOURCE_DIR) + "/tests/lab/matrix/invalid_bytes.sql");
  start(wanted);
  fill(wanted);
  import_rows("bytes", "texts");
  ASSERT_EQ(source_->value("SELECT HEX(c) FROM texts WHERE id = 2"), "61FF62");
  expect_refused(wanted, "Incorrect string value: '\\xFFb' for column");
  EXPECT_EQ(target_->number("SELECT COUNT(*) FROM shop.texts WHERE id = 2"), 0U);
}
TEST_P(Matrix, Defaults) { expect_copied("defaults"); }
TEST_P(Matrix, EnumsOfZeros) { expect_copied("enums_of_zeros"); }
TEST_P(Matrix, YearsOfTwoDigits) { expect_copied("years_of_two_digits"); }
TEST_P(Matrix, EnumLetters) { expect_copied("enum_letters"); }
TEST_P(Matrix, DefaultExpressions) { expect_copied("default_expressions"); }
TEST_P(Matrix, Generated) { expect_copied("generated"); }
TEST_P(Matrix, GeneratedKey) { expect_copied("generated_key"); }
TEST_P(Matrix, GeneratedBySession) { expect_copied("generated_by_session"); }
TEST_P(Matrix, InvisibleColumns) { expect_copied("invisible_columns"); }
TEST_P(Matrix, Json) { expect_copied("json"); }
TEST_P(Matrix, JsonTypes) { expect_copied("json_types"); }
TEST_P(Matrix, JsonHiddenDecimals) { expect_copied("json_hidden_decimals"); }
TEST_P(Matrix, JsonTypesWithoutKey) { expect_copied("json_types_without_key"); }
TEST_P(Matrix, JsonTypesBeyondReach) { expect_copied("json_types_beyond_reach"); }
TEST_P(Matrix, JsonPartlyUpdated) { expect_copied("json_partly_updated"); }
TEST_P(Matrix, JsonDoubles) { expect_copied("json_doubles"); }
TEST_P(Matrix, Geometry) { expect_copied("geometry"); }
TEST_P(Matrix, GeometryWithSrid) { expect_copied("geometry_with_srid"); }
TEST_P(Matrix, RowsBeyondAPage) { expect_copied("rows_beyond_a_page"); }
TEST_P(Matrix, ReferenceSystemsOfMariadb) { expect_copied("reference_systems_of_mariadb"); }
TEST_P(Matrix, Vectors) { expect_copied("vectors"); }
TEST_P(Matrix, MariadbTypes) { expect_copied("mariadb_types"); }
TEST_P(Matrix, HugeBlobs) { expect_copied("huge_blobs"); }

// --------------------------------------------------------------------------------------------------- tables and keys

TEST_P(Matrix, EmptyTables) { expect_copied("empty_tables"); }
TEST_P(Matrix, Keyless) { expect_copied("keyless"); }
TEST_P(Matrix, InvisiblePrimaryKeys) { expect_copied("invisible_primary_keys"); }
TEST_P(Matrix, CompositeKeys) { expect_copied("composite_keys"); }
TEST_P(Matrix, DescendingKeys) { expect_copied("descending_keys"); }
TEST_P(Matrix, StringKeys) { expect_copied("string_keys"); }
TEST_P(Matrix, UnsignedKeys) { expect_copied("unsigned_keys"); }
TEST_P(Matrix, BinaryKeys) { expect_copied("binary_keys"); }
TEST_P(Matrix, Partitions) { expect_copied("partitions"); }
TEST_P(Matrix, PartitionsByOldKey) { expect_copied("partitions_by_old_key"); }
TEST_P(Matrix, AutoIncrement) { expect_copied("auto_increment"); }
TEST_P(Matrix, RowFormats) { expect_copied("row_formats"); }
TEST_P(Matrix, PageCompression) { expect_copied("page_compression"); }
TEST_P(Matrix, Engines) { expect_copied("engines"); }
TEST_P(Matrix, OldEngines) { expect_copied("old_engines"); }
TEST_P(Matrix, MergeTables) { expect_copied("merge_tables"); }
TEST_P(Matrix, Federated) { expect_copied("federated"); }
TEST_P(Matrix, Aria) { expect_copied("aria"); }
TEST_P(Matrix, Sequences) { expect_copied("sequences"); }
TEST_P(Matrix, Periods) { expect_copied("periods"); }
TEST_P(Matrix, SystemVersioned) { expect_copied("system_versioned"); }
TEST_P(Matrix, OddNames) { expect_copied("odd_names"); }
TEST_P(Matrix, NamesOfEqualLetters) { expect_copied("names_of_equal_letters"); }
// Files as versions before 5.1 named them; the server calls such a table #mysql50#old-name.
TEST_P(Matrix, OldFileNames) {
  const MatrixCase wanted = lab_test::read_case(std::string(DARBE_SOURCE_DIR) + "/tests/lab/matrix/old_file_names.sql");
  if (!wanted.is_for(std::string(GetParam()))) GTEST_SKIP() << "this server has no such thing";
  start(wanted);
  fill(wanted);
  copy_files("kept", "old-name");
  EXPECT_EQ(source_->value("SELECT COUNT(*) FROM `#mysql50#old-name`"), "1");
  if (GetParam() == servers::mariadb)
    expect_refused(wanted, "shop.#mysql50#old-name is called by its files of long ago");
  else
    expect_same(wanted);
}
TEST_P(Matrix, WideTables) { expect_copied("wide_tables"); }
TEST_P(Matrix, ForeignKeys) { expect_copied("foreign_keys"); }
TEST_P(Matrix, ForeignKeysToNonUnique) { expect_copied("foreign_keys_to_non_unique"); }
TEST_P(Matrix, ForeignKeysOfEqualLetters) { expect_copied("foreign_keys_of_equal_letters"); }
TEST_P(Matrix, Checks) { expect_copied("checks"); }
TEST_P(Matrix, ChecksBySession) { expect_copied("checks_by_session"); }
TEST_P(Matrix, Indexes) { expect_copied("indexes"); }
TEST_P(Matrix, Histograms) { expect_copied("histograms"); }
TEST_P(Matrix, ServerSettings) { expect_copied("server_settings"); }
TEST_P(Matrix, FunctionalIndexes) { expect_copied("functional_indexes"); }
TEST_P(Matrix, NewerIndexes) { expect_copied("newer_indexes"); }
TEST_P(Matrix, MariadbIndexes) { expect_copied("mariadb_indexes"); }

// ---------------------------------------------------------------------------------------------------- stored objects

TEST_P(Matrix, ReadOnlyDatabases) { expect_copied("read_only_databases"); }
TEST_P(Matrix, Views) { expect_copied("views"); }
TEST_P(Matrix, JsonDualityViews) { expect_copied("json_duality_views"); }
TEST_P(Matrix, Triggers) { expect_copied("triggers"); }
TEST_P(Matrix, TriggerOrder) { expect_copied("trigger_order"); }
TEST_P(Matrix, Routines) { expect_copied("routines"); }
TEST_P(Matrix, Events) { expect_copied("events"); }

// --------------------------------------------------------------------------------------------------------- accounts

TEST_P(Matrix, Accounts) { expect_accounts("accounts"); }
TEST_P(Matrix, AccountsOfNow) { expect_accounts("accounts_of_now"); }
TEST_P(Matrix, AccountsOfOld) { expect_accounts("accounts_of_old"); }
TEST_P(Matrix, AccountsOfMariadb) { expect_accounts("accounts_of_mariadb"); }

// -------------------------------------------------------------------------------- servers of its own: after all others

TEST_P(Matrix, FoldedNames) { expect_copied("folded_names"); }

// -------------------------------------------------------------------------------------------------- the table itself

// The servers that a case is for, as the table writes them.
std::string tried_on(const MatrixCase& wanted) {
  std::string names;
  for (const auto& [kind, name] :
       {std::pair(servers::mysql_current, "97"), {servers::mysql_old, "56"}, {servers::mariadb, "ma"}})
    if (wanted.is_for(std::string(kind))) names += (names.empty() ? "" : " ") + std::string(name);
  return names;
}

// The file of a case, as its test names it: "…/matrix/name.sql" or the word in expect_copied("name").
std::string file_of(const std::string& tests, const std::string& name) {
  const std::size_t begin = tests.find(fmt::format("TEST_P(Matrix, {})", name));
  const std::string body = tests.substr(begin, tests.find("\n}", begin) - begin);
  static const std::regex file("matrix/([a-z0-9_]+)\\.sql|expect_[a-z]+\\(\"([a-z0-9_]+)\"\\)");
  std::smatch found;
  if (!std::regex_search(body, found, file)) return "";
  return found[1].matched ? found[1].str() : found[2].str();
}

TEST(MatrixTable, SaysWhereEachCaseIsTried) {
  const std::string tests = base::read_file(std::string(DARBE_SOURCE_DIR) + "/tests/lab/matrix_test.cc");
  std::istringstream page(base::read_file(std::string(DARBE_SOURCE_DIR) + "/docs/copy.md"));
  std::size_t cases = 0;
  static const std::regex test("`Matrix\\.([A-Za-z0-9]+)`");
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("| ")) continue;
    for (std::sregex_iterator found(line.begin(), line.end(), test), end; found != end; ++found) {
      ++cases;
      const std::string name = (*found)[1];
      const MatrixCase wanted =
          lab_test::read_case(fmt::format("{}/tests/lab/matrix/{}.sql", DARBE_SOURCE_DIR, file_of(tests, name)));
      EXPECT_THAT(line, testing::EndsWith(fmt::format(" | {} |", tried_on(wanted)))) << name;
    }
  }
  EXPECT_GT(cases, 50U);
}

TEST(MatrixTable, HasARowForEachCase) {
  const std::string page = base::read_file(std::string(DARBE_SOURCE_DIR) + "/docs/copy.md");
  const std::string tests = base::read_file(std::string(DARBE_SOURCE_DIR) + "/tests/lab/matrix_test.cc");
  static const std::regex test("TEST_P\\(Matrix, ([A-Za-z0-9]+)\\)");
  for (std::sregex_iterator found(tests.begin(), tests.end(), test), end; found != end; ++found)
    EXPECT_THAT(page, HasSubstr("`Matrix." + (*found)[1].str() + "`"));
  for (const auto& file : std::filesystem::directory_iterator(std::string(DARBE_SOURCE_DIR) + "/tests/lab/matrix"))
    EXPECT_TRUE(tests.find("\"" + file.path().stem().string() + "\"") != std::string::npos ||
                tests.find(file.path().filename().string()) != std::string::npos)
        << file.path();
}

// Each row names a test, and each test that is named anywhere on the page is there.
TEST(MatrixTable, NamesATestInEachRow) {
  std::set<std::string> known;
  static const std::regex defined("TEST(?:_P|_F)?\\((\\w+), (\\w+)\\)");
  for (const auto& file : std::filesystem::recursive_directory_iterator(std::string(DARBE_SOURCE_DIR) + "/tests")) {
    if (file.path().extension() != ".cc") continue;
    const std::string text = base::read_file(file.path());
    for (std::sregex_iterator found(text.begin(), text.end(), defined), end; found != end; ++found)
      known.insert(fmt::format("{}.{}", (*found)[1].str(), (*found)[2].str()));
  }
  std::istringstream page(base::read_file(std::string(DARBE_SOURCE_DIR) + "/docs/copy.md"));
  static const std::regex named("`([A-Z]\\w+\\.[A-Z]\\w+)`");
  bool in_table = false;
  std::size_t rows = 0;
  for (std::string line; std::getline(page, line);) {
    in_table = line.starts_with("| what | what we do | test |") || (in_table && line.starts_with("|"));
    std::size_t tests = 0;
    for (std::sregex_iterator found(line.begin(), line.end(), named), end; found != end; ++found, ++tests)
      EXPECT_TRUE(known.contains((*found)[1].str())) << (*found)[1].str();
    if (!in_table || line.starts_with("| what |") || line.starts_with("| ---")) continue;
    ++rows;
    EXPECT_GT(tests, 0U) << line;
  }
  EXPECT_GT(rows, 50U);
}

}  // namespace
}  // namespace darbe
