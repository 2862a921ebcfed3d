// The lab as its users have it: a process that answers AWS's API in front of real servers.
#include <cstdio>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_client.h"
#include "aws/account.h"
#include "aws/metrics.h"
#include "marked_processes.h"
#include "mysql/connection.h"

namespace darbe::lab_test {
namespace {

using testing::Contains;

aws::Form new_instance(const std::string& identifier, const aws::Form& more = {}) {
  aws::Form form = {{"DBInstanceIdentifier", identifier},
                    {"DBInstanceClass", "db.t3.micro"},
                    {"Engine", "mysql"},
                    {"AllocatedStorage", "20"},
                    {"MasterUsername", "root"},
                    {"MasterUserPassword", "correct-horse"},
                    {"DBName", "shop"}};
  form.insert(form.end(), more.begin(), more.end());
  return form;
}

// `version` as DescribeDBEngineVersions has it.
aws::Form new_instance_of(const aws::XmlElement& version, const std::string& identifier) {
  return {{"DBInstanceIdentifier", identifier},
          {"DBInstanceClass", "db.t3.micro"},
          {"Engine", version.text("Engine")},
          {"EngineVersion", version.text("EngineVersion")},
          {"AllocatedStorage", "20"},
          {"MasterUsername", "root"},
          {"MasterUserPassword", "correct-horse"},
          {"BackupRetentionPeriod", "0"}};
}

mysql::Connection connect(const LabProcess& lab, ApiClient& api, const std::string& identifier,
                          const std::string& password) {
  const auto endpoint = api.instance(identifier).child("Endpoint");
  mysql::ConnectOptions options;
  options.host = endpoint.text("Address");
  options.port = static_cast<unsigned>(std::stoul(endpoint.text("Port")));
  options.user = "root";
  options.password = base::Secret(password);
  const bool old = api.instance(identifier).text("EngineVersion").starts_with("5.6.");
  options.tls = old ? mysql::Tls::none : mysql::Tls::verify_identity;
  options.tls_ca = lab.tls_ca();
  return mysql::Connection(options, {});
}

// For a failed test's message.
std::string replication_of(mysql::Connection& replica) {
  const mysql::Result status = replica.query(replica.flavor().show_replica_status());
  std::string text;
  for (std::size_t i = 0; !status.empty() && i < status.columns.size(); ++i)
    if (const auto& value = status.rows.front()[i]; value && !value->empty())
      text += fmt::format("{}: {}\n", status.columns[i].name, *value);
  return text;
}

// One lab with one instance for the whole suite.
class LabApi : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    lab_ = new LabProcess();
    api_ = new ApiClient(*lab_);
    api_->ask("CreateDBParameterGroup",
              {{"DBParameterGroupName", "own"}, {"DBParameterGroupFamily", family()}, {"Description", "of the test"}});
    const auto made = api_->ask("CreateDBInstance",
                                new_instance("source", {{"Tags.Tag.1.Key", "darbe:run"}, {"Tags.Tag.1.Value", "r1"}}));
    made_as_ = made.child("DBInstance").text("DBInstanceStatus");
    seen_ = api_->wait_until_available("source");
  }
  static void TearDownTestSuite() {
    delete api_;
    delete lab_;
  }
  static std::string family() {
    const auto versions = api_->ask("DescribeDBEngineVersions", {{"Engine", "mysql"}, {"DefaultOnly", "true"}});
    return versions.child("DBEngineVersions").child("DBEngineVersion").text("DBParameterGroupFamily");
  }
  static std::string parameter_status(const std::string& identifier) {
    return api_->instance(identifier).child("DBParameterGroups").child("DBParameterGroup").text("ParameterApplyStatus");
  }
  static void set_parameter(const std::string& name, const std::string& value, const std::string& method) {
    api_->ask("ModifyDBParameterGroup", {{"DBParameterGroupName", "own"},
                                         {"Parameters.Parameter.1.ParameterName", name},
                                         {"Parameters.Parameter.1.ParameterValue", value},
                                         {"Parameters.Parameter.1.ApplyMethod", method}});
  }
  // The instance as the answer has it: nothing has changed yet.
  static aws::XmlElement modify(const aws::Form& changes) {
    aws::Form form = {{"DBInstanceIdentifier", "source"}, {"ApplyImmediately", "true"}};
    form.insert(form.end(), changes.begin(), changes.end());
    return api_->ask("ModifyDBInstance", form).child("DBInstance");
  }
  static std::string variable(const std::string& name) {
    return connect(*lab_, *api_, "source", "correct-horse").value("SELECT @@global." + name).value_or("NULL");
  }

  static LabProcess* lab_;
  static ApiClient* api_;
  static std::string made_as_;
  static std::vector<std::string> seen_;
};
LabProcess* LabApi::lab_ = nullptr;
ApiClient* LabApi::api_ = nullptr;
std::string LabApi::made_as_;
std::vector<std::string> LabApi::seen_;

