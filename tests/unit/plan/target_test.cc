#include "plan/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace darbe::plan {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

aws::Instance source() {
  aws::Instance instance;
  instance.identifier = "putio16";
  instance.engine = "mysql";
  instance.engine_version = "9.7.4";
  instance.instance_class = "db.r6g.xlarge";
  instance.master_username = "root";
  instance.allocated_storage = 500;
  instance.storage_type = "gp3";
  instance.iops = 12'000;
  instance.storage_throughput = 500;
  instance.security_group_ids = {"sg-1"};
  instance.parameter_groups = {{.name = "putio16", .status = "in-sync"}};
  return instance;
}

Plan plan_for(Request request) {
  request.new_instance_id = "putio17";
  request.master_user_name = "root";
  Plan plan;
  plan.names = {.run_id = "0123456789ab",
                .replica = "darbe-replica",
                .parameter_group = "darbe-group",
                .security_group = "darbe-network",
                .replication_user = "darbe_user",
                .lock = "darbe"};
  plan.engine = "mysql";
  plan.source_engine_version = "9.7.4";
  plan.target_engine_version = request.engine_version.value_or("9.7.4");
  plan.request = std::move(request);
  return plan;
}

std::vector<Difference> differences_of(const Request& request, const aws::Instance& instance) {
  const Plan plan = plan_for(request);
  return differences(plan, instance, target_of(plan, instance));
}

auto named(const char* what) { return Field(&Difference::what, what); }

TEST(Differences, OfARequestThatChangesNothingAreTheRunsOwnGroupsAndMarks) {
  EXPECT_THAT(differences_of({}, source()),
              ElementsAre(named("VpcSecurityGroupIds"), named("DBParameterGroupName"), named("Tags")));
}

TEST(Differences, NameTheFlagThatAskedForThem) {
  Request request;
  request.db_instance_class = "db.r6g.large";
  request.allocated_storage_gib = 450;
  request.iops = 13'000;
  const auto found = differences_of(request, source());
  EXPECT_THAT(found, Contains(Difference{"DBInstanceClass", "db.r6g.xlarge", "db.r6g.large",
                                         "asked for with --db-instance-class", false}));
  EXPECT_THAT(found,
              Contains(Difference{"AllocatedStorage", "500", "450", "asked for with --allocated-storage", false}));
  EXPECT_THAT(found, Contains(Difference{"Iops", "12000", "13000", "asked for with --iops", false}));
}

TEST(Differences, TellWhatAwsDropsFromASmallerVolume) {
  Request request;
  request.allocated_storage_gib = 100;
  request.iops = 13'000;
  const auto found = differences_of(request, source());
  EXPECT_THAT(found,
              Contains(Difference{"Iops", "12000", "3000", "AWS's rules for this type and size of storage", false}));
  EXPECT_THAT(found, Contains(named("StorageThroughput")));
  const Plan plan = plan_for(request);
  EXPECT_THAT(target_of(plan, source()).gave_way,
              ElementsAre(HasSubstr("13000 can't be kept"), HasSubstr("500 can't")));
}

// They can't be asked for and are the same: AWS gives each such volume 3,000 IOPS and 125 MiB/s.
TEST(Differences, AreNotTheFixedFiguresOfASmallVolume) {
  aws::Instance small = source();
  small.allocated_storage = 300;
  small.iops = 3'000;
  small.storage_throughput = 125;
  const auto found = differences_of({}, small);
  EXPECT_THAT(found, testing::Not(Contains(named("Iops"))));
  EXPECT_THAT(found, testing::Not(Contains(named("StorageThroughput"))));
}

TEST(Differences, OfTheTimeOfTheCopyAreMarkedSo) {
  aws::Instance instance = source();
  instance.multi_az = true;
  instance.deletion_protection = true;
  instance.backup_retention_period = 7;
  for (const char* what : {"MultiAZ", "DeletionProtection", "BackupRetentionPeriod"})
    EXPECT_THAT(differences_of({}, instance), Contains(AllOf(named(what), Field(&Difference::until_settled, true))));
}

TEST(Differences, OfWhatIsLeftForTheEndAreWhatWasAskedFor) {
  Request request;
  request.multi_az = true;
  request.backup_retention_period = 3;
  request.deletion_protection = false;  // as the source
  const auto found = differences_of(request, source());
  EXPECT_THAT(found, Contains(Difference{"MultiAZ", "no", "yes", "asked for with --multi-az", false}));
  EXPECT_THAT(found, Contains(Difference{"BackupRetentionPeriod", "0", "3", "asked for with --backup-retention-period",
                                         false}));
  EXPECT_THAT(found, testing::Not(Contains(named("DeletionProtection"))));
}

