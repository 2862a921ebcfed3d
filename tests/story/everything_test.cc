// Runs without --databases and --users: no filter, all accounts, every statement of the source's is replayed.
#include <algorithm>
#include <filesystem>

#include "aws/waiter.h"
#include "base/file.h"
#include "replication/status.h"
#include "story/family.h"
#include "story/witness.h"
#include "tables/table.h"

namespace darbe::story_test {
namespace {

constexpr const char* retention = "CALL mysql.rds_set_configuration('binlog retention hours', {})";

// The source as production has it: a standby, protection, binlogs that are kept, though shorter than a run needs, read
// replicas that are late on purpose, logs of statements, and rows with the highest numbers gone.
class LikeProduction {
 public:
  explicit LikeProduction(World& world) : world_(world) {
    change(true, "12");
    mysql::Connection source = world.connect(World::source_id);
    for (const char* statement :
         {"CREATE TABLE elsewhere.tickets (id INT AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB",
          "INSERT INTO elsewhere.tickets VALUES (), (), ()", "DELETE FROM elsewhere.tickets WHERE id > 1"})
      source.execute(statement);
  }
  void take_back() {
    change(false, "NULL");
    world_.connect(World::source_id).execute("DROP TABLE elsewhere.tickets");
  }

 private:
  void change(bool protect, const std::string& hours) {
    aws::ModifyInstance change;
    change.multi_az = protect;
    change.deletion_protection = protect;
    const aws::Instances& instances = world_.account().instances;
    instances.modify(World::source_id, change);
    const aws::Waiter waiter(instances, std::chrono::milliseconds(100), [](const aws::WaitState&) {});
    const auto is_changed = [&](const aws::Instance& now) {
      return now.status == "available" && now.multi_az == protect && now.deletion_protection == protect;
    };
    waiter.until(World::source_id, "until it is changed", is_changed, {});
    mysql::Connection source = world_.connect(World::source_id);
    source.execute(fmt::format(retention, hours));
    source.execute(fmt::format("CALL mysql.rds_set_configuration('target delay', {})", protect ? 3600 : 0));
    change_group(protect);
  }
  // Packets of no multiple of 1024, as RDS takes it and servers round it, and each statement in both logs, which are
  // tables unless somebody sets log_output.
  void change_group(bool as_in_production) {
    const std::vector<aws::ParameterChange> changes = {
        {"max_allowed_packet", "100000000"}, {"general_log", "1"}, {"slow_query_log", "1"}, {"long_query_time", "0"}};
    const auto& groups = world_.account().parameter_groups;
    as_in_production ? groups.modify(World::source_id, changes) : groups.reset(World::source_id, changes);
    mysql::Connection source = world_.connect(World::source_id);
    EXPECT_TRUE(base::poll_until({std::chrono::milliseconds(50), std::chrono::seconds(60)}, {}, [&] {
      return source.number(
                 "SELECT (@@global.max_allowed_packet = 99999744) + @@global.general_log + @@global.slow_query_log") ==
             (as_in_production ? 3U : 0U);
    }));
  }

