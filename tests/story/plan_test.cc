// darbe plan against the lab: it says what setup would do, and changes nothing.
#include <filesystem>
#include <fstream>

#include "aws/waiter.h"
#include "base/clock.h"
#include "lab/api_client.h"
#include "story/family.h"

namespace darbe::story_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// Exit code 0, nothing on the source or in AWS is otherwise than before, and the text names all that would be made.
void expect_a_plan(World& world) {
  const std::string before = world.inventory();
  const Ended ended = world.darbe(plan_arguments(world.setup_arguments("putio40", {"--allocated-storage", "25"})));
  EXPECT_EQ(ended.status, 0) << ended.text();
  EXPECT_EQ(world.inventory(), before);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("putio40 would be built in place of putio16"),
                                  HasSubstr("instance putio40: "), HasSubstr("read replica darbe-"),
                                  HasSubstr("security group darbe-"), HasSubstr("binlog retention: 24 hours, now "),
                                  HasSubstr("of files now"), HasSubstr("AllocatedStorage: 25, not "),
                                  HasSubstr("asked for with --allocated-storage"), HasSubstr("setup would begin.")));
}

TEST_F(StoryMySql, PlansAndChangesNothing) { expect_a_plan(*world); }
TEST_F(StoryMySql56, PlansAndChangesNothing) { expect_a_plan(*world); }
TEST_F(StoryMariaDb, PlansAndChangesNothing) { expect_a_plan(*world); }

// A line for each value that the new instance will have otherwise.
std::vector<std::string> differences_of(World& world, const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"--allocated-storage", "25", "--output", "json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  std::vector<std::string> lines;
  const Ended ended = world.darbe(plan_arguments(world.setup_arguments("putio40", arguments)));
  for (const lab::Value& plan : events_of(ended))
    for (const lab::Value& each : plan.at("differences").list())
      lines.push_back(fmt::format("{}: {}, not {}: {}", each.at("what").text(), each.at("target").text(),
                                  each.at("source").text(), each.at("reason").text()));
  return lines;
}

// The engine's own defaults are told by nobody before the new instance is there.
TEST_F(StoryMySql56, PlanNamesTheDefaultsThatTheNewFamilyHasOtherwise) {
  const NewestMysql newest(*world);
  EXPECT_THAT(
      differences_of(*world, {"--engine-version", newest.version, "--option-group", newest.option_group}),
      AllOf(testing::Contains(fmt::format("binlog_format: ROW, not MIXED: the default of mysql{}, which nobody set "
                                          "otherwise",
                                          newest.series)),
            testing::Contains(testing::StartsWith(
                fmt::format("the engine's own defaults: those of mysql {}, not those of mysql 5.6", newest.version))),
            testing::Not(testing::Contains(HasSubstr("log_bin_trust_function_creators")))));
}

// A value that somebody set in one group and not in the other, or otherwise.
TEST_F(StoryMySql, PlanNamesTheParametersThatDiffer) {
  const auto& groups = world->account().parameter_groups;
  groups.create({.name = "other-values",
                 .family = groups.find(World::source_id).value().family,
                 .description = "other values",
                 .tags = {}});
  groups.modify("other-values", {{"max_connections", "123"}});
  const auto differences = [](const std::vector<std::string>& more) { return differences_of(*world, more); };
  EXPECT_THAT(
      differences({}),
      AllOf(testing::Contains("replicate-wild-do-table: putio.%,mogilefs.%,darbe.%, not none: only the databases "
                              "of --databases are replicated"),
            testing::Not(testing::Contains(HasSubstr("log_bin_trust_function_creators"))),
            testing::Not(testing::Contains(HasSubstr("own defaults")))));
  EXPECT_THAT(
      differences({"--parameter-group", "other-values"}),
      testing::IsSupersetOf({"log_bin_trust_function_creators: the engine's default, not 1: as in other-values, "
                             "asked for with --parameter-group",
                             "max_connections: 123, not the engine's default: as in other-values, asked for "
                             "with --parameter-group"}));
  groups.remove("other-values");
}

