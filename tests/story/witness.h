// What a command says that it changed, held against those who were asked: the lab's record of AWS's requests, and the
// source's own log of statements.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/action.h"
#include "lab/value.h"
#include "story/world.h"

namespace darbe::story_test {

// In the order in which they came.
struct Changes {
  std::vector<std::string> calls;       // "ACTION REQUEST-ID"
  std::vector<std::string> statements;  // on the source
};

// "CREATE USER " of a statement: up to its first value. A GRANT with a password is in MySQL 5.6's own words in its log.
inline std::string without_values(const std::string& statement) {
  return statement.substr(0, statement.find(statement.starts_with("GRANT ") ? ' ' : '\''));
}

// Of a report's `audit`.
inline Changes told_in(const lab::Value& audit) {
  Changes told;
  for (const lab::Value& line : audit.list()) {
    EXPECT_NE(line.at("at").text(), "");
    EXPECT_EQ(line.at("outcome").text(), "done") << line.at("what").text();
    if (line.at("where").text() == "aws")
      told.calls.push_back(line.at("what").text() + " " + line.at("request_id").text());
    else
      told.statements.push_back(without_values(line.at("what").text()));
  }
  return told;
}

// Requires: the source logs its statements in a table, and nobody but darbe uses the master user or AWS to change
// something meanwhile.
class Witness {
 public:
  explicit Witness(World& world)
      : world_(world), requests_before_(world.lab().requests_size()), statements_before_(statements().size()) {}

  // Since the object was made.
  Changes seen() const {
    Changes changes{.calls = {}, .statements = statements()};
    changes.statements.erase(changes.statements.begin(),
                             changes.statements.begin() + static_cast<std::ptrdiff_t>(statements_before_));
    for (const lab::Value& request : world_.lab().requests_since(requests_before_)) {
      const std::string action = request.at("action").text();
      if (lab::changes_something(action) && request.at("status").number() == 200)
        changes.calls.push_back(action + " " + request.at("request_id").text());
    }
    return changes;
  }

 private:
  // The log is a file of rows, and read in its order: 5.6 has no fractions of seconds.
  std::vector<std::string> statements() const {
    mysql::Connection source = world_.connect(World::source_id);
    const auto rows = source.query(
        fmt::format("SELECT CONVERT(argument USING utf8mb4) AS statement FROM mysql.general_log WHERE command_type = "
                    "'Query' AND user_host LIKE '{}[%' AND CONVERT(argument USING utf8mb4) REGEXP "
                    "'^(CREATE|INSERT|REPLACE|UPDATE|DELETE|DROP|GRANT|REVOKE|ALTER|CALL mysql.rds_set)'",
                    World::master_user));
    std::vector<std::string> all;
    for (std::size_t row = 0; row < rows.size(); ++row) all.push_back(without_values(rows.text(row, "statement")));
    return all;
  }

  World& world_;
  const std::uintmax_t requests_before_;
  const std::size_t statements_before_;
};

}  // namespace darbe::story_test
