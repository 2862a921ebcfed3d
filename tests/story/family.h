// What the stories of all server families share: one lab and one source for each family's suite, so that the suites run
// side by side.
#pragma once

#include <csignal>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "story/world.h"
#include "writer.h"

namespace darbe::story_test {

// Inside each step's apply, after its first effect and before its last.
inline constexpr const char* points_of_the_story[] = {
    "provision.target_requested", "provision.replica_requested", "freeze.stopped",         "accounts.account_created",
    "copy.table_created",         "copy.ledger_written",         "copy.committed",         "copy.indexes_built",
    "verify.chunk_read",          "objects.view_created",        "replication.source_set", "catch_up.caught_up",
    "catch_up.replica_given_up",  "settle.parameters_back",      "settle.retention_set"};

struct MySql {
  static constexpr const char* engine = "mysql";
  static constexpr const char* version = "9.";
};
struct MySql56 {
  static constexpr const char* engine = "mysql";
  static constexpr const char* version = "5.6";
};
struct MariaDb {
  static constexpr const char* engine = "mariadb";
  static constexpr const char* version = "10.11";
};

template <typename Family>
class Story : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    world = std::make_unique<World>(Family::engine, Family::version);
    world->connect(World::source_id)
        .execute(
            "CREATE TABLE putio.acknowledged (id BIGINT NOT NULL PRIMARY KEY, note VARCHAR(200) NOT NULL) "
            "ENGINE=InnoDB");
  }
  static void TearDownTestSuite() {
    if (world && testing::UnitTest::GetInstance()->current_test_suite()->Failed())
      std::cerr << "the lab said:\n" << world->lab().log();
    world.reset();
  }

  // The original's command line, killed at one point after the other and repeated, under live writes, ends as if
  // nothing had happened; and undo leaves everything as it was before.
  static void expect_to_survive_kills() {
    const std::string before = world->inventory();
    demo::Writer writer(world->options_of(World::source_id), {.name = "`putio`.`acknowledged`", .other_columns = ""});
    for (const char* point : points_of_the_story) {
      const Ended killed =
          world->darbe(world->setup_arguments("putio17"), {{"DARBE_FAULT", std::string(point) + ":kill"}});
      ASSERT_EQ(killed.signal, SIGKILL) << "not killed at " << point << "\n" << killed.text();
    }
    const Ended ended = world->darbe(world->setup_arguments("putio17", {"--output", "json"}));
    ASSERT_EQ(ended.status, 0) << ended.text();
    EXPECT_THAT(ended.output, testing::HasSubstr("\"event\":\"report\""));
    EXPECT_THAT(ended.output, testing::HasSubstr("\"all_equal\":true"));
    expect_equal("putio17", writer);
    expect_undo("putio17", before);
  }

  // Killed at `point` and undone instead of resumed.
  static void expect_undo_after_kill_at(const std::string& point) {
    const std::string before = world->inventory();
    const Ended killed = world->darbe(world->setup_arguments("putio18"), {{"DARBE_FAULT", point + ":kill"}});
    ASSERT_EQ(killed.signal, SIGKILL) << killed.text();
    expect_undo("putio18", before);
    const Ended again = world->darbe(world->undo_arguments("putio18"));
    EXPECT_EQ(again.status, 0) << again.text();
    EXPECT_THAT(again.output, testing::HasSubstr("nothing is left to undo"));
  }

  // Both sides hold the same rows, and the target every acknowledged write.
  static void expect_equal(const std::string& target_id, demo::Writer& writer) {
    writer.stop();
    expect_equal(target_id);
    mysql::Connection target = world->connect(target_id);
    const auto comparison = writer.compare(target, {});
    EXPECT_GT(writer.acknowledged(), 0u);
    EXPECT_EQ(comparison.missing, 0u);
    EXPECT_EQ(comparison.surplus, 0u);
  }
  static void expect_equal(const std::string& target_id) {
    world->wait_until_caught_up(target_id);
    EXPECT_EQ(world->contents(target_id), world->contents(World::source_id));
  }

  // The run is gone, and all is as it was.
  static void expect_undo(const std::string& new_id, const std::string& before) {
    const Ended undone = world->darbe(world->undo_arguments(new_id));
    ASSERT_EQ(undone.status, 0) << undone.text();
    EXPECT_EQ(world->inventory(), before);
  }

  // One clear refusal with this exit code and these words, and nothing changed.
  static void expect_refusal(int status, const std::string& words, const std::vector<std::string>& arguments,
                             const std::map<std::string, std::string>& environment = {}) {
    const std::string before = world->inventory();
    const Ended ended = world->darbe(arguments, environment);
    EXPECT_EQ(ended.status, status) << ended.text();
    EXPECT_THAT(ended.errors, testing::HasSubstr(words));
    EXPECT_EQ(ended.output, "");
    EXPECT_EQ(world->inventory(), before) << "after: " << words;
  }

  static inline std::unique_ptr<World> world;
};

using StoryMySql = Story<MySql>;
using StoryMySql56 = Story<MySql56>;
using StoryMariaDb = Story<MariaDb>;

}  // namespace darbe::story_test