// One object for programs, with every refusal in it.
TEST_F(StoryMySql, PlansWhatARefusedSetupWouldSay) {
  const std::string before = world->inventory();
  const Ended ended =
      world->darbe(plan_arguments(world->setup_arguments("putio40", {"--allocated-storage", "0", "--output", "json"})));
  EXPECT_EQ(ended.status, 3) << ended.text();
  EXPECT_EQ(world->inventory(), before);
  const std::vector<lab::Value> events = events_of(ended);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].at("event").text(), "plan");
  EXPECT_TRUE(events[0].at("refused").truth());
  std::vector<std::string> refusals;
  for (const lab::Value& finding : events[0].at("findings").list())
    if (finding.at("weight").text() == "refusal") refusals.push_back(finding.at("check").text());
  EXPECT_THAT(refusals, testing::ElementsAre("storage", "storage-rules"));
}

TEST_F(StoryMySql, PlanTellsOfOpenXaTransactionsAndEnabledEvents) {
  EXPECT_EQ(findings_of(*world, "xa"), "");
  mysql::Connection source = world->connect(World::source_id);
  source.execute("CREATE TABLE putio.prepared (id INT PRIMARY KEY)");
  source.execute("CREATE EVENT putio.tick ON SCHEDULE EVERY 1 YEAR STARTS '2099-01-01' DO DELETE FROM putio.prepared");
  for (const char* statement :
       {"XA START 'one'", "INSERT INTO putio.prepared VALUES (1)", "XA END 'one'", "XA PREPARE 'one'"})
    source.execute(statement);
  EXPECT_EQ(findings_of(*world, "xa"),
            "warning: 1 prepared XA transactions are open on the source: Freeze waits until the replica has none\n");
  source.execute("XA ROLLBACK 'one'");
  EXPECT_THAT(findings_of(*world, "events"), HasSubstr("putio.tick"));
  source.execute("ALTER EVENT putio.tick DISABLE");
  EXPECT_THAT(findings_of(*world, "events"), testing::Not(HasSubstr("putio.tick")));
  source.execute("DROP EVENT putio.tick");
  source.execute("DROP TABLE putio.prepared");
}

// Nobody makes them on the new instance.
TEST_F(StoryMySql, PlanNamesWhatTheServersOwnAccountsDefine) {
  mysql::Connection source = world->connect(World::source_id);
  EXPECT_EQ(findings_of(*world, "definers"), "");
  source.execute("CREATE USER rdstopmgr IDENTIFIED BY 'x'");
  source.execute("CREATE DEFINER = rdstopmgr VIEW putio.of_rds AS SELECT 1 AS n");
  EXPECT_EQ(findings_of(*world, "definers"),
            "warning: view putio.of_rds will not be on the target: its definer rdstopmgr@% belongs to the server\n");
  source.execute("DROP VIEW putio.of_rds");
  source.execute("DROP USER rdstopmgr");
}

using namespace std::chrono_literals;

// That of the backups is open, and maintenance's comes next.
TEST_F(StoryMySql, PlanTellsOfWindowsThatComeWhileRowsAreCopied) {
  const aws::Instance before = world->account().instances.get(World::source_id);
  world->set_windows(World::source_id, 12h, 14h);
  EXPECT_EQ(findings_of(*world, "maintenance"), "");
  world->set_windows(World::source_id, 12min, -20min);
  EXPECT_THAT(
      findings_of(*world, "maintenance"),
      AllOf(testing::ContainsRegex("warning: the maintenance window of putio16 \\([a-z]+:.*, next at .*\\) comes "
                                   "while rows may be copied: what waits for it may restart the source\n"),
            testing::ContainsRegex("warning: the backup window of putio16 \\(.*, open until .*\\) comes while "
                                   "rows may be copied: until the backup is made")));
  world->set_windows(before);
}

