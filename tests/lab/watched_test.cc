// Between setup and switch: darbe status sees what is wrong with a real run's servers, and ends with 6.
#include <csignal>
#include <cstring>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/instances.h"
#include "base/clock.h"
#include "http/client.h"
#include "lab/value.h"
#include "replication/binlogs.h"
#include "replication/control.h"
#include "story/witness.h"
#include "story/world.h"
#include "watch/windows.h"

namespace darbe::story_test {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr base::Poll patience{.every = 20ms, .at_most = 60s};

// One run for the suite, set up and caught up; each test leaves it healthy, but for the last.
class Watched : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    world = std::make_unique<World>("mysql", "9.");
    log_statements();
    world->set_windows(World::source_id, 2h, 8h);  // they would come while the run lasts
    const Witness witness(*world);
    const auto setup =
        world->start(world->setup_arguments(target_id, {"--output", "json"}), {{"DARBE_FAULT", "copy.planned:pause"}});
    ASSERT_TRUE(setup->pauses()) << setup->end().text();
    while_copying = lab::from_json(world->darbe(world->status_arguments(target_id)).output);
    setup->go_on();
    const Ended ended = setup->end();
    ASSERT_EQ(ended.status, 0) << ended.text();
    const std::size_t last = ended.output.rfind('\n', ended.output.size() - 2);
    report = lab::from_json(ended.output.substr(last + 1));
    changed = witness.seen();
  }
  // The source's own log of what it is told.
  static void log_statements() {
    world->account().parameter_groups.modify(World::source_id, {{"general_log", "1"}, {"log_output", "TABLE"}});
    mysql::Connection server = world->connect(World::source_id);
    ASSERT_TRUE(base::poll_until(
        patience, {}, [&] { return server.value("SELECT CONCAT(@@general_log, @@log_output)") == "1TABLE"; }));
  }
  static void TearDownTestSuite() { world.reset(); }

  static constexpr const char* target_id = "putio17";
  static inline std::unique_ptr<World> world;
  static inline lab::Value while_copying;  // what status said of it
  static inline lab::Value report;
  static inline Changes changed;  // by setup

  mysql::Connection source = world->connect(World::source_id);
  mysql::Connection target = world->connect(target_id);

  struct Look {
    int exit = -1;
    std::vector<std::string> concerns;
    lab::Value status;
    std::string text;
  };
  Look look() {
    const Ended ended = world->darbe(world->status_arguments(target_id));
    Look look{.exit = ended.status, .concerns = {}, .status = {}, .text = ended.text()};
    if (ended.output.empty()) return look;
    look.status = lab::from_json(ended.output);
    for (const lab::Value& reason : look.status.at("reasons").list()) {
      look.concerns.push_back(reason.at("concern").text());
      EXPECT_NE(reason.at("advice").text(), "") << look.text;
    }
    return look;
  }
  void expect_healthy() {
    const Look seen = look();
    EXPECT_EQ(seen.exit, 0) << seen.text;
    EXPECT_THAT(seen.concerns, IsEmpty()) << seen.text;
  }
};

TEST_F(Watched, IsHealthyWithFiguresOfItsBinlogsAndVolumes) {
  source.execute("INSERT INTO putio.log VALUES ('watched', 1)");
  const Look seen = look();
  EXPECT_EQ(seen.exit, 0) << seen.text;
  EXPECT_TRUE(seen.status.at("healthy").truth()) << seen.text;
  EXPECT_EQ(seen.status.at("lag").at("seconds_at_least").real(), 0) << seen.text;
  EXPECT_EQ(seen.status.at("binlogs").at("retention_hours").number(), 24) << seen.text;
  EXPECT_GT(seen.status.at("binlogs").at("bytes").number(), 0) << seen.text;
  EXPECT_FALSE(seen.status.at("binlogs").at("needed_is_gone").truth()) << seen.text;
  EXPECT_EQ(seen.status.at("source_storage").at("volume_bytes").number(), 20ll << 30) << seen.text;
  EXPECT_GT(seen.status.at("source_storage").at("free_bytes").number(), 10ll << 30) << seen.text;
  const Ended text = world->darbe({"status", "--region", "eu-west-1", "--new-instance-id", target_id});
  EXPECT_THAT(text.output, AllOf(HasSubstr("behind by              nothing"), HasSubstr("kept for 24 hours")));
}

