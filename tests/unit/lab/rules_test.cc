// Every row of the lab's table of rules is broken once, by a request that AWS's model takes; a row without a request
// here fails the suite.
#include "lab/rules.h"

#include <set>

#include <gtest/gtest.h>

#include "rule_cases.h"

namespace darbe::lab::rule_test {
namespace {

const std::map<std::string, Case>& cases() {
  static const std::map<std::string, Case> all = [] {
    std::map<std::string, Case> joined;
    for (const auto& part : {request_cases(), instance_cases(), group_cases(), ec2_cases(), identity_cases(),
                             monitoring_cases(), secret_cases(), key_cases()})
      for (const Case& one : part) joined.emplace(one.rule, one);
    return joined;
  }();
  return all;
}

TEST(Rules, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const Rule& rule : rules()) EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
}

TEST(Rules, AreEachBrokenByARequestOfTheirOwn) {
  const Store base = furnished();
  const Offers on_offer = offers();
  for (const Rule& rule : rules()) {
    SCOPED_TRACE(std::string(rule.name));
    const auto one = cases().find(std::string(rule.name));
    ASSERT_NE(one, cases().end()) << "no request breaks this rule: add one";
    Store store = base;
    const Fields fields = one->second.fields(store);
    const std::string service(rule.service);
    const Operation* operation = model(service).operation(one->second.action);
    ASSERT_NE(operation, nullptr);
    const Value request = parameters_of(service, *operation, fields);
    const Situation situation{operation->name, request, store, on_offer};
    const Rule* broken = broken_rule(service, situation);
    ASSERT_NE(broken, nullptr) << "nothing is refused";
    EXPECT_EQ(broken->name, rule.name);
    try {
      check_rules(service, situation);
      ADD_FAILURE() << "not refused";
    } catch (const Refusal& refusal) {
      EXPECT_EQ(refusal.code(), rule.code);
      EXPECT_EQ(std::string(refusal.what()).find("{}"), std::string::npos);
    }
  }
}

TEST(Rules, LetGoodRequestsPass) {
  const Store base = furnished();
  const Offers on_offer = offers();
  const std::vector<Case> good = {
      plain("", "CreateDBInstance", create()),
      plain(
          "", "CreateDBInstance",
          create(
              {{"StorageType", "gp3"}, {"AllocatedStorage", "400"}, {"Iops", "16000"}, {"StorageThroughput", "1000"}})),
      plain(
          "", "CreateDBInstance",
          create(
              {{"StorageType", "io1"}, {"AllocatedStorage", "100"}, {"Iops", "3000"}, {"DedicatedLogVolume", "true"}})),
      plain("", "CreateDBInstance",
            create({{"Engine", "mariadb"}, {"EngineVersion", "10.11"}, {"BackupRetentionPeriod", "0"}})),
      plain("", "CreateDBInstance",
            create({{"PreferredBackupWindow", "03:00-04:00"}, {"PreferredMaintenanceWindow", "mon:04:00-mon:05:00"}})),
      plain("", "CreateDBInstanceReadReplica", replicate()),
      plain("", "ModifyDBInstance",
            modify({{"MultiAZ", "true"}, {"AllocatedStorage", "40"}, {"ApplyImmediately", "true"}})),
      plain("", "ModifyDBInstance", modify({{"EngineVersion", "9.7.4"}, {"BackupRetentionPeriod", "7"}})),
      plain("", "ModifyDBParameterGroup", parameter("innodb_flush_log_at_trx_commit", "2", "immediate")),
      plain("", "DeleteDBInstance", remove()),
      plain("", "DeleteDBInstance", {{"DBInstanceIdentifier", "replica"}, {"SkipFinalSnapshot", "true"}}),
      plain("", "DescribeDBInstances", {{"MaxRecords", "20"}}),
      plain("", "DescribeOrderableDBInstanceOptions", {{"Engine", "mysql"}, {"MaxRecords", "1000"}}),
      plain("", "ModifyDBParameterGroup", parameter("replicate-do-table", "shop.a,`odd\\_name`.`b`", "immediate")),
      plain("", "CreateDBInstance", create({{"StorageEncrypted", "true"}, {"KmsKeyId", "alias/aws/rds"}})),
      plain("", "CreateDBInstanceReadReplica", replicate({{"SourceDBInstanceIdentifier", arn("db", "source")}})),
      {"", "CreateDBInstanceReadReplica",
       [](Store& store) {
         set(store, "source", "StorageEncrypted", true);
         return replicate({{"KmsKeyId", "alias/aws/rds"}});
       }},
      {"", "ModifyDBInstance",
       [](Store& store) {
         set(store, "source", "StorageType", "standard");
         return modify({{"StorageType", "standard"}});
       }},
      plain("", "PromoteReadReplica", {{"DBInstanceIdentifier", "replica"}, {"PreferredBackupWindow", "05:00-05:30"}}),
      plain("", "DescribeDBEngineVersions", {}),
  };
  for (const Case& one : good) {
    Store store = base;
    const Operation& operation = *model("rds").operation(one.action);
    const Value request = parse_parameters(model("rds"), operation, one.fields(store));
    const Rule* broken = broken_rule("rds", {operation.name, request, store, on_offer});
    EXPECT_EQ(broken, nullptr) << one.action << ": " << (broken ? broken->name : "");
  }
}

// Rows that several actions share, broken by others than above.
TEST(Rules, HoldForEveryActionThatTheyName) {
  const Offers on_offer = offers();
  const Store store = furnished();
  const auto broken_by = [&](const std::string& action, const Fields& fields) {
    const Operation& operation = *model("rds").operation(action);
    const Value request = parse_parameters(model("rds"), operation, fields);
    const Rule* broken = broken_rule("rds", {operation.name, request, store, on_offer});
    return broken ? broken->name : "";
  };
  EXPECT_EQ(
      broken_by("PromoteReadReplica", {{"DBInstanceIdentifier", "replica"}, {"PreferredBackupWindow", "04:00-05:00"}}),
      "windows");
  EXPECT_EQ(broken_by("DescribeOrderableDBInstanceOptions", {{"Engine", "mysql"}, {"MaxRecords", "1001"}}),
            "page size");
  EXPECT_EQ(broken_by("DescribeDBEngineVersions", {{"DBParameterGroupFamily", "mysql8.4"}}), "parameter group family");
  EXPECT_EQ(broken_by("CreateDBInstanceReadReplica", replicate({{"StorageType", "standard"}})), "magnetic storage");
  EXPECT_EQ(broken_by("ModifyDBInstance", modify({{"StorageType", "standard"}})), "magnetic storage");
}

}  // namespace
}  // namespace darbe::lab::rule_test