  World& world_;
};

std::string accounts(mysql::Connection& server) {
  return server.value("SELECT GROUP_CONCAT(User, '@', Host ORDER BY User, Host) FROM mysql.user").value_or("");
}

std::string grants(mysql::Connection& server, const std::string& account) {
  std::string text;
  for (const auto& row : server.query("SHOW GRANTS FOR " + account).rows) text += row[0].value_or("") + "\n";
  return text;
}

// A row that RDS's agent wrote after now has passed the applier.
void wait_for_a_heartbeat(World& world, const std::string& target_id) {
  mysql::Connection source = world.connect(World::source_id);
  const auto beat = [&] { return source.value("SELECT MAX(value) FROM mysql.rds_heartbeat2"); };
  const auto last = beat();
  ASSERT_TRUE(
      base::poll_until({std::chrono::milliseconds(50), std::chrono::seconds(30)}, {}, [&] { return beat() != last; }));
  world.wait_until_caught_up(target_id);
}

// What the load was tuned with, and what it must end as: the group's value, or the engine's default. By MySQL's and
// MariaDB's manuals.
const std::map<std::string, std::string> settled_values = {
    {"innodb_flush_log_at_trx_commit", "1"},
    {"sync_binlog", "1"},
    {"max_allowed_packet", "99999744"},
    {"sql_require_primary_key", "0"},
    {"sql_generate_invisible_primary_key", "0"},
    {"innodb_force_primary_key", "0"},
    {"replica_checkpoint_period", "300"},
    {"slave_checkpoint_period", "300"},
    {"general_log", "1"},
    {"slow_query_log", "1"},
};

// As the source has them: the default is another one in each family.
const std::vector<std::string> as_on_source = {"local_infile", "innodb_strict_mode"};

bool has_variable(mysql::Connection& server, const std::string& name) {
  return !server.query(fmt::format("SHOW GLOBAL VARIABLES WHERE Variable_name = '{}'", name)).empty();
}

void expect_settled_variables(mysql::Connection& source, mysql::Connection& target) {
  const auto question = [](const std::string& name) { return "SELECT @@global." + name; };
  for (const auto& [name, value] : settled_values) {
    if (!has_variable(target, name)) continue;
    EXPECT_EQ(target.value(question(name)), value) << name;
  }
  for (const std::string& name : as_on_source)
    EXPECT_EQ(target.value(question(name)), source.value(question(name))) << name;
}

// What follows the source, with the source's variables in place of the load's.
void expect_settled(World& world, const std::string& target_id) {
  const aws::Instance source = world.account().instances.get(World::source_id);
  const aws::Instance target = world.account().instances.get(target_id);
  EXPECT_TRUE(target.multi_az);
  EXPECT_TRUE(target.deletion_protection);
  EXPECT_EQ(target.backup_retention_period, source.backup_retention_period);
  EXPECT_THAT(target.pending, testing::IsEmpty());
  mysql::Connection on_source = world.connect(World::source_id), on_target = world.connect(target_id);
  expect_settled_variables(on_source, on_target);
  EXPECT_EQ(on_target.value("SELECT @@global.log_bin"), "1");
  EXPECT_EQ(on_target.value("SELECT @@global.read_only"), "0");
  const tables::TableName tickets{"elsewhere", "tickets"};
  EXPECT_EQ(tables::read_counters(on_target, {tickets})[tickets], 4U) << "a number would be given twice";
  const auto configuration = on_target.query("CALL mysql.rds_show_configuration");
  std::map<std::string, std::string> values;
  for (std::size_t row = 0; row < configuration.size(); ++row)
    values[configuration.text(row, "name")] = configuration.value(row, "value").value_or("NULL");
  EXPECT_EQ(values["binlog retention hours"], "12");
}

void expect_protection_taken_off_first(World& world, const std::string& target_id, std::size_t since) {
  std::vector<std::string> steps;
  const auto requests = world.lab().requests();
  for (std::size_t i = since; i < requests.size(); ++i) {
    const lab::Value& parameters = requests[i].at("parameters");
    if (parameters.at("DBInstanceIdentifier").text() != target_id || requests[i].at("status").number() != 200) continue;
    if (parameters.at("DeletionProtection").text() == "false") steps.emplace_back("taken off");
    if (requests[i].at("action").text() == "DeleteDBInstance") steps.emplace_back("deleted");
  }
  EXPECT_THAT(steps, testing::ElementsAre("taken off", "deleted"));
}

// All that the applier gets without a filter: accounts and databases made later, the run's own account, heartbeats.
void expect_everything_to_be_replayed(World& world, const std::string& target_id) {
  mysql::Connection source = world.connect(World::source_id), target = world.connect(target_id);
  wait_for_a_heartbeat(world, target_id);
  EXPECT_EQ(replication::status(target).state, replication::State::on);
  EXPECT_EQ(replication::status(target).wild_do_table, "");
  const std::vector<std::string> databases{"putio", "mogilefs", "elsewhere", "later"};
  EXPECT_EQ(world.contents(target_id, databases), world.contents(World::source_id, databases));
  EXPECT_EQ(accounts(target), accounts(source));
  for (const char* account : {"'putio'@'%'", "'mogile'@'10.%'", "'stranger'@'%'", "'late'@'%'"})
    EXPECT_EQ(grants(target, account), grants(source, account));
}

std::string rows_of(mysql::Connection& server, const std::string& table) {
  std::string all;
  for (const mysql::Result::Row& row : server.query("SELECT * FROM " + table).rows)
    for (const auto& value : row) all += value.value_or("NULL") + "\n";
  return all;
}

// All of what the run itself keeps on a server.
std::string kept_on(mysql::Connection& server, const std::string& schema) {
  std::string all;
  const mysql::Result tables = server.query(
      fmt::format("SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{}'", schema));
  for (std::size_t table = 0; table < tables.size(); ++table)
    all += rows_of(server, fmt::format("{}.`{}`", schema, tables.text(table, "name")));
  return all;
}

// How each password of the replication user begins. None is kept but by the replica that connects with it.
constexpr const char* replication_password = "aA1_";

// What the target connects with: MariaDB has it in a file.
std::string connection_of(const World& world, const std::string& target_id) {
  mysql::Connection target = world.connect_as_rdsadmin(target_id);
  if (!target.flavor().is_mariadb()) return rows_of(target, "mysql.slave_master_info");
  return base::read_file(std::filesystem::path(target.value("SELECT @@datadir").value_or("")) / "master.info");
}

void expect_no_password_in(const std::string& text, const std::string& what) {
  for (const char* password : {World::master_password, replication_password}) {
    const std::size_t at = text.find(password);
    EXPECT_EQ(at, std::string::npos) << what << ": " << text.substr(at - std::min<std::size_t>(at, 200), 300);
  }
}

void expect_no_password_to_be_kept(World& world, const std::string& target_id) {
  EXPECT_THAT(connection_of(world, target_id), testing::HasSubstr(replication_password));
  mysql::Connection source = world.connect(World::source_id), target = world.connect(target_id);
  const std::string journal = kept_on(target, "darbe_journal"), record = kept_on(source, "darbe");
  EXPECT_THAT(journal, testing::HasSubstr(target_id));
  EXPECT_THAT(record, testing::HasSubstr(target_id));
  expect_no_password_in(journal, "the journal");
  expect_no_password_in(record, "the run's record");
  expect_no_password_in(world.inventory(), "AWS and the source");
  expect_no_password_in(world.end_state(target_id), "the target");
}

// People read the servers' logs, and CloudWatch may get them.
void expect_no_password_in_logs(World& world, const std::string& target_id) {
  for (const std::string& id : {std::string(World::source_id), target_id}) {
    mysql::Connection server = world.connect(id);
    for (const char* log : {"mysql.general_log", "mysql.slow_log"}) {
      const std::string statements = rows_of(server, log);
      EXPECT_THAT(statements, testing::HasSubstr("SELECT ")) << "nothing is logged in " << log << " of " << id;
      expect_no_password_in(statements, fmt::format("{} of {}", log, id));
    }
  }
}

void expect_undo_to_tell_all(World& world, const std::string& target_id, const std::string& before) {
  const Witness witness(world);
  std::vector<std::string> arguments = world.undo_arguments(target_id);
  arguments.insert(arguments.end(), {"--output", "json"});
  const Ended undone = world.darbe(arguments);
  ASSERT_EQ(undone.status, 0) << undone.text();
  EXPECT_EQ(world.inventory(), before);
  const Changes told = told_in(events_of(undone).back().at("audit")), changed = witness.seen();
  EXPECT_THAT(told.calls, testing::ElementsAreArray(changed.calls));
  EXPECT_THAT(told.calls, testing::Contains(testing::StartsWith("DeleteDBInstance ")));
  EXPECT_THAT(told.statements, testing::ElementsAreArray(changed.statements));
  EXPECT_THAT(told.statements, testing::Contains("DROP DATABASE IF EXISTS darbe"));
  expect_no_password_in(undone.text(), "what undo said");
}

// What the original took besides, and a target that is unlike the source by it.
class OriginalsFlags {
 public:
  explicit OriginalsFlags(World& world) : world_(world) {
    const aws::Instance source = world.account().instances.get(World::source_id);
    zone_ = source.availability_zone == "eu-west-1a" ? "eu-west-1b" : "eu-west-1a";
    lab_test::ApiClient api(world.lab());
    const auto version =
        api.ask("DescribeDBEngineVersions", {{"Engine", source.engine}, {"EngineVersion", source.engine_version}})
            .child("DBEngineVersions")
            .child("DBEngineVersion");
    api.ask("CreateOptionGroup", {{"OptionGroupName", option_group},
                                  {"EngineName", source.engine},
                                  {"MajorEngineVersion", version.text("MajorEngineVersion")},
                                  {"OptionGroupDescription", "of the test"}});
  }