TEST_F(LabApi, MakesAnInstanceThatPassesThroughRdssStates) {
  EXPECT_EQ(made_as_, "creating");
  EXPECT_EQ(seen_.back(), "available");
  const auto instance = api_->instance("SOURCE");
  EXPECT_TRUE(instance.text("Endpoint").empty());
  EXPECT_TRUE(instance.child("Endpoint").text("Address").starts_with("127."));
  EXPECT_EQ(instance.child("TagList").child("Tag").text("Value"), "r1");
  EXPECT_EQ(instance.text("BackupRetentionPeriod"), "1");
  EXPECT_FALSE(instance.text("LatestRestorableTime").empty());
  auto connection = connect(*lab_, *api_, "source", "correct-horse");
  EXPECT_EQ(connection.value("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'shop'"), "shop");
  EXPECT_EQ(connection.value("SELECT @@log_bin"), "1");
  EXPECT_THROW(connect(*lab_, *api_, "source", "wrong-password"), mysql::ServerError);
}

TEST_F(LabApi, ShowsAChangeAsPendingFirstAndThenMakesIt) {
  const auto asked = modify({{"MasterUserPassword", "another-horse"}});
  EXPECT_EQ(asked.child("PendingModifiedValues").text("MasterUserPassword"), "****");
  EXPECT_EQ(asked.text("DBInstanceStatus"), "available");
  api_->wait_until_available("source");
  EXPECT_THROW(connect(*lab_, *api_, "source", "correct-horse"), mysql::ServerError);
  EXPECT_NO_THROW(connect(*lab_, *api_, "source", "another-horse"));
  modify({{"MasterUserPassword", "correct-horse"}});
  api_->wait_until_available("source");
}

TEST_F(LabApi, RestartsWithoutBinlogWhenBackupsAreTurnedOff) {
  const auto asked = modify({{"BackupRetentionPeriod", "0"}});
  EXPECT_EQ(asked.child("PendingModifiedValues").text("BackupRetentionPeriod"), "0");
  EXPECT_EQ(asked.text("BackupRetentionPeriod"), "1");
  EXPECT_EQ(asked.text("DBInstanceStatus"), "available");
  EXPECT_THAT(api_->wait_until_available("source"), Contains("modifying"));
  EXPECT_EQ(variable("log_bin"), "0");
  EXPECT_EQ(api_->refusal("CreateDBInstanceReadReplica",
                          {{"DBInstanceIdentifier", "r"}, {"SourceDBInstanceIdentifier", "source"}}),
            "InvalidDBInstanceState");
  modify({{"BackupRetentionPeriod", "7"}});
  EXPECT_THAT(api_->wait_until_available("source"), Contains("backing-up"));
  EXPECT_EQ(variable("log_bin"), "1");
}

TEST_F(LabApi, TakesANewParameterGroupAtARebootAndDynamicValuesAtOnce) {
  set_parameter("innodb_flush_log_at_trx_commit", "2", "immediate");
  modify({{"DBParameterGroupName", "own"}});
  EXPECT_EQ(parameter_status("source"), "pending-reboot");
  EXPECT_EQ(variable("innodb_flush_log_at_trx_commit"), "1");
  const auto asked = api_->ask("RebootDBInstance", {{"DBInstanceIdentifier", "source"}});
  EXPECT_EQ(asked.child("DBInstance").text("DBInstanceStatus"), "rebooting");
  EXPECT_EQ(api_->refusal("ModifyDBInstance", {{"DBInstanceIdentifier", "source"}, {"MultiAZ", "true"}}),
            "InvalidDBInstanceState");
  api_->wait_until_available("source");
  EXPECT_EQ(parameter_status("source"), "in-sync");
  EXPECT_EQ(variable("innodb_flush_log_at_trx_commit"), "2");
  set_parameter("innodb_flush_log_at_trx_commit", "0", "immediate");
  EXPECT_TRUE(api_->wait([] { return parameter_status("source") == "in-sync"; }));
  EXPECT_EQ(variable("innodb_flush_log_at_trx_commit"), "0");
  // A snapshot of a server that keeps commits in memory lacks the last of them: the tests of replicas need them all.
  set_parameter("innodb_flush_log_at_trx_commit", "1", "immediate");
  EXPECT_TRUE(api_->wait([] { return variable("innodb_flush_log_at_trx_commit") == "1"; }));
  set_parameter("max_connections", "77", "pending-reboot");
  EXPECT_EQ(parameter_status("source"), "pending-reboot");
  EXPECT_NE(variable("max_connections"), "77");
}

