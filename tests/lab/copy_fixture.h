// What tests of the copy between two real servers share: the servers, a fresh schema `shop`, and the servers' own idea
// of what is equal.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <regex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/error.h"
#include "copy/copy.h"
#include "servers/test_server.h"
#include "verify/verify.h"

namespace darbe::copy {

// A source and a target of one kind, shared by all tests of this program.
struct Pair {
  explicit Pair(std::string_view kind)
      : source({.kind = kind, .arguments = arguments}), target({.kind = kind, .arguments = arguments}) {}
  static inline const std::vector<std::string> arguments = {"--local-infile=1", "--innodb-flush-log-at-trx-commit=2"};
  servers::TestServer source;
  servers::TestServer target;
};

class Pairs : public testing::Environment {
 public:
  static Pair& of(std::string_view kind) {
    std::unique_ptr<Pair>& pair = pairs_[std::string(kind)];
    if (!pair) pair = std::make_unique<Pair>(kind);
    return *pair;
  }
  void TearDown() override { pairs_.clear(); }

 private:
  static inline std::map<std::string, std::unique_ptr<Pair>> pairs_;
};

inline const testing::Environment* const pairs = testing::AddGlobalTestEnvironment(new Pairs);

inline std::string name_of(const testing::TestParamInfo<std::string_view>& kind) {
  std::string name(kind.param);
  std::erase_if(name, [](char letter) { return !std::isalnum(static_cast<unsigned char>(letter)); });
  return name;
}

// A fresh schema `shop` on the source, nothing on the target.
class Fixture {
 public:
  explicit Fixture(std::string_view kind)
      : pair_(Pairs::of(kind)), source(pair_.source.connect_options(), {}), target(pair_.target.connect_options(), {}) {
    for (mysql::Connection* side : {&source, &target}) {
      side->execute("SET foreign_key_checks = 0");
      for (const char* schema : {"shop", "darbe", "darbe_journal", "other"})
        side->execute(fmt::format("DROP DATABASE IF EXISTS {}", schema));
    }
    source.execute("CREATE DATABASE shop CHARACTER SET latin1 COLLATE latin1_german1_ci");
    options.frozen = pair_.source.connect_options();
    options.target = pair_.target.connect_options();
    options.databases = {"shop"};
    options.jobs = 2;
  }

  void fill(const std::vector<std::string>& statements) {
    for (const std::string& sql : statements) source.execute(sql);
  }
  // Some chunks, and a key that is built after the rows.
  void fill_table() {
    fill({"CREATE TABLE shop.t (id INT PRIMARY KEY, v VARCHAR(100), KEY v (v))",
          "INSERT INTO shop.t VALUES (1, REPEAT('x', 90))"});
    for (int doubling = 0; doubling < 11; ++doubling)
      source.execute("INSERT INTO shop.t SELECT id + (SELECT MAX(id) FROM (SELECT id FROM shop.t) m), v FROM shop.t");
    source.execute("ANALYZE TABLE shop.t");
    options.chunk_bytes = 16384;
  }
  Outcome copy() {
    Progress progress;
    return copy::run(options, progress, {});
  }
  verify::Options verify_options() const {
    verify::Options verifying{.frozen = options.frozen, .target = options.target, .databases = options.databases};
    verifying.jobs = options.jobs;
    verifying.copy_again = [this](const tables::Table& table, const tables::PlannedTable& planned,
                                  const tables::Chunk& chunk,
                                  std::stop_token stop) { return copy_again(options, table, planned, chunk, stop); };
    return verifying;
  }
  verify::Outcome verify() {
    Progress progress;
    return verify::run(verify_options(), progress, {});
  }

  // What the ledger says of a table.
  tables::LedgerSummary lines_of(const std::string& table) {
    const auto id = static_cast<unsigned>(
        target.number(fmt::format("SELECT table_id FROM darbe_journal.copy_tables WHERE table_name = '{}'", table)));
    return tables::ledger::summarize(target, {id})[id];
  }

  // The servers' own idea of a table's contents.
  static std::string checksum(mysql::Connection& side, const std::string& table) {
    return side.query(fmt::format("CHECKSUM TABLE {} EXTENDED", table)).text(0, "Checksum");
  }
  void expect_equal(const std::string& table) {
    EXPECT_EQ(checksum(source, table), checksum(target, table)) << table;
    EXPECT_EQ(definition(source, table), definition(target, table));
  }
  // MySQL 8 writes a column's character set where a statement named its collation, which the first one need not have.
  static std::string definition(mysql::Connection& side, const std::string& table) {
    static const std::regex charset(" CHARACTER SET [a-z0-9]+ COLLATE");
    return std::regex_replace(side.query("SHOW CREATE TABLE " + table).text(0, "Create Table"), charset, " COLLATE");
  }
  Pair& servers() { return pair_; }
  bool is_mariadb() const { return source.flavor().is_mariadb(); }
  bool at_least(int major, int minor) const { return source.flavor().at_least(major, minor); }

 private:
  Pair& pair_;

 public:
  mysql::Connection source;
  mysql::Connection target;
  Options options;
};

// A copy at work, which is held up by something and must end as interrupted.
class HeldCopy {
 public:
  explicit HeldCopy(Options options)
      : thread_([this, options = std::move(options)] {
          Progress progress;
          try {
            copy::run(options, progress, stop_.get_token());
            ADD_FAILURE() << "nothing held it up";
          } catch (const base::Error& error) {
            EXPECT_EQ(error.kind(), base::Kind::interrupted) << base::text_of(error);
          }
          ended_ = true;
        }) {}

  ~HeldCopy() { stop_.request_stop(); }
  HeldCopy(const HeldCopy&) = delete;
  HeldCopy& operator=(const HeldCopy&) = delete;

  bool has_ended() const { return ended_; }
  // False if it does not end in time.
  bool ends_when_stopped() {
    stop_.request_stop();
    return base::poll_until({.every = std::chrono::milliseconds(10), .at_most = std::chrono::seconds(60)}, {},
                            [this] { return has_ended(); });
  }

 private:
  std::stop_source stop_;
  std::atomic<bool> ended_ = false;
  std::jthread thread_;
};

}  // namespace darbe::copy