TEST_F(StoryMySql, PlanTellsWhatASwitchWillRefuse) {
  {
    mysql::Connection somebody = world->connect(World::source_id);
    EXPECT_THAT(findings_of(*world, "switching"),
                HasSubstr("warning: a switch will be refused: the master user is in use"));
  }
  EXPECT_EQ(findings_of(*world, "switching"), "");
  const auto set = [](const char* name, const std::string& value) {
    world->account().parameter_groups.modify(World::source_id, {{name, value}});
    mysql::Connection source = world->connect(World::source_id);
    EXPECT_TRUE(base::poll_until({std::chrono::milliseconds(50), std::chrono::seconds(30)}, {},
                                 [&] { return source.value(std::string("SELECT @@global.") + name) == value; }));
  };
  set("sync_binlog", "1");
  set("binlog_row_image", "FULL");
  EXPECT_EQ(findings_of(*world, "binlog"), "");
  set("sync_binlog", "0");
  set("binlog_row_image", "MINIMAL");
  log_in(*world, "MIXED");
  EXPECT_THAT(findings_of(*world, "binlog"),
              AllOf(HasSubstr("sync_binlog is 0"), HasSubstr("binlog_row_image is MINIMAL"),
                    HasSubstr("warning: binlog_format is MIXED on the source: a run is possible, a switch will be")));
  world->account().parameter_groups.reset(World::source_id,
                                          {{"sync_binlog", ""}, {"binlog_row_image", ""}, {"binlog_format", ""}});
  expect_group_in_force();
}

TEST_F(StoryMySql, PlanTellsOfAKeyThatIsNotEnabled) {
  const aws::Client& client = world->account().client;
  const std::string key = client.call_json(aws::kms, "CreateKey", {}, {}).at("KeyMetadata.Arn");
  EXPECT_EQ(findings_of(*world, "kms-key", {"--kms-key-id", key}), "");
  client.call_json(aws::kms, "DisableKey", {{"KeyId", key}}, {});
  EXPECT_THAT(findings_of(*world, "kms-key", {"--kms-key-id", key}),
              HasSubstr("refusal: KMS key " + key + " is Disabled"));
  EXPECT_THAT(findings_of(*world, "kms-key", {"--kms-key-id", "alias/none"}),
              HasSubstr("refusal: there is no KMS key"));
  world->lab().fail("DescribeKey", "AccessDeniedException");
  EXPECT_THAT(findings_of(*world, "kms-key", {"--kms-key-id", key}), HasSubstr("warning: whether KMS key"));
}

// A hole of 19 GiB in its folder counts as a full volume of 20.
TEST_F(StoryMySql, PlanTellsOfAVolumeThatIsNearlyFull) {
  EXPECT_EQ(findings_of(*world, "binlog-space"), "");
  const std::string id = world->account().instances.get(World::source_id).resource_id;
  const std::filesystem::path hole = world->lab().folder() / "instances" / id / "hole";
  std::ofstream(hole).put(' ');
  std::filesystem::resize_file(hole, 19ULL << 30);
  EXPECT_TRUE(base::poll_until({std::chrono::milliseconds(100), std::chrono::seconds(30)}, {}, [&] {
    return findings_of(*world, "binlog-space").starts_with("warning: the source has 0.");
  })) << findings_of(*world, "binlog-space");
  std::filesystem::remove(hole);
  EXPECT_TRUE(base::poll_until({std::chrono::milliseconds(100), std::chrono::seconds(30)}, {},
                               [&] { return findings_of(*world, "binlog-space").empty(); }));
  world->lab().fail("GetMetricData", "AccessDenied");
  EXPECT_THAT(findings_of(*world, "binlog-space"), HasSubstr("warning: how much of the source's volume is free"));
}

// Statistics that were written by hand count once the table is opened anew (MySQL 5.6 Reference Manual, "Configuring
// Persistent Optimizer Statistics Parameters").
TEST_F(StoryMySql56, PlanTellsOfRowsThatTakeLongerThanBinlogsAreKept) {
  EXPECT_EQ(findings_of(*world, "retention"), "");
  mysql::Connection rdsadmin = world->connect_as_rdsadmin(World::source_id);
  rdsadmin.execute("SET sql_log_bin = 0");
  rdsadmin.execute(
      "UPDATE mysql.innodb_table_stats SET clustered_index_size = 200000000 WHERE database_name = 'putio' AND "
      "table_name = 'keyless'");
  rdsadmin.execute("FLUSH TABLE putio.keyless");
  EXPECT_THAT(findings_of(*world, "retention"),
              AllOf(HasSubstr("warning: copy and verification may take 36 hours by a cautious guess, and"),
                    HasSubstr("the source will keep its binlogs for 24: ")));
  EXPECT_EQ(findings_of(*world, "retention", {"--binlog-retention-hours", "48"}), "");
  rdsadmin.execute("ANALYZE TABLE putio.keyless");
}