TEST_F(LabApi, MakesAReplicaThatFollowsAndCanBePromoted) {
  auto source = connect(*lab_, *api_, "source", "correct-horse");
  source.execute("CREATE TABLE shop.t (a INT PRIMARY KEY)");
  source.execute("INSERT INTO shop.t VALUES (1)");
  const auto made = api_->ask("CreateDBInstanceReadReplica",
                              {{"DBInstanceIdentifier", "replica"}, {"SourceDBInstanceIdentifier", "source"}});
  EXPECT_EQ(made.child("DBInstance").text("ReadReplicaSourceDBInstanceIdentifier"), "source");
  source.execute("INSERT INTO shop.t VALUES (2)");
  api_->wait_until_available("replica");
  EXPECT_EQ(api_->instance("source").child("ReadReplicaDBInstanceIdentifiers").children().size(), 1u);
  EXPECT_EQ(api_->instance("replica").text("BackupRetentionPeriod"), "0");
  source.execute("INSERT INTO shop.t VALUES (3)");
  auto replica = connect(*lab_, *api_, "replica", "correct-horse");
  EXPECT_TRUE(api_->wait([&] { return replica.number("SELECT COUNT(*) FROM shop.t") == 3; }))
      << replication_of(replica);
  EXPECT_TRUE(api_->wait([] {
    return api_->instance("replica").child("StatusInfos").child("DBInstanceStatusInfo").text("Status") == "replicating";
  }));
  EXPECT_EQ(api_->refusal("ModifyDBInstance", {{"DBInstanceIdentifier", "source"}, {"BackupRetentionPeriod", "0"}}),
            "InvalidParameterCombination");
  api_->ask("PromoteReadReplica", {{"DBInstanceIdentifier", "replica"}, {"BackupRetentionPeriod", "1"}});
  api_->wait_until_available("replica");
  EXPECT_FALSE(api_->instance("replica").has("ReadReplicaSourceDBInstanceIdentifier"));
  EXPECT_TRUE(api_->instance("source").child("ReadReplicaDBInstanceIdentifiers").children().empty());
  auto promoted = connect(*lab_, *api_, "replica", "correct-horse");
  EXPECT_NO_THROW(promoted.execute("INSERT INTO shop.t VALUES (4)"));
  const auto asked =
      api_->ask("DeleteDBInstance", {{"DBInstanceIdentifier", "replica"}, {"SkipFinalSnapshot", "true"}});
  EXPECT_EQ(asked.child("DBInstance").text("DBInstanceStatus"), "deleting");
  EXPECT_TRUE(api_->wait([] {
    return api_->refusal("DescribeDBInstances", {{"DBInstanceIdentifier", "replica"}}) == "DBInstanceNotFound";
  }));
}

TEST_F(LabApi, KillsAndStartsAServerOnDemand) {
  lab_->inflict("source", "kill");
  EXPECT_THROW(connect(*lab_, *api_, "source", "correct-horse"), base::Error);
  EXPECT_EQ(api_->instance("source").text("DBInstanceStatus"), "available");
  lab_->inflict("source", "start");
  EXPECT_NO_THROW(connect(*lab_, *api_, "source", "correct-horse"));
  EXPECT_THROW(lab_->inflict("nobody", "kill"), base::Error);
  EXPECT_THROW(lab_->inflict("source", "tickle"), base::Error);
}

TEST_F(LabApi, RefusesAnActionOnDemandAndLosesAnAnswer) {
  lab_->fail("DescribeDBParameterGroups", "Throttling", 2);
  EXPECT_EQ(api_->refusal("DescribeDBParameterGroups", {}), "Throttling");
  EXPECT_EQ(api_->refusal("DescribeDBParameterGroups", {}), "Throttling");
  EXPECT_EQ(api_->refusal("DescribeDBParameterGroups", {}), "");
  const aws::Form form = {{"GroupName", "lost"}, {"GroupDescription", "its answer never arrives"}};
  lab_->lose("CreateSecurityGroup");
  EXPECT_THROW(api_->ask("CreateSecurityGroup", form), base::Error);
  EXPECT_EQ(api_->refusal("CreateSecurityGroup", form), "InvalidGroup.Duplicate");
  EXPECT_TRUE(lab_->requests("CreateSecurityGroup").front().at("lost").truth());
}

TEST_F(LabApi, MakesEveryEngineItOffers) {
  const auto offered = api_->ask("DescribeDBEngineVersions", {}).child("DBEngineVersions").children();
  EXPECT_GE(offered.size(), 3u) << "`darbe-lab install` fetches all three servers";
  for (const auto& version : offered) {
    if (version.text("EngineVersion") == api_->instance("source").text("EngineVersion")) continue;
    const std::string name = "other-" + version.text("Engine");
    api_->ask("CreateDBInstance", new_instance_of(version, name));
    api_->wait_until_available(name);
    auto connection = connect(*lab_, *api_, name, "correct-horse");
    EXPECT_TRUE(connection.value("SELECT VERSION()").value_or("").starts_with(version.text("EngineVersion")));
    api_->ask("DeleteDBInstance", {{"DBInstanceIdentifier", name}, {"SkipFinalSnapshot", "true"}});
  }
}