TEST_F(Watched, GoesByTheServersFilesWhereCloudWatchIsInTrouble) {
  world->lab().fail("GetMetricData", "InternalFailure", 1000);
  const Look seen = look();
  world->lab().clear_faults();
  EXPECT_EQ(seen.exit, 0) << seen.text;
  EXPECT_TRUE(seen.status.at("source_storage").at("at_most").truth()) << seen.text;
  EXPECT_TRUE(seen.status.at("target_storage").at("at_most").truth()) << seen.text;
}

TEST_F(Watched, HasAReportOfEveryChangeInAwsAndOnTheSource) {
  const Changes told = told_in(report.at("audit"));
  EXPECT_THAT(told.calls, testing::ElementsAreArray(changed.calls));
  EXPECT_THAT(told.calls, testing::Contains(testing::StartsWith("CreateDBInstanceReadReplica ")));
  EXPECT_THAT(told.statements, testing::ElementsAreArray(changed.statements));
  EXPECT_THAT(lab::to_json(report), Not(HasSubstr(World::master_password)));
  EXPECT_THAT(lab::to_json(report), HasSubstr("IDENTIFIED BY '****' REQUIRE SSL"));
}

TEST_F(Watched, KeepsMaintenanceAwayFromTheRunAndHasTheSourcesWindowInTheEnd) {
  const aws::Instance at_source = world->account().instances.get(World::source_id);
  EXPECT_EQ(world->account().instances.get(target_id).maintenance_window, at_source.maintenance_window);
  std::vector<std::string> of_target, of_replica;  // as they were asked for
  for (const lab::Value& request : world->lab().requests("ModifyDBInstance")) {
    const lab::Value& parameters = request.at("parameters");
    if (!parameters.has("PreferredMaintenanceWindow")) continue;
    const std::string instance = parameters.at("DBInstanceIdentifier").text();
    const std::string window = parameters.at("PreferredMaintenanceWindow").text();
    if (instance == target_id) of_target.push_back(window);
    if (instance.ends_with("-replica")) of_replica.push_back(window);
  }
  ASSERT_EQ(of_target.size(), 2u);
  ASSERT_EQ(of_replica.size(), 1u);
  EXPECT_EQ(of_target[1], at_source.maintenance_window);
  const auto now = std::chrono::system_clock::now();
  for (const std::string& window : {of_target[0], of_replica[0]})
    EXPECT_GT(watch::next_opening(watch::parse_window(window).value(), now).begin - now, 6 * 24h) << window;
  const Look seen = look();
  EXPECT_EQ(seen.status.at("windows").list().size(), 4u) << seen.text;
}

TEST_F(Watched, ShowsTheReplicasWindowUntilItIsGivenUp) {
  std::vector<std::string> roles;
  for (const lab::Value& window : while_copying.at("windows").list())
    roles.push_back(window.at("role").text() + " " + window.at("kind").text());
  EXPECT_THAT(roles, testing::Contains("replica maintenance")) << lab::to_json(while_copying);
  EXPECT_TRUE(while_copying.at("healthy").truth()) << lab::to_json(while_copying);
}

TEST_F(Watched, ExplainsEachStep) {
  auto arguments = world->status_arguments(target_id);
  arguments.emplace_back("--explain");
  const Ended ended = world->darbe(arguments);
  EXPECT_EQ(ended.status, 0) << ended.text();
  const lab::Value status = lab::from_json(ended.output);
  for (const lab::Value& step : status.at("steps").list()) {
    EXPECT_NE(step.at("why").text(), "") << ended.text();
    // RDS's heartbeat may have come between the two questions: then the target is to be waited for again.
    const bool may_pass = step.at("step").text() == "CatchUp" || step.at("step").text() == "Settle";
    if (!may_pass) {
      EXPECT_EQ(step.at("decision").text(), "next step") << ended.text();
    }
  }
  const lab::Value& copy = status.at("steps").list().at(3);
  EXPECT_EQ(copy.at("journal").text(), "done and closed") << ended.text();
  EXPECT_EQ(copy.at("why").text(), "not asked: Replicate took it over") << ended.text();
}