TEST_F(StoryMySql56, PlanTellsThatThereIsNoAccountLock) {
  EXPECT_THAT(findings_of(*world, "switching"), HasSubstr("mysql 5.6.24 has no ACCOUNT LOCK"));
}

TEST_F(StoryMariaDb, PlanNamesPageCompressedTablesAndNoOthers) {
  mysql::Connection source = world->connect(World::source_id);
  source.execute("CREATE TABLE putio.holes (id INT PRIMARY KEY) PAGE_COMPRESSED=1");
  source.execute("CREATE TABLE putio.nets (id INT PRIMARY KEY) PAGE_COMPRESSED='ON'");
  source.execute("CREATE TABLE putio.whole (id INT PRIMARY KEY) PAGE_COMPRESSED=0");
  EXPECT_THAT(findings_of(*world, "page-compressed"), HasSubstr(": putio.holes, putio.nets\n"));
  source.execute("DROP TABLE putio.holes, putio.nets, putio.whole");
  EXPECT_EQ(findings_of(*world, "page-compressed"), "");
}

TEST_F(StoryMySql, PlanNamesPageCompressedTablesAndNoOthers) {
  mysql::Connection source = world->connect(World::source_id);
  source.execute("CREATE TABLE putio.holes (id INT PRIMARY KEY) COMPRESSION='zlib'");
  source.execute("CREATE TABLE putio.whole (id INT PRIMARY KEY) COMPRESSION='none'");
  source.execute("CREATE TABLE putio.zipped (id INT PRIMARY KEY) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8");
  EXPECT_THAT(findings_of(*world, "page-compressed"), HasSubstr(": putio.holes\n"));
  source.execute("DROP TABLE putio.holes, putio.whole, putio.zipped");
  EXPECT_EQ(findings_of(*world, "page-compressed"), "");
}

// A group of another family has what this one lacks.
TEST_F(StoryMySql, PlanTellsOfParametersThatTheFamilyLacks) {
  EXPECT_EQ(findings_of(*world, "parameters"), "");
  world->account().parameter_groups.create(
      {.name = "old-values", .family = "mysql5.6", .description = "values of an older series", .tags = {}});
  world->account().parameter_groups.modify("old-values",
                                           {{"query_cache_size", "1048576"}, {"net_buffer_length", "2097152"}});
  EXPECT_THAT(findings_of(*world, "parameters", {"--parameter-group", "old-values"}),
              AllOf(HasSubstr("warning: parameter group old-values sets query_cache_size to 1048576"),
                    HasSubstr("has no such parameter"),
                    testing::ContainsRegex("refusal: parameter group old-values sets net_buffer_length to 2097152, "
                                           "and family mysql9.[0-9]+ allows 1024-1048576 only\n")));
  world->account().parameter_groups.remove("old-values");
  EXPECT_EQ(findings_of(*world, "parameters", {"--parameter-group", "nonesuch"}),
            "refusal: there is no parameter group nonesuch\n");
}

// As the server has it, which rounds: a group's value that is no multiple of 1024 is the source's.
TEST_F(StoryMySql, PlanRefusesSmallerPacketsThanTheSources) {
  const auto& groups = world->account().parameter_groups;
  const std::uint64_t here = world->connect(World::source_id).number("SELECT @@global.max_allowed_packet");
  const std::vector<std::string> asked = {"--parameter-group", "packets"};
  groups.create({.name = "packets",
                 .family = groups.find(World::source_id).value().family,
                 .description = "small packets",
                 .tags = {}});
  EXPECT_EQ(findings_of(*world, "parameters", asked), "");
  groups.modify("packets", {{"max_allowed_packet", std::to_string(here - 1024)}});
  EXPECT_EQ(findings_of(*world, "parameters", asked),
            fmt::format("warning: parameter group packets sets max_allowed_packet to {}, and the source has {}: what "
                        "clients send to the source may be too large for the new instance\n",
                        here - 1024, here));
  groups.modify("packets", {{"max_allowed_packet", std::to_string(here + 1000)}});
  EXPECT_EQ(findings_of(*world, "parameters", asked), "");

  groups.reset("packets", {{"max_allowed_packet", ""}});
  groups.modify(World::source_id, {{"max_allowed_packet", std::to_string(here)}});
  EXPECT_EQ(findings_of(*world, "parameters"), "");
  EXPECT_THAT(findings_of(*world, "parameters", asked),
              HasSubstr("warning: parameter group packets leaves max_allowed_packet at the engine's default"));
  groups.reset(World::source_id, {{"max_allowed_packet", ""}});
  expect_group_in_force();
  groups.remove("packets");
}