// The rest of the suite's state goes on in the lab that is started again.
TEST_F(LabApi, SurvivesARestartOfTheLab) {
  const std::string resource = api_->instance("source").text("DbiResourceId");
  lab_->stop();
  lab_->start();
  api_->wait_until_available("source");
  EXPECT_EQ(api_->instance("source").text("DbiResourceId"), resource);
  EXPECT_EQ(connect(*lab_, *api_, "source", "correct-horse").number("SELECT COUNT(*) FROM shop.t"), 3u);
}

TEST_F(LabApi, TellsCloudWatchWhatItsServersTakeOfTheirDisks) {
  constexpr std::uint64_t mebibyte = 1 << 20;
  const aws::Account account(aws::configure({}, [](const std::string& name) -> std::optional<std::string> {
    const auto found = lab_->environment().find(name);
    return found == lab_->environment().end() ? std::nullopt : std::optional(found->second);
  }));
  const auto disk = [&] { return aws::disk_metrics(account.client, "source"); };
  aws::DiskMetrics before;
  ASSERT_TRUE(api_->wait([&] {
    before = disk();
    return before.free_space && before.binlog_size;
  }));
  EXPECT_LT(before.free_space->bytes, 20 * 1024 * mebibyte);
  EXPECT_GT(before.free_space->bytes, 18 * 1024 * mebibyte);
  auto connection = connect(*lab_, *api_, "source", "correct-horse");
  connection.execute("CREATE TABLE shop.big (a LONGBLOB)");
  for (int i = 0; i < 8; ++i) connection.execute("INSERT INTO shop.big VALUES (REPEAT('x', 1048576))");
  EXPECT_TRUE(api_->wait([&] {
    const aws::DiskMetrics now = disk();
    return now.binlog_size->bytes >= before.binlog_size->bytes + 8 * mebibyte &&
           now.free_space->bytes + 16 * mebibyte <= before.free_space->bytes;
  })) << "its table and its binlog have the rows";
  EXPECT_FALSE(aws::disk_metrics(account.client, "nobody").free_space);
}

TEST_F(LabApi, KeepsAChangeForTheMaintenanceWindow) {
  api_->ask("ModifyDBInstance", {{"DBInstanceIdentifier", "source"}, {"MultiAZ", "true"}});
  EXPECT_EQ(api_->instance("source").child("PendingModifiedValues").text("MultiAZ"), "true");
  EXPECT_EQ(api_->instance("source").text("MultiAZ"), "false");
  lab_->open_maintenance_window("source");
  api_->wait_until_available("source");
  EXPECT_EQ(api_->instance("source").text("MultiAZ"), "true");
}

TEST_F(LabApi, SaysAStatusOnDemandAndIsJudgedByIt) {
  const char* word = "inaccessible-encryption-credentials";
  const auto status = [] { return api_->instance("source").text("DBInstanceStatus"); };
  const auto refusal_of_a_change = [] {
    return api_->refusal("ModifyDBInstance", {{"DBInstanceIdentifier", "source"}, {"CopyTagsToSnapshot", "false"}});
  };
  lab_->say_status("source", word);
  EXPECT_EQ(status(), word);
  EXPECT_EQ(refusal_of_a_change(), "InvalidDBInstanceState");
  EXPECT_NO_THROW(connect(*lab_, *api_, "source", "correct-horse"));
  lab_->say_status("source", "");
  EXPECT_EQ(status(), "available");
  EXPECT_EQ(refusal_of_a_change(), "");
  EXPECT_THROW(lab_->say_status("nobody", word), base::Error);
}

TEST_F(LabApi, GivesAnInstanceAnotherOptionGroupInTheMaintenanceWindow) {
  const auto version = api_->ask("DescribeDBEngineVersions", {{"Engine", "mysql"}, {"DefaultOnly", "true"}});
  api_->ask(
      "CreateOptionGroup",
      {{"OptionGroupName", "options"},
       {"EngineName", "mysql"},
       {"MajorEngineVersion", version.child("DBEngineVersions").child("DBEngineVersion").text("MajorEngineVersion")},
       {"OptionGroupDescription", "of the test"}});
  const auto groups = [] {
    std::vector<std::string> names;
    const auto source = api_->instance("source");
    for (const auto& membership : source.child("OptionGroupMemberships").children())
      names.push_back(membership.text("OptionGroupName") + " " + membership.text("Status"));
    return names;
  };
  const auto before = groups();
  api_->ask("ModifyDBInstance", {{"DBInstanceIdentifier", "source"}, {"OptionGroupName", "options"}});
  EXPECT_EQ(groups().back(), "options pending-maintenance-apply");
  EXPECT_EQ(api_->refusal("DeleteOptionGroup", {{"OptionGroupName", "options"}}), "InvalidOptionGroupStateFault");
  lab_->open_maintenance_window("source");
  EXPECT_TRUE(api_->wait([&] { return groups() == std::vector<std::string>{"options in-sync"}; }));
  api_->wait_until_available("source");
  modify({{"OptionGroupName", before.front().substr(0, before.front().find(' '))}});
  EXPECT_TRUE(api_->wait([&] { return groups() == before; }));
  api_->wait_until_available("source");
}

