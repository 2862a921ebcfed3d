// What we write as SQL, of names, literals and chunk bounds at random, as the servers understand it. The seeds are
// fixed.
#include <cctype>
#include <random>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "mysql/quote.h"
#include "servers/test_server.h"
#include "tables/chunk.h"
#include "tables/key.h"
#include "tables/rows.h"
#include "tables/table.h"

namespace darbe {
namespace {

using tables::Chunk;
using tables::Key;

// Numbers and texts that are unlikely to be met and likely to be mistaken.
class Chance {
 public:
  explicit Chance(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }

  std::string bytes(std::size_t length_max) {
    std::string text(below(length_max + 1), ' ');
    for (char& letter : text) letter = static_cast<char>(below(256));
    return text;
  }
  // UTF-8.
  std::string text(std::size_t length_max) {
    std::string text;
    for (std::size_t length = below(length_max + 1); length > 0; --length) text += piece();
    return text;
  }
  // No letter beyond the basic plane, no blank at an end, not empty: servers take no others.
  std::string name(std::size_t length_max) {
    std::string name = "n";
    for (std::size_t length = below(length_max - 1); length > 0; --length)
      if (const std::string more = piece(); more != wide_letter && more != std::string(1, '\0')) name += more;
    return name + "e";
  }

 private:
  static constexpr const char* wide_letter = "\xF0\x9F\x98\x80";

  std::string piece() {
    static const std::vector<std::string> pieces = {"a",
                                                    "B",
                                                    "'",
                                                    "''",
                                                    "\"",
                                                    "`",
                                                    "``",
                                                    "\\",
                                                    "\\'",
                                                    "\n",
                                                    "\r",
                                                    "\t",
                                                    std::string(1, '\0'),
                                                    "\x1a",
                                                    "%",
                                                    "_",
                                                    ";",
                                                    "--",
                                                    "#",
                                                    "/*",
                                                    "*/",
                                                    "\xC3\xA4",
                                                    ".",
                                                    "\xE2\x82\xAC",
                                                    wide_letter,
                                                    "\\0",
                                                    " ",
                                                    "$$"};
    return pieces[below(pieces.size())];
  }

