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
#include "lab/api_client.h"
#include "lab/value.h"
#include "story/world.h"
#include "writer.h"

namespace darbe::story_test {

// What `--output json` wrote: each line of it. Throws: base::Error for a line that is no JSON.
inline std::vector<lab::Value> events_of(const std::string& output) {
  std::vector<lab::Value> events;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) events.push_back(lab::from_json(line));
  return events;
}
inline std::vector<lab::Value> events_of(const Ended& ended) { return events_of(ended.output); }

inline std::vector<std::string> plan_arguments(std::vector<std::string> setup_arguments) {
  setup_arguments.insert(setup_arguments.begin(), "plan");
  return setup_arguments;
}

// What `darbe plan` finds with one check, a finding a line. Each of any check says what to do.
inline std::string findings_of(World& world, const std::string& check, const std::vector<std::string>& more = {},
                               const std::map<std::string, std::string>& environment = {}) {
  std::vector<std::string> arguments = {"--allocated-storage", "25", "--output", "json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Ended ended = world.darbe(plan_arguments(world.setup_arguments("putio40", arguments)), environment);
  std::string text;
  const std::vector<lab::Value> events = events_of(ended);
  EXPECT_EQ(events.size(), 1u) << ended.text();
  EXPECT_TRUE(ended.status == 0 || ended.status == 3) << ended.text();
  for (const lab::Value& event : events)
    for (const lab::Value& finding : event.at("findings").list()) {
      EXPECT_NE(finding.at("advice").text(), "") << finding.at("text").text();
      if (finding.at("check").text() == check)
        text += finding.at("weight").text() + ": " + finding.at("text").text() + "\n";
    }
  return text;
}

// What new sessions of the source log.
inline void log_in(World& world, const std::string& format) {
  world.account().parameter_groups.modify(World::source_id, {{"binlog_format", format}});
  mysql::Connection server = world.connect(World::source_id);
  const base::Poll patience{.every = std::chrono::milliseconds(20), .at_most = std::chrono::minutes(1)};
  EXPECT_TRUE(base::poll_until(patience, {}, [&] { return server.value("SELECT @@global.binlog_format") == format; }))
      << format;
}

// Of MySQL, the version that a lab gives to whoever asks for none.
struct NewestMysql {
  explicit NewestMysql(World& world) {
    lab_test::ApiClient api(world.lab());
    const aws::XmlElement versions =
        api.ask("DescribeDBEngineVersions", {{"Engine", "mysql"}, {"DefaultOnly", "true"}}).child("DBEngineVersions");
    version = versions.child("DBEngineVersion").text("EngineVersion");
    series = versions.child("DBEngineVersion").text("MajorEngineVersion");
    const aws::XmlElement groups =
        api.ask("DescribeOptionGroups", {{"EngineName", "mysql"}, {"MajorEngineVersion", series}})
            .child("OptionGroupsList");
    for (const aws::XmlElement& group : groups.children())
      if (group.text("OptionGroupName").starts_with("default:")) option_group = group.text("OptionGroupName");
  }
  std::string version;
  std::string series;
  std::string option_group;  // the default one of the series
};

// What needs a table of more than a chunk: CopyResume is killed there.
inline const std::vector<std::string> unpassed = {"copy.range_cut", "guard.retention_raised_again"};
// And the filter comes into force without a restart.
inline const std::vector<std::string> unpassed_online = {"copy.range_cut", "guard.retention_raised_again",
                                                         "aws.RebootDBInstance"};

// `unpassed`: the points that no run of the family passes.
struct MySql {
  static constexpr const char* engine = "mysql";
  static constexpr const char* version = "9.";
  static constexpr const auto& unpassed = unpassed_online;
};
struct MySql56 {
  static constexpr const char* engine = "mysql";
  static constexpr const char* version = "5.6";
  static constexpr const auto& unpassed = story_test::unpassed;
};
struct MariaDb {
  static constexpr const char* engine = "mariadb";
  static constexpr const char* version = "10.11";
  static constexpr const auto& unpassed = unpassed_online;
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
    world->account().instances.add_role(World::source_id, {"arn:aws:iam::123456789012:role/files", "S3_INTEGRATION"});
  }
  static void TearDownTestSuite() {
    if (world && testing::UnitTest::GetInstance()->current_test_suite()->Failed())
      std::cerr << "the lab said:\n" << world->lab().log();
    world.reset();
  }

  // Killed at every point that the code lists, each in turn, and repeated, under live writes: it ends as a run that
  // nobody disturbed, and so does its undo. Defined, with the next two, in kills_test.cc.
  static void expect_to_survive_kills();
  // Killed when a step was through, or when AWS had made a thing and its answer was lost, and undone.
  static void expect_undo_from_each_step();
  static void expect_undo_after_lost_answers();

  // A source with a standby and protection, copied whole; the target ends with both. Defined in everything_test.cc.
  static void expect_to_copy_everything();

  // A parameter group that makes small letters of names, and asks for primary keys by these parameters. Defined, with
  // the next one, in story_test.cc.
  static void expect_to_follow_a_group_that_asks_for_more(const std::vector<std::string>& for_primary_keys);
  static void expect_to_refuse_a_source_that_takes_names_in_any_letters();

  // Tables are altered and dropped between the plan and the freeze. Defined in faults_test.cc.
  static void expect_to_take_what_is_frozen();
  // Accounts and objects are changed and dropped between two freezes.
  static void expect_to_leave_nothing_of_an_earlier_freeze();

  // Defined in disk_test.cc.
  static void expect_to_wait_for_a_larger_disk();

  // A restart that the command before had asked AWS for may begin under this one: then it says that the same command
  // goes on.
  static Ended repeated(const std::vector<std::string>& arguments,
                        const std::map<std::string, std::string>& environment = {}) {
    Ended ended = world->darbe(arguments, environment);
    if (ended.status == 1 && ended.errors.find("Can't connect to server") != std::string::npos)
      ended = world->darbe(arguments, environment);
    return ended;
  }
  // False if it was not killed there.
  static bool is_killed_at(const std::string& point, const std::vector<std::string>& arguments) {
    const Ended killed = repeated(arguments, {{"DARBE_FAULT", point + ":kill"}});
    const bool is_killed = killed.was_killed_at(point);
    EXPECT_TRUE(is_killed) << "not killed at " << point << "\n" << killed.text();
    return is_killed;
  }
  static void restart_replica() {
    for (const aws::Instance& instance : world->account().instances.list())
      if (instance.replica_source == World::source_id) {
        world->lab().inflict(instance.identifier, "kill");
        world->lab().inflict(instance.identifier, "start");
      }
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