TEST_F(LabApi, ResetsAWholeGroupsDynamicParametersAtOnce) {
  set_parameter("innodb_flush_log_at_trx_commit", "2", "immediate");
  EXPECT_TRUE(api_->wait([] { return variable("innodb_flush_log_at_trx_commit") == "2"; }));
  api_->ask("ResetDBParameterGroup", {{"DBParameterGroupName", "own"}, {"ResetAllParameters", "true"}});
  EXPECT_TRUE(api_->wait([] { return variable("innodb_flush_log_at_trx_commit") == "1"; }));
  EXPECT_TRUE(api_->wait([] { return parameter_status("source") == "in-sync"; }));
}

TEST_F(LabApi, GivesAnInstanceAnotherNameAndPort) {
  const std::string resource = api_->instance("source").text("DbiResourceId");
  modify({{"NewDBInstanceIdentifier", "renamed"}, {"DBPortNumber", "3310"}});
  EXPECT_TRUE(api_->wait([] {
    return api_->refusal("DescribeDBInstances", {{"DBInstanceIdentifier", "source"}}) == "DBInstanceNotFound";
  }));
  api_->wait_until_available("renamed");
  const auto renamed = api_->instance("renamed");
  EXPECT_EQ(renamed.text("DbiResourceId"), resource);
  EXPECT_EQ(renamed.child("Endpoint").text("Port"), "3310");
  EXPECT_TRUE(renamed.text("DBInstanceArn").ends_with(":db:renamed"));
  EXPECT_EQ(renamed.child("TagList").child("Tag").text("Value"), "r1");
  EXPECT_NO_THROW(connect(*lab_, *api_, "renamed", "correct-horse"));
}

// ---- the AWS CLI, which nobody here wrote

std::string run(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  for (int c; pipe && (c = fgetc(pipe)) != EOF;) output.push_back(static_cast<char>(c));
  const int status = pipe ? pclose(pipe) : -1;
  if (status != 0) throw base::Error(base::Kind::failed, command + "\n" + output);
  return output;
}

// The first `aws` that runs: wrappers of version managers may stand before the real one.
std::string working_cli() {
  std::string folders = std::string("/usr/bin:") + (std::getenv("PATH") ? std::getenv("PATH") : "");
  for (std::size_t end; !folders.empty(); folders.erase(0, end == std::string::npos ? end : end + 1)) {
    end = folders.find(':');
    const std::string candidate = folders.substr(0, end) + "/aws";
    if (access(candidate.c_str(), X_OK) == 0 && std::system((candidate + " --version >/dev/null 2>&1").c_str()) == 0)
      return candidate;
  }
  return "";
}

class AwsCli : public testing::Test {
 protected:
  AwsCli() : api_(lab_), cli_(working_cli()) {
    for (const auto& [name, value] : lab_.environment()) setenv(name.c_str(), value.c_str(), 1);
    setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
    setenv("AWS_PAGER", "", 1);
    setenv("AWS_MAX_ATTEMPTS", "1", 1);
    setenv("AWS_CONFIG_FILE", (lab_.folder() / "no-config").c_str(), 1);
    setenv("AWS_SHARED_CREDENTIALS_FILE", (lab_.folder() / "no-credentials").c_str(), 1);
  }

  lab::Value aws(const std::string& arguments) {
    const std::string output =
        run(cli_ + " --output json --endpoint-url " + lab_.endpoint_url() + " " + arguments + " 2>&1");
    return output.empty() ? lab::Value() : lab::from_json(output);
  }
  // What it says when it is refused.
  std::string refusal(const std::string& arguments) {
    try {
      return "not refused: " + lab::to_json(aws(arguments));
    } catch (const base::Error& error) {
      return error.what();
    }
  }

  LabProcess lab_;
  ApiClient api_;
  std::string cli_;
};