  std::mt19937 random_;
};

std::string hexadecimal(const std::string& bytes) {
  std::string digits;
  for (const unsigned char byte : bytes) digits += fmt::format("{:02X}", byte);
  return digits;
}

class SqlFuzz : public testing::TestWithParam<std::string_view> {
 protected:
  servers::TestServer server_{{.kind = GetParam()}};
  mysql::Connection connection_{server_.connect_options(), {}};
};

INSTANTIATE_TEST_SUITE_P(EachKind, SqlFuzz,
                         testing::Values(servers::mysql_current, servers::mysql_old, servers::mariadb),
                         [](const auto& kind) {
                           std::string name(kind.param);
                           std::erase_if(name,
                                         [](char letter) { return !std::isalnum(static_cast<unsigned char>(letter)); });
                           return name;
                         });

TEST_P(SqlFuzz, LiteralsAreWhatTheyWereMadeOf) {
  Chance chance(20261129);
  for (int round = 0; round < 60; ++round) {
    std::vector<std::string> texts, expressions;
    for (int i = 0; i < 40; ++i) {
      texts.push_back(i % 2 == 0 ? chance.text(30) : chance.bytes(30));
      expressions.push_back(
          fmt::format("HEX({})", i % 2 == 0 ? mysql::quote_text(texts.back()) : mysql::quote_bytes(texts.back())));
    }
    const mysql::Result result = connection_.query(fmt::format("SELECT {}", fmt::join(expressions, ", ")));
    ASSERT_EQ(result.rows.at(0).size(), texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i)
      EXPECT_EQ(result.rows[0][i], hexadecimal(texts[i])) << "round " << round << ": " << expressions[i];
  }
}

TEST_P(SqlFuzz, NamesAreWhatTheyWereMadeOf) {
  Chance chance(20261130);
  for (int round = 0; round < 60; ++round) {
    std::vector<std::string> names, aliases;
    for (int i = 0; i < 40; ++i) {
      names.push_back(chance.name(40));
      aliases.push_back("1 AS " + mysql::quote_name(names.back()));
    }
    const mysql::Result result = connection_.query(fmt::format("SELECT {}", fmt::join(aliases, ", ")));
    ASSERT_EQ(result.columns.size(), names.size());
    for (std::size_t i = 0; i < names.size(); ++i)
      EXPECT_EQ(result.columns[i].name, names[i]) << "round " << round << ": " << aliases[i];
  }
}

// A column of a key, and a value for it as SQL.
struct KeyPart {
  const char* type;
  std::string (*value)(Chance&);
};

const std::vector<KeyPart>& key_parts() {
  static const std::vector<KeyPart> parts = {
      {"INT", [](Chance& chance) { return fmt::format("{}", static_cast<int>(chance.below(60)) - 30); }},
      {"BIGINT UNSIGNED", [](Chance& chance) { return fmt::format("{}", 18446744073709551600U + chance.below(16)); }},
      {"DECIMAL(12,4)", [](Chance& chance) { return fmt::format("-{}.{:04}", chance.below(9), chance.below(9999)); }},
      {"DOUBLE", [](Chance& chance) { return fmt::format("{}e{}", chance.below(2000), chance.below(40)); }},
      {"DATETIME(3)",
       [](Chance& chance) {
         return fmt::format("'20{:02}-02-0{} 00:00:00.{:03}'", chance.below(70), 1 + chance.below(9),
                            chance.below(999));
       }},
      {"TIME", [](Chance& chance) { return fmt::format("'-{}:0{}:00'", chance.below(800), chance.below(10)); }},
      {"YEAR", [](Chance& chance) { return fmt::format("{}", 1901 + chance.below(250)); }},
      {"BIT(9)", [](Chance& chance) { return fmt::format("{}", chance.below(512)); }},
      {"VARBINARY(20)", [](Chance& chance) { return mysql::quote_bytes(chance.bytes(20)); }},
      {"VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
       [](Chance& chance) { return mysql::quote_text(chance.text(8)); }},
      {"VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
       [](Chance& chance) { return mysql::quote_text(chance.text(8)); }},
      {"CHAR(8) CHARACTER SET latin1", [](Chance& chance) { return "_latin1 " + mysql::quote_bytes(chance.bytes(8)); }},
  };
  return parts;
}

// A table with a key of one to three such columns and some hundred rows; what its key is made of.
std::string make_table(mysql::Connection& connection, Chance& chance) {
  std::vector<KeyPart> parts;
  for (std::size_t count = 1 + chance.below(3); count > 0; --count)
    parts.push_back(key_parts()[chance.below(key_parts().size())]);
  std::vector<std::string> columns, names, rows;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    names.push_back(fmt::format("k{}", i));
    columns.push_back(fmt::format("k{} {} NOT NULL", i, parts[i].type));
  }
  for (int row = 0; row < 200; ++row) {
    std::vector<std::string> values;
    for (const KeyPart& part : parts) values.push_back(part.value(chance));
    rows.push_back(fmt::format("({})", fmt::join(values, ", ")));
  }
  connection.execute("DROP TABLE IF EXISTS shop.t");
  connection.execute(fmt::format("CREATE TABLE shop.t ({}, PRIMARY KEY ({})) ENGINE=InnoDB", fmt::join(columns, ", "),
                                 fmt::join(names, ", ")));
  connection.execute(fmt::format("INSERT IGNORE INTO shop.t VALUES {}", fmt::join(rows, ", ")));
  return fmt::format("{}", fmt::join(columns, ", "));
}

// Between any two keys there are as many rows as were read between them.
TEST_P(SqlFuzz, BoundsOfChunksFindTheirPlaceAgain) {
  connection_.execute("CREATE DATABASE shop");
  for (unsigned seed = 0; seed < 40; ++seed) {
    Chance chance(seed);
    SCOPED_TRACE(fmt::format("seed {}: {}", seed, make_table(connection_, chance)));
    const tables::Table table = tables::read_tables(connection_, std::vector<tables::TableName>{{"shop", "t"}}).at(0);
    const tables::KeyReader reader(table);
    ASSERT_TRUE(reader.can_cut());
    std::vector<Key> keys;
    tables::RowReader(server_.connect_options(), {}).read(table, {}, [&](mysql::RowView row, const tables::Totals&) {
      if (row.empty()) return;
      const auto key = reader.key_of(row);
      ASSERT_TRUE(key);
      keys.push_back(*key);
    });
    ASSERT_GT(keys.size(), 5U);
    for (int cut = 0; cut < 12; ++cut) {
      const std::size_t one = chance.below(keys.size()), other = chance.below(keys.size());
      Chunk chunk;
      chunk.after = keys[std::min(one, other)];
      chunk.until = keys[std::max(one, other)];
      const std::size_t between = std::max(one, other) - std::min(one, other);
      const auto count = [&] {
        return connection_.number("SELECT COUNT(*) FROM shop.t" + tables::where_clause(table, chunk));
      };
      EXPECT_EQ(count(), between) << tables::describe(table, chunk);
      chunk.after.reset();
      EXPECT_EQ(count(), std::max(one, other) + 1) << tables::describe(table, chunk);
    }
  }
}

}  // namespace
}  // namespace darbe