TEST_F(StoryMySql, PlanNamesTablesWhoseKeyNoChunkCanEndAt) {
  mysql::Connection source = world->connect(World::source_id);
  source.execute("CREATE TABLE putio.kinds (kind ENUM('a', 'b') PRIMARY KEY)");
  EXPECT_THAT(findings_of(*world, "primary-keys"),
              AllOf(HasSubstr("warning: putio.keyless has no primary key, and no unique one whose columns are never "
                              "NULL: it is copied as one chunk in one transaction, compared as a set of rows, and "
                              "begun anew if interrupted\n"),
                    HasSubstr("warning: putio.kinds has a primary key of a kind that no chunk can end at: it is "
                              "copied in one transaction, and begun anew if interrupted\n"),
                    testing::Not(HasSubstr("putio.users"))));
  source.execute("DROP TABLE putio.kinds");
}

TEST_F(StoryMySql, PlanRefusesTheServersOwnDatabases) {
  std::vector<std::string> arguments = world->setup_arguments("putio40");
  *(std::ranges::find(arguments, "--databases") + 1) = "putio,mysql";
  expect_refusal(3, "mysql belongs to the server and is not copied (databases)", arguments);
}

TEST_F(StoryMySql, PlanRefusesSomebodysDatabaseOfTheRunsName) {
  mysql::Connection source = world->connect(World::source_id);
  source.execute("CREATE DATABASE darbe");
  source.execute("CREATE TABLE darbe.theirs (id INT PRIMARY KEY)");
  const std::string refusal = "refusal: the source has a database `darbe` that is not a run's\n";
  EXPECT_EQ(findings_of(*world, "run-record"), refusal);
  for (const char* statement : {"DROP TABLE darbe.theirs", "CREATE PROCEDURE darbe.theirs() SELECT 1"})
    source.execute(statement);
  EXPECT_EQ(findings_of(*world, "run-record"), refusal);
  for (const char* statement :
       {"DROP PROCEDURE darbe.theirs", "CREATE EVENT darbe.theirs ON SCHEDULE EVERY 1 YEAR DISABLE DO SELECT 1"})
    source.execute(statement);
  EXPECT_EQ(findings_of(*world, "run-record"), refusal);
  source.execute("DROP DATABASE darbe");
  EXPECT_EQ(findings_of(*world, "run-record"), "");
}

TEST_F(StoryMySql, PlanRefusesAVersionThatNobodyOffers) {
  EXPECT_EQ(findings_of(*world, "versions"), "");
  const std::string version = NewestMysql(*world).series + ".99";
  EXPECT_EQ(findings_of(*world, "versions", {"--engine-version", version}),
            fmt::format("refusal: RDS doesn't offer mysql {}\n", version));
  const std::string withdrawn = NewestMysql(*world).series + ".0";
  EXPECT_EQ(findings_of(*world, "versions", {"--engine-version", withdrawn}),
            fmt::format("refusal: RDS makes no new instances of mysql {} any more\n", withdrawn));
}

// AWS would refuse them when the new instance is asked for.
TEST_F(StoryMySql, PlanRefusesAMasterPasswordThatRdsTakesForNoNewInstance) {
  EXPECT_EQ(findings_of(*world, "master-password"), "");
  mysql::Connection source = world->connect_as_rdsadmin(World::source_id);
  for (const char* password : {"short", "with@sign-of-it", "a b l a n k s"}) {
    source.execute(fmt::format("ALTER USER 'root'@'%' IDENTIFIED BY '{}'", password));
    EXPECT_THAT(findings_of(*world, "master-password", {}, {{"DARBE_MASTER_USER_PASSWORD", password}}),
                HasSubstr("refusal: RDS takes no such master password for a new instance"))
        << password;
  }
  source.execute(fmt::format("ALTER USER 'root'@'%' IDENTIFIED BY '{}'", World::master_password));
}