TEST_F(AwsCli, DrivesAnInstanceFromCreationToDeletion) {
  ASSERT_FALSE(cli_.empty()) << "no AWS CLI on this machine: `./dev setup` installs it";
  EXPECT_EQ(aws("sts get-caller-identity").at("Account").text(), "123456789012");
  const auto group = aws("ec2 create-security-group --group-name db --description db").at("GroupId").text();
  aws("ec2 authorize-security-group-ingress --group-id " + group + " --protocol tcp --port 3306 --source-group " +
      group);
  const auto made = aws(
      "rds create-db-instance --db-instance-identifier cli --engine mysql --db-instance-class db.t3.micro "
      "--allocated-storage 20 "
      "--master-username root --master-user-password correct-horse --tags Key=team,Value=db --vpc-security-group-ids " +
      group);
  EXPECT_EQ(made.at("DBInstance").at("DBInstanceStatus").text(), "creating");
  api_.wait_until_available("cli");
  const auto described = aws("rds describe-db-instances --db-instance-identifier cli").at("DBInstances").list().front();
  EXPECT_EQ(described.at("TagList").list().front().at("Key").text(), "team");
  EXPECT_EQ(described.at("VpcSecurityGroups").list().front().at("VpcSecurityGroupId").text(), group);
  aws("rds modify-db-instance --db-instance-identifier cli --backup-retention-period 3 --deletion-protection "
      "--apply-immediately");
  const auto changed = [&] {
    return aws("rds describe-db-instances --db-instance-identifier cli").at("DBInstances").list().front();
  };
  EXPECT_EQ(changed().at("BackupRetentionPeriod").number(), 3);
  EXPECT_TRUE(changed().at("DeletionProtection").truth());
  EXPECT_EQ(api_.refusal("DeleteDBInstance", {{"DBInstanceIdentifier", "cli"}, {"SkipFinalSnapshot", "true"}}),
            "InvalidParameterCombination");
  aws("rds modify-db-instance --db-instance-identifier cli --no-deletion-protection --allocated-storage 40 "
      "--apply-immediately");
  api_.wait_until_available("cli");
  EXPECT_EQ(changed().at("AllocatedStorage").number(), 40);
  EXPECT_FALSE(changed().at("DeletionProtection").truth());
  const auto replica = aws(
      "rds create-db-instance-read-replica --db-instance-identifier cli-replica --source-db-instance-identifier cli");
  EXPECT_EQ(replica.at("DBInstance").at("ReadReplicaSourceDBInstanceIdentifier").text(), "cli");
  api_.wait_until_available("cli-replica");
  EXPECT_EQ(aws("rds describe-db-instances").at("DBInstances").list().size(), 2u);
  aws("rds delete-db-instance --db-instance-identifier cli-replica --skip-final-snapshot");
  api_.wait([&] {
    return api_.refusal("DescribeDBInstances", {{"DBInstanceIdentifier", "cli-replica"}}) == "DBInstanceNotFound";
  });
  aws("rds delete-db-instance --db-instance-identifier cli --final-db-snapshot-identifier last");
  EXPECT_TRUE(api_.wait(
      [&] { return api_.refusal("DescribeDBInstances", {{"DBInstanceIdentifier", "cli"}}) == "DBInstanceNotFound"; }));
  EXPECT_EQ(aws("rds describe-db-snapshots --db-snapshot-identifier last").at("DBSnapshots").list().size(), 1u);
}

TEST_F(AwsCli, ReadsAnInstancesMetrics) {
  ASSERT_FALSE(cli_.empty());
  api_.ask("CreateDBInstance", new_instance("cli"));
  const std::string of_instance = "--namespace AWS/RDS --dimensions Name=DBInstanceIdentifier,Value=cli";
  const auto listed = [&] { return aws("cloudwatch list-metrics " + of_instance).at("Metrics").list(); };
  EXPECT_TRUE(api_.wait([&] { return listed().size() == 3; }));
  const auto now = std::chrono::system_clock::now();
  const std::string times =
      fmt::format(" --period 60 --start-time {} --end-time {}", base::iso_time(now - std::chrono::hours(1)),
                  base::iso_time(now + std::chrono::minutes(1)));
  const auto busy =
      aws("cloudwatch get-metric-statistics --metric-name CPUUtilization --statistics Maximum " + of_instance + times);
  ASSERT_FALSE(busy.at("Datapoints").list().empty());
  const auto& datapoint = busy.at("Datapoints").list().front();
  EXPECT_EQ(datapoint.at("Unit").text(), "Percent");
  EXPECT_GE(datapoint.at("Maximum").real(), 0);
  EXPECT_LE(datapoint.at("Maximum").real(), 100);
  EXPECT_THROW(aws("cloudwatch get-metric-statistics --metric-name CPUUtilization --statistics Maximum " + of_instance +
                   " --period 60 --start-time 2026-11-22T18:41:31Z --end-time 2026-11-22T18:41:31Z"),
               base::Error);
}