TEST_F(Watched, NeedsAPersonWhereReplicationIsBroken) {
  target.execute("CREATE TABLE putio.clash (id INT PRIMARY KEY)");
  source.execute("CREATE TABLE putio.clash (id INT PRIMARY KEY)");
  ASSERT_TRUE(
      base::poll_until(patience, {}, [&] { return replication::status(target).state == replication::State::broken; }));
  const Look seen = look();
  EXPECT_EQ(seen.exit, 6) << seen.text;
  EXPECT_THAT(seen.concerns, testing::Contains("replication")) << seen.text;
  EXPECT_THAT(seen.text, HasSubstr("Table 'clash' already exists"));
  target.execute("DROP TABLE putio.clash");
  replication::stop(target, {});
  replication::start(target, {});
  source.execute("DROP TABLE putio.clash");
  world->wait_until_caught_up(target_id);
  expect_healthy();
}

TEST_F(Watched, NeedsAPersonWhereTheTargetStaysBehind) {
  {
    mysql::Connection blocker = world->connect(target_id);
    blocker.execute("LOCK TABLES putio.log READ");
    source.execute("INSERT INTO putio.log VALUES ('late', 1)");
    const Look seen = look();
    EXPECT_EQ(seen.exit, 6) << seen.text;
    EXPECT_THAT(seen.concerns, ElementsAre("late")) << seen.text;
    EXPECT_GT(seen.status.at("lag").at("bytes").number(), 0) << seen.text;
  }
  world->wait_until_caught_up(target_id);
  expect_healthy();
}

TEST_F(Watched, NeedsAPersonWhereTheSourcesSchemaChanged) {
  source.execute("ALTER TABLE putio.log ADD COLUMN more INT");
  const Look seen = look();
  EXPECT_EQ(seen.exit, 6) << seen.text;
  EXPECT_THAT(seen.concerns, ElementsAre("schema")) << seen.text;
  EXPECT_THAT(seen.text, HasSubstr("putio.log"));
  source.execute("ALTER TABLE putio.log DROP COLUMN more");
  world->wait_until_caught_up(target_id);
  expect_healthy();
}

// --databases filters, and no account statement passes a filter.
TEST_F(Watched, NeedsAPersonUntilAccountsChangedOnTheSourceAreAlikeAgain) {
  source.execute("CREATE USER 'putio'@'10.%' IDENTIFIED BY 'secret-ten'");
  ASSERT_EQ(world->darbe(world->setup_arguments(target_id)).status, 0);  // its freeze was before
  for (const char* statement :
       {"ALTER USER 'putio'@'%' IDENTIFIED BY 'secret-other'", "GRANT SELECT ON mogilefs.* TO 'putio'@'%'",
        "REVOKE UPDATE (dkey) ON mogilefs.file FROM 'mogile'@'10.%'"})
    source.execute(statement);
  const Look seen = look();
  EXPECT_EQ(seen.exit, 6) << seen.text;
  for (const char* sentence :
       {"account putio@10.% is not on the target: --databases lets no account statements through, so change putio17",
        "account putio@% differs in ", "SELECT on database mogilefs for putio@% is not on the target",
        "mogile@10.% has UPDATE on column mogilefs.file.dkey on the target and not on the source"})
    EXPECT_THAT(seen.text, HasSubstr(sentence));

  source.execute("SET print_identified_with_as_hex = ON");
  target.execute(source.value("SHOW CREATE USER 'putio'@'10.%'").value());
  target.execute("ALTER" + source.value("SHOW CREATE USER 'putio'@'%'").value().substr(std::strlen("CREATE")));
  target.execute("GRANT SELECT ON mogilefs.* TO 'putio'@'%'");
  target.execute("REVOKE UPDATE (dkey) ON mogilefs.file FROM 'mogile'@'10.%'");
  expect_healthy();
  source.execute("DROP USER 'putio'@'10.%'");
  EXPECT_EQ(look().exit, 0);  // it was made after the freeze, so it may be the target's own
  target.execute("DROP USER 'putio'@'10.%'");
}