TEST(Differences, AreNamedWhereAwsMadeADatabaseWithTheSource) {
  aws::Instance instance = source();
  instance.database_name = "putio";
  EXPECT_THAT(
      differences_of({}, instance),
      Contains(Difference{"DBName", "putio", "none",
                          "it names the database that AWS makes with an instance; here the copy makes them", false}));
}

TEST(Differences, OfAManagedMasterPasswordLastUntilSettle) {
  aws::Instance managed = source();
  managed.master_user_secret_arn = "arn:aws:secretsmanager:s";
  const auto name = "ManageMasterUserPassword";
  EXPECT_THAT(differences_of({}, source()), testing::Not(Contains(named(name))));
  EXPECT_THAT(differences_of({}, managed), Contains(AllOf(named(name), Field(&Difference::until_settled, true))));
  Request request;
  request.manage_master_user_password = true;
  EXPECT_THAT(differences_of(request, source()),
              Contains(Difference{name, "no", "yes", "asked for with --manage-master-user-password", false}));
}

TEST(Differences, NameNoRolesForSettleAddsThem) {
  aws::Instance instance = source();
  instance.associated_roles = {{.arn = "arn:aws:iam::1:role/import", .feature = "s3Import"}};
  EXPECT_THAT(differences_of({}, instance), testing::Not(Contains(named("AssociatedRoles"))));
}

TEST(Differences, TellThatAKeyOfAwssOwnMayBecomeOneOfTheAccounts) {
  const auto name = "StorageEncryptionType";
  aws::Instance instance = source();
  instance.storage_encryption_type = "none";
  EXPECT_THAT(differences_of({}, instance), testing::Not(Contains(named(name))));
  instance.storage_encrypted = true;
  instance.storage_encryption_type = "sse-kms";
  instance.kms_key_id = "key";
  EXPECT_THAT(differences_of({}, instance), testing::Not(Contains(named(name))));
  instance.storage_encryption_type = "sse-rds";
  EXPECT_THAT(
      differences_of({}, instance),
      Contains(Difference{name, "sse-rds", "AWS's default", "a key that AWS owns can't be asked for by name", false}));
  Request request;
  request.kms_key_id = "key";
  EXPECT_THAT(differences_of(request, instance), Contains(Difference{name, "sse-rds", "sse-kms",
                                                                     "asked for with --storage-encrypted or "
                                                                     "--kms-key-id",
                                                                     false}));
}

TEST(Differences, NameTheFlagOfEachOverride) {
  Request request;
  request.port = 3307;
  request.storage_type = "io2";
  request.kms_key_id = "key";
  request.db_subnet_group_name = "others";
  request.vpc_security_group_ids = {"sg-2"};
  const auto found = differences_of(request, source());
  for (const auto& [what, flag] : {std::pair("Port", "--port"),
                                   {"StorageType", "--storage-type"},
                                   {"KmsKeyId", "--kms-key-id"},
                                   {"DBSubnetGroupName", "--db-subnet-group-name"},
                                   {"VpcSecurityGroupIds", "--vpc-security-group-ids"}})
    EXPECT_THAT(found, Contains(AllOf(named(what), Field(&Difference::reason, HasSubstr(flag)))));
}

TEST(Differences, OfTagsAndOfMonitoringAreNamed) {
  aws::Instance instance = source();
  instance.tags = {{"aws:cloudformation:stack-id", "s"}, {"team", "files"}};
  instance.monitoring_interval = 30;
  instance.monitoring_role_arn = "arn:aws:iam::1:role/monitor";
  Request request;
  request.tags = aws::Tags{{"stage", "new"}};
  request.monitoring_interval = 0;
  const auto found = differences_of(request, instance);
  EXPECT_THAT(found, Contains(Difference{"Tags", "aws:cloudformation:stack-id=s,team=files",
                                         fmt::format("darbe:phase=building,darbe:request={},darbe:run=0123456789ab,"
                                                     "darbe:source=,stage=new,team=files",
                                                     digest_of(plan_for(request).request)),
                                         "asked for with --tags, and the run's own marks", false}));
  EXPECT_THAT(found, Contains(Difference{"MonitoringRoleArn", "arn:aws:iam::1:role/monitor", "none",
                                         "asked for with --monitoring-interval or --monitoring-role-arn", false}));
}

TEST(Differences, AreNoneWhereAwsSaysNothingAndNothingIsAsked) {
  const Plan plan = plan_for({});
  const Target target = target_of(plan, source());
  EXPECT_THAT(target.gave_way, IsEmpty());
  EXPECT_EQ(target.wanted.iops, 12'000);
}

}  // namespace
}  // namespace darbe::plan