TEST_F(AwsCli, FindsAManagedPasswordInSecretsManager) {
  ASSERT_FALSE(cli_.empty());
  const std::string key = aws("kms create-key --description mine").at("KeyMetadata").at("Arn").text();
  aws("kms create-alias --alias-name alias/mine --target-key-id " + key);
  aws("kms disable-key --key-id " + key);
  const std::string create =
      "rds create-db-instance --db-instance-identifier cli --engine mysql --db-instance-class db.t3.micro "
      "--allocated-storage 20 --master-username root --manage-master-user-password "
      "--master-user-secret-kms-key-id alias/mine";
  EXPECT_THAT(refusal(create), testing::HasSubstr("(KMSKeyNotAccessibleFault)"));
  aws("kms enable-key --key-id " + key);
  const auto secret = aws(create).at("DBInstance").at("MasterUserSecret");
  EXPECT_EQ(secret.at("KmsKeyId").text(), key);
  const std::string of_secret = " --secret-id '" + secret.at("SecretArn").text() + "' ";
  const auto password = [&](const std::string& stage) {
    const auto value = aws("secretsmanager get-secret-value --version-stage " + stage + of_secret);
    const auto login = lab::from_json(value.at("SecretString").text());
    EXPECT_EQ(login.at("username").text(), "root");
    return login.at("password").text();
  };
  api_.wait_until_available("cli");
  const std::string first = password("AWSCURRENT");
  EXPECT_NO_THROW(connect(lab_, api_, "cli", first));
  EXPECT_THAT(refusal("secretsmanager put-secret-value --secret-string x" + of_secret),
              testing::HasSubstr("(InvalidRequestException)"));
  EXPECT_THAT(refusal("rds create-db-instance-read-replica --db-instance-identifier r "
                      "--source-db-instance-identifier cli"),
              testing::HasSubstr("where ManageMasterUserPassword is enabled is not supported"));

  aws("rds modify-db-instance --db-instance-identifier cli --rotate-master-user-password --apply-immediately");
  api_.wait_until_available("cli");
  const std::string second = password("AWSCURRENT");
  EXPECT_NE(second, first);
  EXPECT_EQ(password("AWSPREVIOUS"), first);
  EXPECT_THROW(connect(lab_, api_, "cli", first), mysql::ServerError);
  EXPECT_NO_THROW(connect(lab_, api_, "cli", second));

  aws("rds modify-db-instance --db-instance-identifier cli --no-manage-master-user-password "
      "--master-user-password correct-horse");
  EXPECT_THAT(refusal("secretsmanager describe-secret" + of_secret), testing::HasSubstr("(ResourceNotFoundException)"));
  api_.wait_until_available("cli");
  EXPECT_NO_THROW(connect(lab_, api_, "cli", "correct-horse"));

  aws("rds modify-db-instance --db-instance-identifier cli --manage-master-user-password");
  api_.wait_until_available("cli");
  const auto again = aws("rds describe-db-instances").at("DBInstances").list().front().at("MasterUserSecret");
  EXPECT_EQ(again.at("SecretStatus").text(), "active");
  EXPECT_THROW(connect(lab_, api_, "cli", "correct-horse"), mysql::ServerError);
}

// ---- the process

// A lab that is killed while something is going on, and what it began.
class LabProcessLife : public testing::Test {
 protected:
  bool appears(const std::string& word) {
    return base::poll_until({std::chrono::milliseconds(1), std::chrono::seconds(60)}, {},
                            [&] { return !processes_.running(word).empty(); });
  }
  void expect_nothing_is_left() {
    EXPECT_TRUE(base::poll_until({std::chrono::milliseconds(10), std::chrono::seconds(20)}, {}, [&] {
      return processes_.running().empty();
    })) << processes_.running();
  }

  const MarkedProcesses processes_;  // before the labs, which inherit it
};

TEST_F(LabProcessLife, LeavesNoServerOfAnyEngineBehindEvenWhenKilled) {
  LabProcess lab;
  ApiClient api(lab);
  std::vector<std::string> names;
  const auto offered = api.ask("DescribeDBEngineVersions", {}).child("DBEngineVersions").children();
  for (const auto& version : offered) {
    names.push_back(fmt::format("one-{}", names.size()));
    api.ask("CreateDBInstance", new_instance_of(version, names.back()));
  }
  ASSERT_GE(names.size(), 3U) << "`darbe-lab install` fetches all three servers";
  for (const std::string& name : names) api.wait_until_available(name);
  for (const char* word : {"mysqld", "mariadbd"}) EXPECT_NE(processes_.running(word), "");
  lab.kill();
  expect_nothing_is_left();
  lab.start();
  for (const std::string& name : names) {
    api.wait_until_available(name);
    EXPECT_NO_THROW(connect(lab, api, name, "correct-horse")) << name;
  }
  lab.stop();
  expect_nothing_is_left();
}

// What a slow lab began first it still works on when a fast one has made two, one after the other.
TEST_F(LabProcessLife, WaitsAsLongAsItsSpeedSays) {
  LabProcess slow({.speed = 0.01}), fast({.speed = 100});
  ApiClient to_slow(slow), to_fast(fast);
  to_slow.ask("CreateDBInstance", new_instance("one"));
  for (const char* name : {"one", "two"}) {
    to_fast.ask("CreateDBInstance", new_instance(name));
    to_fast.wait_until_available(name);
  }
  EXPECT_EQ(to_slow.instance("one").text("DBInstanceStatus"), "creating");
}