TEST_F(StoryMySql, PlanRefusesMoreTagsThanAwsTakes) {
  EXPECT_EQ(findings_of(*world, "tags"), "");
  std::vector<std::string> tags = {"--tags"};
  for (int number = 0; number < 50; ++number) tags.push_back(fmt::format("Key=k{},Value=v", number));
  EXPECT_THAT(findings_of(*world, "tags", tags),
              AllOf(HasSubstr("refusal: putio40 would bear "), HasSubstr("with the run's own, and AWS takes 50")));
}

TEST_F(StoryMySql56, PlanRefusesASeriesPastItsSupportWithoutTheExtendedOne) {
  EXPECT_EQ(findings_of(*world, "versions"), "");
  EXPECT_THAT(
      findings_of(*world, "versions", {"--engine-lifecycle-support", "open-source-rds-extended-support-disabled"}),
      AllOf(HasSubstr("refusal: the standard support of mysql 5.6."),
            HasSubstr("putio40 would have Extended Support disabled")));
}

TEST_F(StoryMySql56, PlanAsksForAnOptionGroupOfTheNewSeries) {
  EXPECT_EQ(findings_of(*world, "option-group"), "");
  const NewestMysql newest(*world);
  EXPECT_THAT(findings_of(*world, "option-group", {"--engine-version", newest.version}),
              HasSubstr("refusal: the source's option group default:mysql-5-6 is of series 5.6"));
  EXPECT_EQ(
      findings_of(*world, "option-group", {"--engine-version", newest.version, "--option-group", newest.option_group}),
      "");
}

// MySQL lets no account go that something names as its definer.
TEST_F(StoryMariaDb, NamesDefinersWithoutAnAccountAndWhatItsUserMayNot) {
  EXPECT_EQ(findings_of(*world, "definers"), "");
  EXPECT_EQ(findings_of(*world, "privileges"), "");
  mysql::Connection source = world->connect(World::source_id);
  for (const char* user : {"ghost", "looker"}) {
    source.execute(fmt::format("CREATE USER '{}'@'%' IDENTIFIED BY '{}'", user, World::master_password));
    source.execute(fmt::format("GRANT SELECT, CREATE VIEW ON putio.* TO '{}'@'%'", user));
  }
  {
    mysql::ConnectOptions as_ghost = world->options_of(World::source_id);
    as_ghost.user = "ghost";
    mysql::Connection(as_ghost, {}).execute("CREATE VIEW putio.haunted AS SELECT 1 AS one");
  }
  source.execute("DROP USER 'ghost'@'%'");
  EXPECT_EQ(
      findings_of(*world, "definers"),
      "warning: ghost@% is the definer of view putio.haunted and has no account\nrefusal: ghost@% is the definer of "
      "view putio.haunted, and this version lets the master user name only itself\n");
  std::vector<std::string> as_looker = world->setup_arguments("putio40");
  *(std::ranges::find(as_looker, "--master-user-name") + 1) = "looker";
  expect_refusal(3, "which hides from it what it may not read: SELECT is not granted on *.*", as_looker);
  const Ended planned = world->darbe(plan_arguments(as_looker));
  EXPECT_EQ(planned.status, 3) << planned.text();
  EXPECT_THAT(planned.output,
              AllOf(HasSubstr("SELECT is not granted on *.*"), HasSubstr("binlog retention: 24 hours, now not known")));
  // Who may read all, and make nothing, would be found out when the rows are copied.
  source.execute("GRANT SELECT ON *.* TO 'looker'@'%'");
  expect_refusal(
      3,
      "looker may not do on putio16 what a run needs: it lacks CREATE on darbe.*, DROP on darbe.*, INSERT on "
      "darbe.*, UPDATE on darbe.*, DELETE on darbe.*, CREATE USER, REPLICATION SLAVE WITH GRANT OPTION, "
      "REPLICATION CLIENT WITH GRANT OPTION (privileges)",
      as_looker);
  source.execute("DROP VIEW putio.haunted");
  source.execute("DROP USER 'looker'@'%'");
}