  std::vector<std::string> arguments(const std::string& target_id) const {
    return world_.setup_arguments_for_all(
        target_id, {"--master-user-password", World::master_password, "--allocated-storage", "400", "--iops", "13000",
                    "--option-group", option_group, "--availability-zone", zone_, "--debug", "--output", "json"});
  }
  void expect_heeded(const std::string& target_id, const Ended& ended) const {
    EXPECT_THAT(ended.errors, testing::HasSubstr("a password on the command line can be read in the process list"));
    EXPECT_THAT(ended.errors, testing::HasSubstr("Action=ModifyDBInstance "));
    const aws::Instance target = world_.account().instances.get(target_id);
    EXPECT_EQ(target.allocated_storage, 400);
    EXPECT_EQ(target.iops, 13000);
    EXPECT_EQ(target.option_group(), option_group);
    EXPECT_EQ(target.availability_zone, zone_);
  }

 private:
  static constexpr const char* option_group = "everything";
  World& world_;
  std::string zone_;
};

}  // namespace

template <typename Family>
void Story<Family>::expect_to_copy_everything() {
  LikeProduction source_as_in_production(*world);
  const OriginalsFlags flags(*world);
  const std::string before = world->inventory();
  const Witness witness(*world);
  const auto arguments = flags.arguments("putio30");
  // So that the account of the replication is dropped, made and granted to once more in what is replayed.
  const Ended killed =
      world->darbe(arguments, {{"DARBE_FAULT", "replication.source_set:kill"}, {"DARBE_MASTER_USER_PASSWORD", ""}});
  ASSERT_EQ(killed.signal, SIGKILL) << killed.text();
#if !defined(__SANITIZE_ADDRESS__)  // what that holds of its own would be measured
  EXPECT_LT(killed.peak_bytes, 256U << 20);
#endif
  // Not the master user, whose statements are darbe's alone until the report is held against them.
  mysql::Connection rdsadmin = world->connect_as_rdsadmin(World::source_id);
  for (const char* statement :
       {"CREATE USER 'late'@'%' IDENTIFIED BY 'secret-late'", "GRANT SELECT ON elsewhere.* TO 'late'@'%'",
        "CREATE DATABASE later", "CREATE TABLE later.t (id INT PRIMARY KEY) ENGINE=InnoDB",
        "INSERT INTO later.t SELECT id FROM elsewhere.notes"})
    rdsadmin.execute(statement);
  const Ended ended = world->darbe(arguments, {{"DARBE_MASTER_USER_PASSWORD", ""}});
  ASSERT_EQ(ended.status, 0) << ended.text();
  const Changes told = told_in(events_of(ended).back().at("audit")), changed = witness.seen();
  EXPECT_THAT(told.calls, testing::ElementsAreArray(changed.calls));
  EXPECT_THAT(told.statements, testing::ElementsAreArray(changed.statements));
  EXPECT_THAT(ended.output,
              testing::ContainsRegex("read replicas of the new instance take writes, too, until read_only "
                                     "in parameter group darbe-[0-9a-f]+ is .TrueIfReplica.: set that "
                                     "after the switch"));
  flags.expect_heeded("putio30", ended);
  expect_everything_to_be_replayed(*world, "putio30");
  expect_settled(*world, "putio30");
  expect_no_password_to_be_kept(*world, "putio30");
  expect_no_password_in_logs(*world, "putio30");
  for (const Ended* command : {&killed, &ended}) expect_no_password_in(command->text(), "what darbe said");
  rdsadmin.execute("DROP USER 'late'@'%'");
  rdsadmin.execute("DROP DATABASE later");
  const std::size_t since = world->lab().requests().size();
  expect_undo_to_tell_all(*world, "putio30", before);
  expect_protection_taken_off_first(*world, "putio30", since);
  source_as_in_production.take_back();
}

namespace {

TEST_F(StoryMySql, CopiesEverythingWhenNothingIsNamed) { expect_to_copy_everything(); }
TEST_F(StoryMySql56, CopiesEverythingWhenNothingIsNamed) { expect_to_copy_everything(); }
TEST_F(StoryMariaDb, CopiesEverythingWhenNothingIsNamed) { expect_to_copy_everything(); }

}  // namespace
}  // namespace darbe::story_test