// `darbe-lab env` and `darbe-lab fault`, from another shell.
TEST_F(LabProcessLife, TakesOrdersFromTheCommandLineAndEndsAtCtrlC) {
  LabProcess lab;
  ApiClient api(lab);
  const auto order = [&](const std::string& words) {
    return run(fmt::format("'{}/darbe-lab' {} --dir '{}' 2>&1", DARBE_BINARY_DIR, words, lab.folder().string()));
  };
  const std::string printed = order("env");
  for (const auto& [name, value] : lab.environment()) {
    EXPECT_THAT(printed, testing::HasSubstr("export " + name + "="));
    EXPECT_THAT(printed, testing::HasSubstr(value));
  }
  const auto groups = [&] { return api.refusal("DescribeDBParameterGroups", {}); };
  order("fault fail DescribeDBParameterGroups --code Throttling --times 2 --skip 1");
  EXPECT_EQ(groups(), "");
  EXPECT_EQ(groups(), "Throttling");
  order("fault clear");
  EXPECT_EQ(groups(), "");
  order("fault lose DescribeDBParameterGroups");
  EXPECT_THROW(api.ask("DescribeDBParameterGroups", {}), base::Error);

  api.ask("CreateDBInstance", new_instance("one"));
  api.wait_until_available("one");
  order("fault kill one");
  EXPECT_THROW(connect(lab, api, "one", "correct-horse"), base::Error);
  order("fault start one");
  EXPECT_NO_THROW(connect(lab, api, "one", "correct-horse"));
  order("fault quota DBInstances --max 1");
  EXPECT_EQ(api.refusal("CreateDBInstance", new_instance("two")), "InstanceQuotaExceeded");
  order("fault quota DBInstances");
  order("fault status one --word stopped");
  EXPECT_EQ(api.instance("one").text("DBInstanceStatus"), "stopped");
  order("fault status one");
  EXPECT_EQ(api.instance("one").text("DBInstanceStatus"), "available");
  EXPECT_THROW(order("fault tickle one"), base::Error);

  lab.stop(SIGINT);
  expect_nothing_is_left();
  EXPECT_THROW(order("fault clear"), base::Error);
}

TEST_F(LabProcessLife, LeavesNothingBehindWhenKilledWhileAnInstanceIsMade) {
  LabProcess lab;
  ApiClient api(lab);
  api.ask("CreateDBInstance", new_instance("one"));
  EXPECT_TRUE(appears("/instances/"));  // its files, or its server's first start
  EXPECT_EQ(api.instance("one").text("DBInstanceStatus"), "creating");
  lab.kill();
  expect_nothing_is_left();
  lab.start();
  api.wait_until_available("one");
  EXPECT_NO_THROW(connect(lab, api, "one", "correct-horse"));
}

// The source stands still meanwhile, and must neither stay nor stay stopped.
TEST_F(LabProcessLife, LeavesNothingBehindWhenKilledWhileAReplicasFilesAreCopied) {
  LabProcess lab;
  ApiClient api(lab);
  api.ask("CreateDBInstance", new_instance("one"));
  api.wait_until_available("one");
  api.ask("CreateDBInstanceReadReplica", {{"DBInstanceIdentifier", "two"}, {"SourceDBInstanceIdentifier", "one"}});
  EXPECT_TRUE(appears("cp -a"));
  lab.kill();
  expect_nothing_is_left();
  lab.start();
  api.wait_until_available("two");
  EXPECT_NO_THROW(connect(lab, api, "one", "correct-horse"));
  EXPECT_EQ(connect(lab, api, "two", "correct-horse").value("SELECT @@read_only"), "1");
}

void write_program(const std::filesystem::path& file, const std::string& text) {
  base::write_file_atomically(file, text, 0700);
}

// The package tools that `up` starts on a new machine have children of their own, in sessions of their own.
TEST_F(LabProcessLife, LeavesNothingBehindWhenKilledWhileItFetchesItsFirstServer) {
  const base::TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() / "bin");
  write_program(folder.path() / "bin/mmdebstrap", "#!/bin/sh\nsetsid sleep 1001 & sleep 1002 &\nwait\n");
  const std::string path = fmt::format("{}:{}", (folder.path() / "bin").string(), std::getenv("PATH"));
  const std::string cache = folder.path() / "cache";
  const std::string lab_folder = folder.path() / "lab";
  const std::string program = std::filesystem::path(DARBE_BINARY_DIR) / "darbe-lab";
  const pid_t lab = fork();
  ASSERT_GE(lab, 0);
  if (lab == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    setenv("PATH", path.c_str(), 1);
    setenv("XDG_CACHE_HOME", cache.c_str(), 1);
    execl(program.c_str(), "darbe-lab", "up", "--listen", "127.0.0.1:0", "--dir", lab_folder.c_str(), nullptr);
    _exit(127);
  }
  EXPECT_TRUE(appears("sleep 1001"));
  EXPECT_TRUE(appears("sleep 1002"));
  ::kill(lab, SIGKILL);
  waitpid(lab, nullptr, 0);
  expect_nothing_is_left();
}

}  // namespace
}  // namespace darbe::lab_test
