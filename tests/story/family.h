// What the stories of all server families share: one lab and one source for each family's suite, so that the suites run
// side by side.
#pragma once

#include <csignal>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "lab/value.h"
#include "story/world.h"
#include "writer.h"

namespace darbe::story_test {

// Inside each step's apply, after its first effect and before its last.
struct Point {
  std::string_view step;
  const char* name;
};
inline constexpr Point points_of_the_story[] = {{"Provision", "provision.target_requested"},
                                                {"Provision", "provision.replica_requested"},
                                                {"Freeze", "freeze.stopped"},
                                                {"Accounts", "accounts.account_created"},
                                                {"Copy", "copy.table_created"},
                                                {"Copy", "copy.ledger_written"},
                                                {"Copy", "copy.committed"},
                                                {"Copy", "copy.indexes_built"},
                                                {"Verify", "verify.chunk_marked"},
                                                {"Objects", "objects.view_created"},
                                                {"Replicate", "replication.source_set"},
                                                {"CatchUp", "catch_up.caught_up"},
                                                {"CatchUp", "catch_up.replica_given_up"},
                                                {"Settle", "settle.parameters_back"},
                                                {"Settle", "settle.retention_set"}};

// What `--output json` wrote: each line of it. Throws: base::Error for a line that is no JSON.
inline std::vector<lab::Value> events_of(const Ended& ended) {
  std::vector<lab::Value> events;
  std::istringstream lines(ended.output);
  for (std::string line; std::getline(lines, line);) events.push_back(lab::from_json(line));
  return events;
}

inline std::vector<std::string> plan_arguments(std::vector<std::string> setup_arguments) {
  setup_arguments.insert(setup_arguments.begin(), "plan");
  return setup_arguments;
}

// What `darbe plan` finds with one check, a finding a line.
inline std::string findings_of(World& world, const std::string& check, const std::vector<std::string>& more = {},
                               const std::map<std::string, std::string>& environment = {}) {
  std::vector<std::string> arguments = {"--allocated-storage", "25", "--output", "json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Ended ended = world.darbe(plan_arguments(world.setup_arguments("putio40", arguments)), environment);
  std::string text;
  for (const lab::Value& event : events_of(ended))
    for (const lab::Value& finding : event.at("findings").list())
      if (finding.at("check").text() == check)
        text += finding.at("weight").text() + ": " + finding.at("text").text() + "\n";
  return text;
}

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
  // nothing had happened; and undo leaves everything as it was before. Writes beside the copied databases stay away.
  static void expect_to_survive_kills() {
    const std::string before = world->inventory();
    const auto arguments = world->setup_arguments("putio17", {"--output", "json"});
    demo::Writer writer(world->options_of(World::source_id), {.name = "`putio`.`acknowledged`", .other_columns = ""});
    for (const Point& point : points_of_the_story) {
      const Ended killed = world->darbe(arguments, {{"DARBE_FAULT", std::string(point.name) + ":kill"}});
      ASSERT_EQ(killed.signal, SIGKILL) << "not killed at " << point.name << "\n" << killed.text();
      expect_events(killed);
      expect_status("putio17", point);
      if (point.step == "Accounts") write_across_databases();  // the freeze holds: this comes by replication
    }
    const Ended ended = world->darbe(arguments);
    ASSERT_EQ(ended.status, 0) << ended.text();
    expect_events(ended);
    EXPECT_EQ(events_of(ended).back().at("event").text(), "report");
    EXPECT_TRUE(events_of(ended).back().at("all_equal").truth());
    const lab::Value changes = events_of(ended).back().at("source_changes");
    EXPECT_EQ(changes.list().size(), 1u) << lab::to_json(changes);  // write_across_databases() and nobody else
    EXPECT_THAT(lab::to_json(changes), testing::HasSubstr("putio.t "));
    expect_equal("putio17", writer);
    expect_the_filter_to_have_judged("putio17");
    expect_undo("putio17", before);
  }

  // What a filter by name of the session's database would get wrong, both ways.
  static void write_across_databases() {
    mysql::ConnectOptions options = world->options_of(World::source_id);
    options.database = "elsewhere";
    mysql::Connection elsewhere(options, {});
    elsewhere.execute("INSERT INTO notes SELECT 1 + MAX(id) FROM notes");
    elsewhere.execute("ALTER TABLE putio.t ADD COLUMN later INT NOT NULL DEFAULT 7");
    elsewhere.execute("INSERT INTO putio.t (id) VALUES (1)");
  }
  static void expect_the_filter_to_have_judged(const std::string& target_id) {
    mysql::Connection target = world->connect(target_id);
    EXPECT_EQ(target.value("SELECT later FROM putio.t WHERE id = 1"), "7");
    EXPECT_EQ(target.number("SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'elsewhere'"), 0u);
    mysql::Connection source = world->connect(World::source_id);
    source.execute("DELETE FROM putio.t");
    source.execute("ALTER TABLE putio.t DROP COLUMN later");
  }

  // Each line of it is an event.
  static void expect_events(const Ended& ended) {
    for (const lab::Value& event : events_of(ended)) {
      EXPECT_NE(event.at("event").text(), "") << lab::to_json(event);
      EXPECT_NE(event.at("at").text(), "") << lab::to_json(event);
    }
  }

  // `darbe status` after a kill at `point`: the steps above are done, this one is begun, none below.
  static void expect_status(const std::string& target_id, const Point& point) {
    const Ended ended = world->darbe(world->status_arguments(target_id));
    ASSERT_EQ(ended.status, 0) << point.name << "\n" << ended.text();
    std::string expected = "done";
    const std::vector<lab::Value> events = events_of(ended);
    for (const lab::Value& line : events.at(0).at("steps").list()) {
      const std::string standing = line.at("standing").text();
      if (line.at("step").text() != point.step) {
        EXPECT_EQ(standing, expected) << line.at("step").text() << " at " << point.name;
        continue;
      }
      // Provision makes the journal, so that before it is done nobody may know that it began.
      if (point.step != "Provision") {
        EXPECT_EQ(standing, "begun") << point.name;
      }
      EXPECT_NE(standing, "done") << point.name;
      expected = "not begun";
    }
    EXPECT_EQ(expected, "not begun") << "no line for " << point.step;
  }

  // A source with a standby and protection, copied whole; the target ends with both. Defined in everything_test.cc.
  static void expect_to_copy_everything();

  // Killed at each of these and undone instead of resumed.
  static void expect_undo_after_kills_at(const std::vector<std::string>& points) {
    const std::string before = world->inventory();
    for (const std::string& point : points) {
      const Ended killed = world->darbe(world->setup_arguments("putio18"), {{"DARBE_FAULT", point + ":kill"}});
      ASSERT_EQ(killed.signal, SIGKILL) << "not killed at " << point << "\n" << killed.text();
      expect_undo("putio18", before);
    }
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

  // Waits until the source runs with what its parameter group says: the next test's inventory has it.
  static void expect_group_in_force() {
    EXPECT_TRUE(base::poll_until({std::chrono::milliseconds(50), std::chrono::seconds(30)}, {}, [] {
      return world->account().instances.get(World::source_id).parameter_groups.at(0).status == "in-sync";
    }));
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