TEST_F(StoryMySql, PlanTellsWhatTheVolumeCannotHave) {
  EXPECT_EQ(findings_of(*world, "storage-rules"), "");
  EXPECT_EQ(findings_of(*world, "storage-rules", {"--iops", "13000"}),
            "warning: gp3 storage below 400 GiB always has 3000 IOPS: 13000 can't be kept.\n");
  EXPECT_THAT(world->darbe(world->setup_arguments("putio40", {"--iops", "13000", "--allocated-storage", "0"})).errors,
              HasSubstr("13000 can't be kept"));
  EXPECT_EQ(findings_of(*world, "storage-rules", {"--storage-type", "gp2", "--iops", "2000"}),
            "warning: gp2 storage takes no IOPS: 2000 can't be kept.\n");
  EXPECT_EQ(findings_of(*world, "storage-rules", {"--storage-type", "io1"}),
            "refusal: io1 storage has 100 to 65536 GiB, not 25\n");
  const std::vector<std::string> provisioned = {"--storage-type",      "io1", "--iops",   "1000",
                                                "--allocated-storage", "100", "--output", "json"};
  const Ended ended = world->darbe(plan_arguments(world->setup_arguments("putio40", provisioned)));
  EXPECT_EQ(ended.status, 0) << ended.text();
  EXPECT_EQ(events_of(ended).at(0).at("allocated_least_gib").number(), 100);
}

TEST_F(StoryMySql, PlanTellsOfChangesThatWaitForARestart) {
  EXPECT_EQ(findings_of(*world, "instance"), "");
  lab_test::ApiClient(world->lab())
      .ask("ModifyDBInstance", {{"DBInstanceIdentifier", World::source_id}, {"DBInstanceClass", "db.m6g.large"}});
  EXPECT_THAT(findings_of(*world, "instance"), HasSubstr("DBInstanceClass db.m6g.large"));
  const std::string before = world->account().instances.get(World::source_id).instance_class;
  aws::ModifyInstance back;
  back.instance_class = before;
  world->account().instances.modify(World::source_id, back);
  const aws::Waiter waiter(world->account().instances, std::chrono::milliseconds(100), [](const aws::WaitState&) {});
  waiter.until_settled(World::source_id, {});
  EXPECT_EQ(findings_of(*world, "instance"), "");
}

TEST_F(StoryMySql, PlanTellsOfValuesThatWaitForARestart) {
  const auto& groups = world->account().parameter_groups;
  groups.modify(World::source_id, {{"max_connections", "150", aws::ApplyMethod::pending_reboot}});
  EXPECT_EQ(findings_of(*world, "instance"),
            "warning: parameter group putio16 has values that putio16 takes with its next restart only; the new "
            "instance gets them at once\n");
  groups.reset(World::source_id, {{"max_connections", ""}});
  expect_group_in_force();
  EXPECT_EQ(findings_of(*world, "instance"), "");
}

TEST_F(StoryMySql, PlanTellsThatQuotasCannotBeLookedAt) {
  EXPECT_EQ(findings_of(*world, "quotas"), "");
  world->lab().fail("DescribeAccountAttributes", "AccessDenied");
  EXPECT_THAT(findings_of(*world, "quotas"), HasSubstr("warning: the account's quotas can't be looked at: "));
}

TEST_F(StoryMySql, PlanRefusesAReplicaThatWouldLeaveChangesOut) {
  EXPECT_EQ(findings_of(*world, "replica"), "");
  const aws::ParameterChange filter{
      .name = "replicate-ignore-table", .value = "putio.files", .apply = aws::ApplyMethod::pending_reboot};
  world->account().parameter_groups.modify(World::source_id, {filter});
  EXPECT_EQ(findings_of(*world, "replica"),
            "refusal: parameter group putio16 sets replicate-ignore-table to putio.files: the replica that is read "
            "would lack what it leaves out, and nothing could tell\n");
  world->account().parameter_groups.reset(World::source_id, {filter});
  // Rows that are not there, or there already, are no errors.
  world->account().parameter_groups.modify(World::source_id, {{"replica_exec_mode", "IDEMPOTENT"}});
  EXPECT_THAT(findings_of(*world, "replica"),
              HasSubstr("refusal: parameter group putio16 sets replica_exec_mode to IDEMPOTENT: "));
  world->account().parameter_groups.modify(World::source_id, {{"replica_exec_mode", "STRICT"}});
  EXPECT_EQ(findings_of(*world, "replica"), "");
  world->account().parameter_groups.reset(World::source_id, {{.name = "replica_exec_mode", .value = ""}});
}