TEST_F(Watched, NeedsAPersonWhereTheTargetDoesNotAnswer) {
  world->lab().inflict(target_id, "cut");
  const Look seen = look();
  world->lab().inflict(target_id, "heal");
  EXPECT_EQ(seen.exit, 6) << seen.text;
  EXPECT_THAT(seen.concerns, ElementsAre("look")) << seen.text;
  EXPECT_EQ(seen.status.at("steps").list().at(0).at("standing").text(), "unknown") << seen.text;
  world->wait_until_caught_up(target_id);
  expect_healthy();
}

// The value of the line that begins so; nothing if there is none.
std::optional<std::string> metric(const std::string& page, const std::string& beginning) {
  const std::size_t at = page.find("\n" + beginning);
  if (at == std::string::npos) return std::nullopt;
  const std::size_t end = page.find('\n', at + 1);
  const std::string line = page.substr(at + 1, end - at - 1);
  return line.substr(line.rfind(' ') + 1);
}

TEST_F(Watched, IsWatchedUntilAStopAndServesMetrics) {
  auto arguments = world->status_arguments(target_id);
  arguments.insert(arguments.end(), {"--watch", "--interval", "0.2", "--metrics", "0"});
  const auto watch = world->start(arguments);
  ASSERT_TRUE(watch->says("/metrics\n")) << watch->end().text();
  const std::string said = watch->errors();
  const std::size_t at = said.find("http://127.0.0.1:");
  ASSERT_NE(at, std::string::npos) << said;
  const std::string url = said.substr(at, said.find('\n', at) - at);

  const auto page = [&] {
    return http::call({.method = "GET", .url = url, .headers = {}, .body = {}, .ca_file = {}, .is_direct = true}, {});
  };
  const auto becomes = [&](const std::string& beginning, const std::string& value) {
    return base::poll_until(patience, {}, [&] { return metric(page().body, beginning) == value; });
  };
  EXPECT_TRUE(becomes("darbe_healthy{", "1")) << page().body;
  EXPECT_THAT(page().headers.at("content-type"), HasSubstr("text/plain; version=0.0.4"));
  EXPECT_TRUE(becomes("darbe_replication_on{", "1")) << page().body;
  replication::stop(target, {});
  EXPECT_TRUE(becomes("darbe_healthy{", "0")) << page().body;
  EXPECT_TRUE(becomes("darbe_replication_on{", "0")) << page().body;
  EXPECT_THAT(page().body, HasSubstr("concern=\"replication\"} 1\n"));
  world->lab().inflict(target_id, "cut");
  EXPECT_TRUE(base::poll_until(patience, {}, [&] {
    return metric(page().body, "darbe_looks_failed_total{").value_or("0") != "0";
  })) << page().body;
  world->lab().inflict(target_id, "heal");
  target = world->connect(target_id);
  replication::start(target, {});
  EXPECT_TRUE(becomes("darbe_healthy{", "1")) << page().body;

  watch->signal(SIGINT);
  const Ended ended = watch->end();
  EXPECT_EQ(ended.status, 0) << ended.text();
  bool fell = false;
  std::istringstream lines(ended.output);
  std::size_t looks = 0;
  for (std::string line; std::getline(lines, line); ++looks)
    if (!lab::from_json(line).at("healthy").truth()) fell = true;
  EXPECT_TRUE(fell);
  EXPECT_GT(looks, 3u);
}

