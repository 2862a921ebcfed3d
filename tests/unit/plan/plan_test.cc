#include "plan/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "plan/facts.h"

namespace darbe::plan {
namespace {

Request some_request() {
  Request request;
  request.region = "eu-west-1";
  request.source_instance_id = "putio16";
  request.new_instance_id = "putio17";
  request.master_user_name = "root";
  request.databases = {{"putio", "mogilefs"}};
  request.allocated_storage_gib = 20;
  return request;
}

TEST(Names, FollowFromWhatTheRunIsAbout) {
  const Names names = names_for("123456789012", some_request());
  EXPECT_EQ(names, names_for("123456789012", some_request()));
  Request other = some_request();
  other.new_instance_id = "putio18";
  EXPECT_NE(names.run_id, names_for("123456789012", other).run_id);
  EXPECT_NE(names.run_id, names_for("210987654321", some_request()).run_id);
}

TEST(Names, FitTheirLimitsWhateverTheInstancesAreCalled) {
  Request request = some_request();
  request.source_instance_id = std::string(63, 's');
  request.new_instance_id = std::string(63, 'n');
  const Names names = names_for("123456789012", request);
  EXPECT_LE(names.replica.size(), 63u);
  EXPECT_LE(names.replication_user.size(), 16u) << "MySQL 5.6 has 16 characters for a user";
  EXPECT_LE(names.lock.size(), 64u) << "MySQL 5.7 and later have 64 characters for GET_LOCK";
}

TEST(Names, TakeTheOperatorsOwnReplica) {
  Request request = some_request();
  request.replica_instance_id = "mine";
  EXPECT_EQ(names_for("1", request).replica, "mine");
}

TEST(Plan, SurvivesTheJournal) {
  Plan plan;
  plan.request = some_request();
  plan.request.users = {{"o'hara", "b\\c"}};
  plan.names = names_for("1", plan.request);
  plan.account = "1";
  plan.engine = "mysql";
  plan.source_engine_version = "9.7.4";
  plan.target_engine_version = "9.7.4";
  plan.source_resource_id = "db-ABC";
  plan.binlog_retention_hours = 168;
  EXPECT_EQ(plan_from_json(to_json(plan)), plan);
}

TEST(Plan, OfAnotherShapeIsAClearError) {
  EXPECT_THROW(plan_from_json("{}"), base::Error);
  EXPECT_THROW(plan_from_json("not JSON"), base::Error);
}

TEST(Facts, SurviveTheJournal) {
  Facts facts;
  facts.frozen = FrozenAt{.file = "binlog.000007",
                          .position = 1234567890123,
                          .gtid_executed = "",
                          .server_started = "x",
                          .not_before = 1796141000};
  facts.retention_hours_before = 0;
  facts.bytes_before = {{"putio", 1}, {"mogilefs", 18446744073709551615u}};
  facts.accounts_not_as_source = {"a"};
  facts.copy_not_as_source = {"b"};
  facts.events_enabled_on_source = {{"putio.e", "ENABLED"}};
  facts.replication_begun = true;
  facts.target_started = "1796000000";
  facts.replica_released = true;
  EXPECT_EQ(facts_from_json(to_json(facts)), facts);
  EXPECT_EQ(facts_from_json(to_json(Facts{})), Facts{});
}

TEST(Differences, NameEachThingThatDiffers) {
  Request now = some_request();
  EXPECT_TRUE(differences(some_request(), now).empty());
  now.databases = {{"putio"}};
  now.allocated_storage_gib.reset();
  now.iops = 3000;
  EXPECT_THAT(
      differences(some_request(), now),
      testing::UnorderedElementsAre(testing::HasSubstr("databases was [\"putio\",\"mogilefs\"], now it is [\"putio\"]"),
                                    testing::HasSubstr("allocated_storage was 20, now it is not given"),
                                    testing::HasSubstr("iops was not given, now it is 3000")));
}

}  // namespace
}  // namespace darbe::plan