// Its scheduler is off, and nobody but events could write on a replica that nobody knows.
TEST_F(StoryMariaDb, PlanWarnsOfAReplicaThatWouldTakeWrites) {
  const aws::ParameterChange writable{.name = "read_only", .value = "0"};
  world->account().parameter_groups.modify(World::source_id, {writable});
  EXPECT_EQ(
      findings_of(*world, "replica"),
      "warning: parameter group putio16 sets read_only to 0: an event that runs on the replica that is read would "
      "write there, too, and setup stops at one\n");
  world->account().parameter_groups.modify(World::source_id, {{"read_only", std::string(aws::true_if_replica)}});
  EXPECT_EQ(findings_of(*world, "replica"), "");
  world->account().parameter_groups.reset(World::source_id, {writable});
  expect_group_in_force();
}

TEST_F(StoryMySql, PlanRefusesAReadOnlySource) {
  mysql::Connection server = world->connect(World::source_id);
  const auto read_only_becomes = [&](const char* value) {
    return base::poll_until({.every = std::chrono::milliseconds(20), .at_most = std::chrono::minutes(1)}, {},
                            [&] { return server.value("SELECT @@global.read_only") == value; });
  };
  const aws::ParameterChange change{.name = "read_only", .value = "1"};
  world->account().parameter_groups.modify(World::source_id, {change});
  ASSERT_TRUE(read_only_becomes("1"));
  EXPECT_THAT(findings_of(*world, "instance"), HasSubstr("refusal: putio16 is read-only"));
  world->account().parameter_groups.reset(World::source_id, {change});
  EXPECT_TRUE(read_only_becomes("0"));
}

TEST_F(StoryMySql, PlanNamesWhoElseReadsTheBinlog) {
  EXPECT_EQ(findings_of(*world, "readers"), "");
  EXPECT_EQ(findings_of(*world, "names", {"--replica-instance-id", World::source_id}),
            "refusal: putio16 is not a read replica of putio16\n");
  aws::CreateReplica wanted = aws::replica_of(world->account().instances.get(World::source_id));
  wanted.identifier = "reports";
  world->account().instances.create_replica(wanted);
  EXPECT_EQ(findings_of(*world, "names", {"--replica-instance-id", "reports"}), "refusal: reports is creating\n");
  const aws::Waiter waiter(world->account().instances, std::chrono::milliseconds(100), [](const aws::WaitState&) {});
  waiter.until_usable("reports", {});
  EXPECT_THAT(findings_of(*world, "readers"), HasSubstr("has read replicas that go on following it: reports\n"));
  EXPECT_THAT(world->darbe(plan_arguments(world->setup_arguments("putio40"))).output,
              HasSubstr("They take writes, too, until read_only in its parameter group is {TrueIfReplica}"));
  EXPECT_EQ(findings_of(*world, "readers", {"--replica-instance-id", "reports"}), "");
  EXPECT_EQ(findings_of(*world, "names", {"--replica-instance-id", "reports"}), "");
  world->lab().say_status("reports", "storage-optimization");
  EXPECT_EQ(findings_of(*world, "names", {"--replica-instance-id", "reports"}), "");
  world->lab().say_status("reports", "");
  // It has the source's group.
  const aws::ParameterChange writable{.name = "read_only", .value = "0"};
  world->account().parameter_groups.modify(World::source_id, {writable});
  EXPECT_THAT(findings_of(*world, "replica", {"--replica-instance-id", "reports"}),
              HasSubstr("sets read_only to 0: rows that were written on the replica itself would be taken for the"));
  world->account().parameter_groups.reset(World::source_id, {writable});
  world->set_windows("reports", 12min, -20min);
  EXPECT_THAT(
      findings_of(*world, "maintenance", {"--replica-instance-id", "reports"}),
      AllOf(HasSubstr("refusal: the maintenance window of reports ("), HasSubstr("a restart makes the copy begin anew"),
            testing::Not(HasSubstr("backup window of reports"))));  // it has no backups
  EXPECT_THAT(findings_of(*world, "maintenance", {"--replica-instance-id", "reports", "--allow", "maintenance"}),
              HasSubstr("warning: the maintenance window of reports ("));
  world->account().instances.remove("reports", aws::AutomatedBackups::remove);
  waiter.until_gone("reports", {});
}

}  // namespace
}  // namespace darbe::story_test