TEST_F(Watched, EndsAsItsLastLookSays) {
  auto arguments = world->status_arguments(target_id);
  arguments.insert(arguments.end(), {"--watch", "--interval", "0.2"});
  const auto watch = world->start(arguments);
  const auto comes_to_say = [&](const char* words) {
    return base::poll_until(patience, {}, [&] {
      const std::string said = watch->output();
      const std::size_t last = said.rfind("\"healthy\"");
      return last != std::string::npos && said.compare(last, std::strlen(words), words) == 0;
    });
  };
  EXPECT_TRUE(comes_to_say("\"healthy\":true"));
  replication::stop(target, {});
  EXPECT_TRUE(comes_to_say("\"healthy\":false"));
  watch->signal(SIGINT);
  const Ended ended = watch->end();
  EXPECT_EQ(ended.status, 6) << ended.text();
  replication::start(target, {});
  world->wait_until_caught_up(target_id);
  expect_healthy();
}

// By the server's own variables, whatever AWS says of the group.
TEST_F(Watched, IsNotAsItWasSettledWhereTheServerRunsWithAnotherValue) {
  const auto set = [&](const std::string& value) {
    const std::string group = world->account().instances.get(target_id).parameter_group();
    world->account().parameter_groups.modify(group, {{"sync_binlog", value}});
    return base::poll_until(patience, {}, [&] { return target.value("SELECT @@global.sync_binlog") == value; });
  };
  ASSERT_TRUE(set("0"));
  const Ended again = world->darbe(world->setup_arguments(target_id));
  EXPECT_EQ(again.status, 1) << again.text();
  EXPECT_THAT(again.errors, HasSubstr("Settle was done, and now the servers say absent"));
  auto arguments = world->status_arguments(target_id);
  arguments.emplace_back("--explain");
  // RDS's heartbeat may come between CatchUp's two questions, which hides what comes after it.
  EXPECT_TRUE(base::poll_until(patience, {}, [&] {
    const std::string said = world->darbe(arguments).output;
    return said.find("not in force yet: sync_binlog is 0 and must be 1") != std::string::npos;
  }));
  ASSERT_TRUE(set("1"));
  EXPECT_EQ(world->darbe(world->setup_arguments(target_id)).status, 0);
}

// The run's own target is a stranger to a plan for another one.
TEST_F(Watched, IsNamedToOthersAsAReaderOfTheBinlog) {
  auto plan = world->setup_arguments("putio18", {"--output", "json"});
  plan.insert(plan.begin(), "plan");
  const Ended ended = world->darbe(plan);
  EXPECT_EQ(ended.status, 3) << ended.text();  // a run is at work
  EXPECT_THAT(ended.output, testing::ContainsRegex("darbe_[0-9a-f]+ from [^ ]+ reads the source's binlog .1 "));
}

TEST_F(Watched, RefusesToServeMetricsWhereItCannot) {
  auto arguments = world->status_arguments(target_id);
  arguments.insert(arguments.end(), {"--watch", "--metrics", "somewhere:1"});
  EXPECT_EQ(world->darbe(arguments).status, 2);
  arguments.back() = "192.0.2.1:9500";  // RFC 5737: no machine has it
  const Ended ended = world->darbe(arguments);
  EXPECT_EQ(ended.status, 1) << ended.text();
  EXPECT_THAT(ended.errors, HasSubstr("can't listen on 192.0.2.1:9500"));
}

// The last one: nothing brings back what was purged.
TEST_F(Watched, NeedsAPersonWhereTheSourceHasPurgedWhatIsNeeded) {
  replication::stop(target, {});
  const std::string needed = replication::status(target).executed.file;
  source.execute("CALL mysql.rds_set_configuration('binlog retention hours', NULL)");
  ASSERT_TRUE(base::poll_until(patience, {},
                               [&] { return !replication::holds(replication::binlogs(source).value(), needed); }));
  const Look seen = look();
  EXPECT_EQ(seen.exit, 6) << seen.text;
  EXPECT_THAT(seen.concerns, ElementsAre("replication", "purge")) << seen.text;
  EXPECT_THAT(seen.text, HasSubstr("the source has purged its binlog from " + needed));
}

}  // namespace
}  // namespace darbe::story_test
