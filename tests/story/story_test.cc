// Whole runs on real servers: through, killed and resumed, undone, refused.
#include <algorithm>
#include <csignal>

#include "aws/waiter.h"
#include "base/file.h"
#include "replication/control.h"
#include "servers/certificate.h"
#include "story/family.h"

namespace darbe::story_test {
namespace {

using testing::HasSubstr;

TEST_F(StoryMySql56, RefusesAVersionThatCannotFollow) {
  expect_refusal(3, "can't replicate from",
                 world->setup_arguments("putio19", {"--engine-version", NewestMysql(*world).version}));
}

TEST_F(StoryMySql, RefusesBadInputAndChangesNothing) {
  const auto with = [](std::vector<std::string> more) { return world->setup_arguments("putio19", more); };
  const auto replaced = [](const std::string& flag, const std::string& value) {
    std::vector<std::string> arguments = world->setup_arguments("putio19");
    *(std::find(arguments.begin(), arguments.end(), flag) + 1) = value;
    return arguments;
  };
  expect_refusal(3, "AWS doesn't take these credentials", with({}), {{"AWS_SECRET_ACCESS_KEY", "wrong"}});
  expect_refusal(3, "scoped to a valid region", replaced("--region", "us-east-1"));
  expect_refusal(3, "there is no instance nowhere", replaced("--source-instance-id", "nowhere"));
  expect_refusal(3, "is there already, and it is not this run's", replaced("--new-instance-id", World::source_id));
  expect_refusal(3, "the source has no database nonesuch", replaced("--databases", "putio,nonesuch"));
  expect_refusal(3, "the source has no user nobody", replaced("--users", "putio,nobody"));
  expect_refusal(3, "can't connect to putio16 as root", with({}), {{"DARBE_MASTER_USER_PASSWORD", "wrong-password"}});
  expect_refusal(3, "GiB are too little", with({"--allocated-storage", "0"}));
  expect_refusal(3, "there is no option group no-such-group", with({"--option-group", "no-such-group"}));
  expect_refusal(3, "can't replicate from", with({"--engine-version", "5.6.24"}));
  expect_refusal(2, "password is missing", with({}), {{"DARBE_MASTER_USER_PASSWORD", ""}});
  expect_refusal(2, "there is no such check to allow", with({"--allow", "everything"}));
  expect_refusal(2, "is no name for an instance", replaced("--new-instance-id", std::string(64, 'n')));
  expect_refusal(2, "--no-such-flag", with({"--no-such-flag"}));
}

TEST_F(StoryMySql, RefusesASourceOfAnotherCaAndOneThatItCannotReach) {
  const base::TemporaryFolder folder;
  const servers::CertificateAuthority stranger{folder.path()};
  const auto setup = world->setup_arguments("putio19"), plan = plan_arguments(setup);
  for (const auto& arguments : {setup, plan})
    expect_refusal(3, "must be of the CA in --tls-ca FILE", arguments,
                   {{"DARBE_TLS_CA", stranger.certificate().string()}});
  const auto planned = [&](const char* mode) {
    std::vector<std::string> arguments = plan;
    arguments.insert(arguments.end(), {"--tls-mode", mode});
    return world->darbe(arguments, {{"DARBE_TLS_CA", stranger.certificate().string()}}).status;
  };
  EXPECT_EQ(planned("verify-ca"), 3);
  EXPECT_EQ(planned("required"), 0);
  const std::string before = world->inventory();
  world->lab().inflict(World::source_id, "cut");
  const Ended ends[] = {world->darbe(setup), world->darbe(plan)};
  world->lab().inflict(World::source_id, "heal");
  for (const Ended& ended : ends) {
    EXPECT_EQ(ended.status, 3) << ended.text();
    EXPECT_THAT(ended.errors, testing::AllOf(HasSubstr("can't connect to putio16 as root: "),
                                             HasSubstr("darbe must run where it reaches the instances")));
    EXPECT_EQ(ended.output, "");
  }
  EXPECT_EQ(world->inventory(), before);
}

// So there is nothing to put back, and what the operator sets meanwhile stays.
TEST_F(StoryMySql, KeepsABinlogRetentionThatIsLongerThanAskedFor) {
  mysql::Connection source = world->connect(World::source_id);
  const auto set = [&](const char* hours) {
    source.execute(fmt::format("CALL mysql.rds_set_configuration('binlog retention hours', {})", hours));
  };
  set("72");
  const std::string longer = world->inventory();
  set("48");
  const std::string before = world->inventory();
  for (const auto& [hours, after] : {std::pair("48", before), std::pair("72", longer)}) {
    ASSERT_TRUE(is_killed_at("provision.source_marked", world->setup_arguments("putio24")));
    const mysql::Result values = source.query("CALL mysql.rds_show_configuration");
    for (std::size_t row = 0; row < values.size(); ++row)
      if (values.text(row, "name") == "binlog retention hours") {
        EXPECT_EQ(values.text(row, "value"), "48");
      }
    set(hours);
    expect_undo("putio24", after);
  }
  set("NULL");
}

TEST_F(StoryMySql, RefusesASourceWithoutBackups) {
  aws::ModifyInstance off;
  off.backup_retention_period = 0;
  const aws::Waiter waiter(world->account().instances, std::chrono::milliseconds(100), [](const aws::WaitState&) {});
  world->account().instances.modify(World::source_id, off);
  waiter.until_settled(World::source_id, {});
  expect_refusal(3, "has no automated backups", world->setup_arguments("putio19"));
  aws::ModifyInstance on;
  on.backup_retention_period = 1;
  world->account().instances.modify(World::source_id, on);
  waiter.until_settled(World::source_id, {});
}

// One run that meets a stop, another command, a second run and a replica that restarts, and is undone at its end.
TEST_F(StoryMySql, HoldsItsGroundAgainstPeopleAndRestarts) {
  const aws::Instance windows_before = world->account().instances.get(World::source_id);
  // So near that the target's, which is made with it, has to be moved.
  world->set_windows(World::source_id, std::chrono::hours(96), std::chrono::hours(12));
  const std::string before = world->inventory();
  ASSERT_TRUE(is_killed_at("provision.rule_made", world->setup_arguments("putio20")));
  ASSERT_TRUE(is_killed_at("aws.ModifyDBInstance", world->setup_arguments("putio20")));
  const Ended stopped = world->darbe(world->setup_arguments("putio20"), {{"DARBE_FAULT", "copy.ledger_written:stop"}});
  EXPECT_EQ(stopped.status, 130) << stopped.text();
  EXPECT_THAT(stopped.errors, HasSubstr("Run the same command again to go on"));

  const Ended another = world->darbe(world->setup_arguments("putio20", {"--iops", "3000"}));
  EXPECT_EQ(another.status, 3) << another.text();
  EXPECT_THAT(another.errors, HasSubstr("iops was not given, now it is 3000"));
  const Ended second = world->darbe(world->setup_arguments("putio21"));
  EXPECT_EQ(second.status, 3) << second.text();
  EXPECT_THAT(second.errors, HasSubstr("another run is at work on this source: it builds putio20"));

  mysql::Connection source = world->connect(World::source_id), target = world->connect("putio20");
  const auto expect_another_version = [] {
    const Ended ended = world->darbe(world->setup_arguments("putio20"));
    EXPECT_EQ(ended.status, 1) << ended.text();
    EXPECT_THAT(ended.errors, HasSubstr("It was written by another version of darbe: go on with that one."));
    const Ended status = world->darbe(world->status_arguments("putio20"));
    EXPECT_EQ(status.status, 6) << status.text();
    EXPECT_THAT(status.output, testing::AllOf(HasSubstr("can't be read"), testing::Not(HasSubstr("not begun"))));
  };
  target.execute("ALTER TABLE darbe_journal.copy_tables CHANGE asks_others asked_others TINYINT NOT NULL");
  expect_another_version();
  target.execute("ALTER TABLE darbe_journal.copy_tables CHANGE asked_others asks_others TINYINT NOT NULL");
  for (const char* table : {"audit", "source_schema"}) {
    target.execute(fmt::format("RENAME TABLE darbe_journal.{} TO darbe_journal.another", table));
    expect_another_version();
    target.execute(fmt::format("RENAME TABLE darbe_journal.another TO darbe_journal.{}", table));
  }

  world->lab().inflict("putio20", "cut");
  const Ended lost = world->darbe(world->setup_arguments("putio20"));
  EXPECT_EQ(lost.status, 1) << lost.text();
  EXPECT_THAT(lost.errors, HasSubstr("the journal on putio20 can't be read"));
  world->lab().inflict("putio20", "heal");

  restart_replica();
  // Killed with replication running and not yet recorded. What comes then is on the target: the copy looks otherwise,
  // and from the coordinates again the rows without a key would come twice.
  const Ended killed = world->darbe(world->setup_arguments("putio20"), {{"DARBE_FAULT", "replication.started:kill"}});
  EXPECT_EQ(killed.signal, SIGKILL) << killed.text();
  EXPECT_THAT(killed.errors, HasSubstr("Freeze: void, begun anew"));
  source.execute("ALTER TABLE putio.t ADD COLUMN later INT");
  source.execute("INSERT INTO putio.log VALUES ('after the freeze', 1), ('and again', 2)");
  world->wait_until_caught_up("putio20");
  world->connect("putio20").execute("CALL mysql.rds_stop_replication");
  const Ended ended = world->darbe(world->setup_arguments("putio20"));
  ASSERT_EQ(ended.status, 0) << ended.text();
  EXPECT_THAT(ended.errors, testing::Not(HasSubstr("begun anew")));
  for (const char* before_the_journal :
       {"CreateSecurityGroup of sg-[0-9a-f]+", "CreateDBParameterGroup of darbe-[0-9a-f]+",
        "ModifyDBParameterGroup of darbe-[0-9a-f]+", "CreateDBInstance of putio20", "ModifyDBInstance of putio20",
        "CreateDBInstanceReadReplica of darbe-[0-9a-f]+-replica", "RevokeSecurityGroupEgress of sg-[0-9a-f]+",
        "AuthorizeSecurityGroupEgress of sgr-[0-9a-f]+", "AuthorizeSecurityGroupIngress of sgr-[0-9a-f]+",
        "CREATE DATABASE darbe, with the run's record on putio16",
        "CALL mysql.rds_set_configuration.'binlog retention hours', 24. on putio16"})
    EXPECT_THAT(ended.output,
                testing::ContainsRegex(fmt::format("{}: made by an earlier command", before_the_journal)));
  expect_equal("putio20");
  const Ended status = world->darbe(world->status_arguments("putio20"));
  EXPECT_EQ(status.status, 6) << status.text();
  EXPECT_THAT(status.output, HasSubstr("table putio.t was altered"));
  EXPECT_THAT(status.output, HasSubstr("\"replication\":\"on\""));
  expect_undo("putio20", before);
  world->set_windows(windows_before);
  source.execute("ALTER TABLE putio.t DROP COLUMN later");
}

// Its rows came, and nobody recorded that: from the coordinates once more they would come twice.
TEST_F(StoryMySql, BeginsAnewWhereReplicationWasResetByHand) {
  const std::string before = world->inventory();
  ASSERT_TRUE(is_killed_at("replicate.begun", world->setup_arguments("putio24")));
  ASSERT_TRUE(is_killed_at("replication.started", world->setup_arguments("putio24")));
  world->connect(World::source_id).execute("INSERT INTO putio.log VALUES ('after the freeze', 1)");
  world->wait_until_caught_up("putio24");
  mysql::Connection target = world->connect("putio24");
  replication::reset(target, {});
  // Whoever is killed after the lines are void goes on from there.
  ASSERT_TRUE(is_killed_at("freeze.discarded", world->setup_arguments("putio24")));
  const Ended ended = world->darbe(world->setup_arguments("putio24"));
  ASSERT_EQ(ended.status, 0) << ended.text();
  expect_equal("putio24");
  expect_undo("putio24", before);
}

// Copied anew as of the freeze, the target would lack what its GTIDs say that it has.
TEST_F(StoryMySql, DoesNotBeginAnewWhatGtidsWouldSkip) {
  const auto set_gtids = [](const std::string& value) {
    world->account().parameter_groups.modify(World::source_id,
                                             {{"gtid-mode", value, aws::ApplyMethod::pending_reboot},
                                              {"enforce_gtid_consistency", value, aws::ApplyMethod::pending_reboot}});
    world->account().instances.reboot(World::source_id);
    aws::Waiter(world->account().instances, std::chrono::milliseconds(50), [](const aws::WaitState&) {
    }).until_settled(World::source_id, {});
  };
  set_gtids("ON");
  const std::string before = world->inventory();
  ASSERT_TRUE(is_killed_at("replicate.begun", world->setup_arguments("putio28")));
  ASSERT_TRUE(is_killed_at("replication.started", world->setup_arguments("putio28")));
  world->connect(World::source_id).execute("INSERT INTO putio.log VALUES ('after the freeze', 2)");
  world->wait_until_caught_up("putio28");
  mysql::Connection target = world->connect("putio28");
  ASSERT_EQ(target.value("SELECT @@global.gtid_mode"), "ON");
  replication::reset(target, {});
  const Ended ended = world->darbe(world->setup_arguments("putio28"));
  EXPECT_EQ(ended.status, 1) << ended.text();
  EXPECT_THAT(ended.errors, testing::AllOf(HasSubstr("by GTID it would skip that"), HasSubstr("darbe undo")));
  expect_undo("putio28", before);
  set_gtids("OFF");
}

TEST_F(StoryMySql, RefusesASourceWhoseSnapshotMayLackCommits) {
  const auto set = [](const char* value) {
    world->account().parameter_groups.modify(World::source_id, {{"innodb_flush_log_at_trx_commit", value}});
    mysql::Connection source = world->connect(World::source_id);
    EXPECT_TRUE(base::poll_until({std::chrono::milliseconds(50), std::chrono::seconds(30)}, {}, [&] {
      return source.value("SELECT @@global.innodb_flush_log_at_trx_commit") == value;
    }));
  };
  set("0");
  expect_refusal(3, "a snapshot of it, which is what a read replica is made of, can lack rows",
                 world->setup_arguments("putio19"));
  set("1");
}

}  // namespace

// What the rows must not meet is off until they are there, what is fixed at creation is as the group says.
template <typename Family>
void Story<Family>::expect_to_follow_a_group_that_asks_for_more(const std::vector<std::string>& for_primary_keys) {
  const std::string family = world->account().parameter_groups.find(World::source_id)->family;
  world->account().parameter_groups.create({.name = "strict", .family = family, .description = "strict", .tags = {}});
  std::vector<aws::ParameterChange> changes = {{"lower_case_table_names", "1", aws::ApplyMethod::pending_reboot}};
  std::string asked = "SELECT CONCAT(@@global.lower_case_table_names", off = "1", on = "1";
  for (const std::string& name : for_primary_keys) {
    changes.push_back({name, "1"});
    asked += fmt::format(", IF(@@global.{}, 1, 0)", name);
    off += "0";
    on += "1";
  }
  asked += ")";
  world->account().parameter_groups.modify("strict", changes);
  const std::vector<std::string> arguments = world->setup_arguments("putio22", {"--parameter-group", "strict"});
  mysql::Connection source = world->connect(World::source_id);
  source.execute("CREATE TABLE putio.Notes (id INT PRIMARY KEY)");
  expect_refusal(3, "make small letters of the names of putio.Notes", arguments);
  source.execute("DROP TABLE putio.Notes");

  const std::string before = world->inventory();
  const auto running = world->start(arguments, {{"DARBE_FAULT", "copy.all_copied:pause"}});
  ASSERT_TRUE(running->pauses()) << running->end().text();
  EXPECT_EQ(world->connect("putio22").value(asked), off);
  running->go_on();
  const Ended ended = running->end();
  ASSERT_EQ(ended.status, 0) << ended.text();
  EXPECT_EQ(world->connect("putio22").value(asked), on);
  expect_equal("putio22");
  expect_undo("putio22", before);
  world->account().parameter_groups.remove("strict");
}

template <typename Family>
void Story<Family>::expect_to_refuse_a_source_that_takes_names_in_any_letters() {
  const auto group = *world->account().parameter_groups.find(World::source_id);
  world->account().parameter_groups.create(
      {.name = "any-letters", .family = group.family, .description = "any letters", .tags = {}});
  world->account().parameter_groups.modify("any-letters",
                                           {{"lower_case_table_names", "1", aws::ApplyMethod::pending_reboot}});
  const aws::Instance source = world->account().instances.get(World::source_id);
  aws::CreateInstance wanted;
  wanted.identifier = "any-letters";
  wanted.instance_class = source.instance_class;
  wanted.engine = source.engine;
  wanted.engine_version = source.engine_version;
  wanted.allocated_storage = 20;
  wanted.master_username = World::master_user;
  wanted.master_password = base::Secret(World::master_password);
  wanted.parameter_group = "any-letters";
  wanted.backup_retention_period = 1;
  world->account().instances.create(wanted);
  const aws::Waiter waiter(world->account().instances, std::chrono::milliseconds(100), [](const aws::WaitState&) {});
  waiter.until_settled("any-letters", {});
  world->connect("any-letters").execute("CREATE DATABASE putio");
  expect_refusal(
      3, "a CREATE TABLE with capitals would end replication",
      {"--region", "eu-west-1", "--source-instance-id", "any-letters", "--new-instance-id", "putio23",
       "--master-user-name", World::master_user, "--databases", "putio", "--parameter-group", World::source_id});
  // With the same group nothing is against it, but that RDS wants to know such a group for a while.
  const auto run = world->start({"--region", "eu-west-1", "--source-instance-id", "any-letters", "--new-instance-id",
                                 "putio23", "--master-user-name", World::master_user, "--databases", "putio"});
  EXPECT_TRUE(run->says("giving RDS 3 s to know darbe-")) << run->errors();
  run->signal(SIGINT);
  const Ended stopped = run->end();
  EXPECT_EQ(stopped.status, 130) << stopped.text();
  std::vector<std::string> undo = world->undo_arguments("putio23");
  undo.insert(undo.end(), {"--source-instance-id", "any-letters"});
  const Ended undone = world->darbe(undo);
  EXPECT_EQ(undone.status, 0) << undone.text();
  EXPECT_FALSE(world->account().instances.find("putio23"));
  world->account().instances.remove("any-letters", aws::AutomatedBackups::remove);
  waiter.until_gone("any-letters", {});
}

namespace {

TEST_F(StoryMySql, FollowsAGroupThatAsksForMore) {
  expect_to_follow_a_group_that_asks_for_more({"sql_require_primary_key", "sql_generate_invisible_primary_key"});
}
TEST_F(StoryMySql56, FollowsAGroupThatAsksForMore) { expect_to_follow_a_group_that_asks_for_more({}); }
TEST_F(StoryMariaDb, FollowsAGroupThatAsksForMore) {
  expect_to_follow_a_group_that_asks_for_more({"innodb_force_primary_key"});
}

TEST_F(StoryMySql, RefusesASourceThatTakesNamesInAnyLetters) {
  expect_to_refuse_a_source_that_takes_names_in_any_letters();
}
TEST_F(StoryMySql56, RefusesASourceThatTakesNamesInAnyLetters) {
  expect_to_refuse_a_source_that_takes_names_in_any_letters();
}
TEST_F(StoryMariaDb, RefusesASourceThatTakesNamesInAnyLetters) {
  expect_to_refuse_a_source_that_takes_names_in_any_letters();
}

// What a check can't find out hides nothing of what the others found.
TEST_F(StoryMySql, TellsAllThatIsFoundWhereACheckFails) {
  const std::string before = world->inventory();
  world->lab().fail("DescribeOptionGroups", "InvalidParameterValue");
  const Ended ended = world->darbe(
      world->setup_arguments("putio19", {"--option-group", "default:mysql-9-7", "--allocated-storage", "0"}));
  EXPECT_EQ(ended.status, 3) << ended.text();
  EXPECT_THAT(ended.errors,
              testing::AllOf(HasSubstr("this can't be looked at: DescribeOptionGroups: "), HasSubstr("(option-group)"),
                             HasSubstr("GiB are too little"), HasSubstr("Mend that, and run the same command again.")));
  EXPECT_EQ(world->inventory(), before);
}

TEST_F(StoryMySql, WarnsThatTablesWouldFillTheSystemTablespaceAgain) {
  const auto said = [] { return world->darbe(world->setup_arguments("putio19", {"--allocated-storage", "0"})).errors; };
  EXPECT_THAT(said(), testing::Not(HasSubstr("ibdata1")));
  world->account().parameter_groups.modify(World::source_id, {{"innodb_file_per_table", "0"}});
  EXPECT_THAT(said(),
              HasSubstr("parameter group putio16 sets innodb_file_per_table to 0, and putio19 gets its values"));
  world->account().parameter_groups.reset(World::source_id, {{"innodb_file_per_table", ""}});
  expect_group_in_force();
}

// And with leave it copies what the frozen replica has of them, and calls it not proven, or empty.
TEST_F(StoryMariaDb, RefusesTablesThatASnapshotTearsOrEmptiesUnlessAllowed) {
  mysql::Connection source = world->connect(World::source_id);
  source.execute("CREATE TABLE mogilefs.torn (id INT PRIMARY KEY) ENGINE=MyISAM");
  source.execute("INSERT INTO mogilefs.torn VALUES (1)");
  source.execute("CREATE TABLE mogilefs.emptied (id INT PRIMARY KEY) ENGINE=MEMORY");
  source.execute("INSERT INTO mogilefs.emptied VALUES (1)");
  expect_refusal(3, "mogilefs.torn is MyISAM", world->setup_arguments("putio19"));
  expect_refusal(3, "mogilefs.emptied is MEMORY and has rows: it will be empty on the new instance",
                 world->setup_arguments("putio19"));

  const std::string before = world->inventory();
  const Ended allowed = world->darbe(world->setup_arguments("putio29", {"--allow", "nontransactional"}));
  ASSERT_EQ(allowed.status, 0) << allowed.text();
  EXPECT_THAT(allowed.errors, HasSubstr("mogilefs.torn is MyISAM and has rows"));
  EXPECT_THAT(
      allowed.errors,
      HasSubstr("putio.keyless has no primary key, and no unique one whose columns are never NULL: it is copied"));
  EXPECT_THAT(allowed.output, HasSubstr("Not proven"));
  EXPECT_THAT(allowed.output, HasSubstr("mogilefs.torn is not transactional"));
  EXPECT_THAT(allowed.output, HasSubstr("mogilefs.emptied is MEMORY: empty on the new instance"));
  EXPECT_EQ(world->connect("putio29").value("SELECT GROUP_CONCAT(id) FROM mogilefs.torn"), "1");
  EXPECT_EQ(world->connect("putio29").number("SELECT COUNT(*) FROM mogilefs.emptied"), 0U);
  expect_undo("putio29", before);
  source.execute("DROP TABLE mogilefs.emptied");
  source.execute("DROP TABLE mogilefs.torn");
}

// All that can't be copied is named in one refusal, with what will be missed and what is copied at one go.
TEST_F(StoryMySql, NamesAllThatCannotBeCopiedBeforeItBegins) {
  mysql::Connection source = world->connect(World::source_id);
  const auto run = [&](const std::vector<std::string>& statements) {
    for (const std::string& statement : statements) source.execute(statement);
  };
  const auto expect_named = [](const std::vector<std::string>& words) {
    const Ended ended = world->darbe(world->setup_arguments("putio19"));
    EXPECT_EQ(ended.status, 3) << ended.text();
    for (const std::string& each : words) EXPECT_THAT(ended.errors, HasSubstr(each));
  };
  const std::string before = world->inventory();
  run({"CREATE TABLE mogilefs.part (id INT) ENGINE=MyISAM", "INSERT INTO mogilefs.part VALUES (1)",
       "CREATE TABLE mogilefs.whole (id INT) ENGINE=MERGE UNION=(mogilefs.part)",
       "CREATE TABLE mogilefs.all_of_it (id INT) ENGINE=MERGE UNION=(mogilefs.part)",
       "CREATE TABLE mogilefs.gone (id INT PRIMARY KEY)", "CREATE VIEW mogilefs.blind AS SELECT id FROM mogilefs.gone",
       "DROP TABLE mogilefs.gone", "ALTER USER mogile@'10.%' IDENTIFIED BY 'second' RETAIN CURRENT PASSWORD"});
  expect_named(
      {"mogilefs.all_of_it is a MRG_MYISAM table: its rows are somewhere else; mogilefs.whole is a MRG_MYISAM "
       "table",
       "view mogilefs.blind is invalid and will not be on the target",
       "mogile@10.% has a second password, which can't be copied"});
  run({"DROP TABLE mogilefs.whole, mogilefs.all_of_it",
       "CREATE TABLE mogilefs.uneven (b BLOB NOT NULL, PRIMARY KEY (b(9)))",
       "CREATE TABLE mogilefs.documents (id INT, j JSON, price DOUBLE(12,4))",
       "CREATE TABLE mogilefs.faces (id INT PRIMARY KEY, face ENUM('\U0001F600') CHARACTER SET utf8mb4,"
       " answer ENUM('yes', '?') CHARACTER SET latin1)",
       "CREATE TABLE mogilefs.shown (id INT PRIMARY KEY, at TIMESTAMP NULL, shown VARCHAR(30) AS (CONCAT(at)) STORED)",
       "ALTER DATABASE mogilefs READ ONLY = 1"});
  expect_named({"column mogilefs.faces.face: the server prints a question mark in a member", "mogilefs.part is MyISAM",
                "database mogilefs is READ ONLY on the source",
                "mogilefs.uneven has a primary key of a kind that no chunk can end at",
                "mogilefs.documents has JSON and no key that orders its rows: Verify stops at a value",
                "column mogilefs.documents.price is double(12,4): values that were stored before it had so few digits",
                "column mogilefs.shown.shown is stored, and its values may depend on the session"});
  run({"ALTER DATABASE mogilefs READ ONLY = 0",
       "DROP TABLE mogilefs.part, mogilefs.uneven, mogilefs.documents, mogilefs.faces, mogilefs.shown",
       "DROP VIEW mogilefs.blind", "ALTER USER mogile@'10.%' DISCARD OLD PASSWORD",
       "ALTER USER mogile@'10.%' IDENTIFIED BY 'secret-mogile'"});
  EXPECT_EQ(world->inventory(), before);
}

}  // namespace
}  // namespace darbe::story_test
