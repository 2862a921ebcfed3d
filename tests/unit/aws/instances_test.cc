#include "aws/instances.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/error.h"
#include "aws/xml.h"
#include "scripted_aws.h"

namespace darbe::aws {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Members and nesting as Amazon RDS API Reference, DBInstance, has them.
constexpr auto putio16 = R"(<DBInstance>
  <DBInstanceIdentifier>putio16</DBInstanceIdentifier>
  <DBInstanceClass>db.r6g.xlarge</DBInstanceClass>
  <Engine>mysql</Engine>
  <DBInstanceStatus>available</DBInstanceStatus>
  <MasterUsername>root</MasterUsername>
  <DBName>putio</DBName>
  <Endpoint><Address>putio16.c1.eu-west-1.rds.amazonaws.com</Address><Port>3307</Port><HostedZoneId>Z29</HostedZoneId></Endpoint>
  <AllocatedStorage>500</AllocatedStorage>
  <InstanceCreateTime>2026-01-01T00:00:00.000Z</InstanceCreateTime>
  <PreferredBackupWindow>03:00-04:00</PreferredBackupWindow>
  <BackupRetentionPeriod>7</BackupRetentionPeriod>
  <DBSecurityGroups/>
  <VpcSecurityGroups>
    <VpcSecurityGroupMembership><VpcSecurityGroupId>sg-1</VpcSecurityGroupId><Status>active</Status></VpcSecurityGroupMembership>
    <VpcSecurityGroupMembership><VpcSecurityGroupId>sg-2</VpcSecurityGroupId><Status>active</Status></VpcSecurityGroupMembership>
  </VpcSecurityGroups>
  <DBParameterGroups>
    <DBParameterGroup><DBParameterGroupName>putio84</DBParameterGroupName><ParameterApplyStatus>in-sync</ParameterApplyStatus></DBParameterGroup>
  </DBParameterGroups>
  <AvailabilityZone>eu-west-1a</AvailabilityZone>
  <DBSubnetGroup>
    <DBSubnetGroupName>default</DBSubnetGroupName>
    <VpcId>vpc-1</VpcId>
    <SubnetGroupStatus>Complete</SubnetGroupStatus>
    <Subnets><Subnet><SubnetIdentifier>subnet-1</SubnetIdentifier></Subnet></Subnets>
  </DBSubnetGroup>
  <PreferredMaintenanceWindow>sun:05:00-sun:06:00</PreferredMaintenanceWindow>
  <PendingModifiedValues>
    <AllocatedStorage>600</AllocatedStorage>
    <MasterUserPassword>****</MasterUserPassword>
    <PendingCloudwatchLogsExports><LogTypesToEnable><member>error</member><member>slowquery</member></LogTypesToEnable></PendingCloudwatchLogsExports>
  </PendingModifiedValues>
  <LatestRestorableTime>2026-11-22T18:40:00Z</LatestRestorableTime>
  <MultiAZ>true</MultiAZ>
  <EngineVersion>8.4.11</EngineVersion>
  <AutoMinorVersionUpgrade>true</AutoMinorVersionUpgrade>
  <ReadReplicaDBInstanceIdentifiers>
    <ReadReplicaDBInstanceIdentifier>putio16-replica</ReadReplicaDBInstanceIdentifier>
  </ReadReplicaDBInstanceIdentifiers>
  <ReadReplicaDBClusterIdentifiers>
    <ReadReplicaDBClusterIdentifier>aurora-of-putio16</ReadReplicaDBClusterIdentifier>
  </ReadReplicaDBClusterIdentifiers>
  <LicenseModel>general-public-license</LicenseModel>
  <Iops>12000</Iops>
  <StorageThroughput>500</StorageThroughput>
  <OptionGroupMemberships>
    <OptionGroupMembership><OptionGroupName>default:mysql-8-4</OptionGroupName><Status>in-sync</Status></OptionGroupMembership>
  </OptionGroupMemberships>
  <PubliclyAccessible>false</PubliclyAccessible>
  <StorageType>gp3</StorageType>
  <DbInstancePort>0</DbInstancePort>
  <StorageEncrypted>true</StorageEncrypted>
  <StorageEncryptionType>sse-kms</StorageEncryptionType>
  <KmsKeyId>arn:aws:kms:eu-west-1:123456789012:key/k</KmsKeyId>
  <DbiResourceId>db-ABC</DbiResourceId>
  <CACertificateIdentifier>rds-ca-rsa2048-g1</CACertificateIdentifier>
  <DomainMemberships>
    <DomainMembership><Domain>d-1</Domain><Status>kerberos-enabled</Status><FQDN>shop.example</FQDN><IAMRoleName>join</IAMRoleName><DnsIps/></DomainMembership>
  </DomainMemberships>
  <CopyTagsToSnapshot>true</CopyTagsToSnapshot>
  <MonitoringInterval>60</MonitoringInterval>
  <MonitoringRoleArn>arn:aws:iam::123456789012:role/monitor</MonitoringRoleArn>
  <DBInstanceArn>arn:aws:rds:eu-west-1:123456789012:db:putio16</DBInstanceArn>
  <IAMDatabaseAuthenticationEnabled>true</IAMDatabaseAuthenticationEnabled>
  <DatabaseInsightsMode>standard</DatabaseInsightsMode>
  <PerformanceInsightsEnabled>true</PerformanceInsightsEnabled>
  <PerformanceInsightsKMSKeyId>arn:aws:kms:eu-west-1:123456789012:key/p</PerformanceInsightsKMSKeyId>
  <PerformanceInsightsRetentionPeriod>7</PerformanceInsightsRetentionPeriod>
  <EnabledCloudwatchLogsExports><member>error</member><member>general</member></EnabledCloudwatchLogsExports>
  <ProcessorFeatures><ProcessorFeature><Name>coreCount</Name><Value>2</Value></ProcessorFeature></ProcessorFeatures>
  <DeletionProtection>true</DeletionProtection>
  <AssociatedRoles><DBInstanceRole><RoleArn>arn:aws:iam::1:role/s3</RoleArn><FeatureName>S3</FeatureName><Status>ACTIVE</Status></DBInstanceRole></AssociatedRoles>
  <MaxAllocatedStorage>1000</MaxAllocatedStorage>
  <TagList>
    <Tag><Key>team</Key><Value>data</Value></Tag>
    <Tag><Key>aws:cloudformation:stack-name</Key><Value>s</Value></Tag>
    <Tag><Key>darbe:run</Key><Value>0123456789ab</Value></Tag>
    <Tag><Key>darbe:phase</Key><Value>serving</Value></Tag>
  </TagList>
  <NetworkType>IPV4</NetworkType>
  <BackupTarget>region</BackupTarget>
  <MasterUserSecret><SecretArn>arn:aws:secretsmanager:s</SecretArn><SecretStatus>active</SecretStatus><KmsKeyId>arn:aws:kms:m</KmsKeyId></MasterUserSecret>
  <DedicatedLogVolume>false</DedicatedLogVolume>
  <EngineLifecycleSupport>open-source-rds-extended-support</EngineLifecycleSupport>
  <StorageOperationStatus>Initializing</StorageOperationStatus>
  <StorageOperationPercentProgress>37</StorageOperationPercentProgress>
</DBInstance>)";

Instance source() { return to_instance(parse_xml(putio16)); }

http::Response described(const std::string& instance) {
  return answer("DescribeDBInstances", "<DBInstances>" + instance + "</DBInstances>");
}

std::string minimal(const std::string& identifier, const std::string& status, const Tags& tags = {}) {
  std::string list;
  for (const auto& [key, value] : tags) list += fmt::format("<Tag><Key>{}</Key><Value>{}</Value></Tag>", key, value);
  return fmt::format(
      "<DBInstance><DBInstanceIdentifier>{}</DBInstanceIdentifier><DBInstanceStatus>{}</DBInstanceStatus>"
      "<TagList>{}</TagList></DBInstance>",
      identifier, status, list);
}

TEST(Instance, HoldsWhatDescribeTells) {
  const Instance instance = source();
  EXPECT_EQ(instance.identifier, "putio16");
  EXPECT_EQ(instance.resource_id, "db-ABC");
  EXPECT_EQ(instance.arn, "arn:aws:rds:eu-west-1:123456789012:db:putio16");
  EXPECT_EQ(instance.status, "available");
  EXPECT_EQ(instance.engine_version, "8.4.11");
  EXPECT_EQ(instance.engine_lifecycle_support, "open-source-rds-extended-support");
  EXPECT_EQ(instance.address, "putio16.c1.eu-west-1.rds.amazonaws.com");
  EXPECT_EQ(instance.port, 3307);
  EXPECT_EQ(instance.master_user_secret_arn, "arn:aws:secretsmanager:s");
  EXPECT_EQ(instance.allocated_storage, 500);
  EXPECT_EQ(instance.iops, 12000);
  EXPECT_TRUE(instance.storage_encrypted);
  EXPECT_EQ(instance.storage_operation_status, "Initializing");
  EXPECT_EQ(instance.storage_operation_percent, 37);
  EXPECT_TRUE(instance.multi_az);
  EXPECT_EQ(instance.vpc_id, "vpc-1");
  EXPECT_THAT(instance.security_group_ids, ElementsAre("sg-1", "sg-2"));
  EXPECT_THAT(instance.parameter_groups, ElementsAre(GroupMembership{"putio84", "in-sync"}));
  EXPECT_EQ(instance.option_group(), "default:mysql-8-4");
  EXPECT_EQ(instance.backup_retention_period, 7);
  EXPECT_TRUE(instance.deletion_protection);
  EXPECT_THAT(instance.log_exports, ElementsAre("error", "general"));
  EXPECT_EQ(instance.monitoring_interval, 60);
  EXPECT_THAT(instance.domains, ElementsAre(Domain{"d-1", "join"}));
  EXPECT_THAT(instance.associated_roles, ElementsAre(AssociatedRole{"arn:aws:iam::1:role/s3", "S3"}));
  EXPECT_THAT(instance.replicas, ElementsAre("putio16-replica"));
  EXPECT_THAT(instance.replica_clusters, ElementsAre("aurora-of-putio16"));
  EXPECT_EQ(instance.replica_source, "");
  EXPECT_EQ(instance.pending,
            (std::map<std::string, std::string>{{"AllocatedStorage", "600"},
                                                {"MasterUserPassword", "****"},
                                                {"PendingCloudwatchLogsExports", "error,slowquery"}}));
  EXPECT_EQ(instance.tags.at("team"), "data");
}

TEST(Instance, HasNoEndpointWhileItIsCreated) {
  const Instance instance = to_instance(parse_xml(minimal("putio17", "creating")));
  EXPECT_EQ(instance.address, "");
  EXPECT_EQ(instance.port, std::nullopt);
  EXPECT_EQ(instance.allocated_storage, std::nullopt);
  EXPECT_THAT(instance.pending, IsEmpty());
}

// AWS writes 0 where a type of storage has none.
TEST(Instance, HasNoThroughputWhereThatIsNought) {
  const Instance instance =
      to_instance(parse_xml("<DBInstance><StorageType>gp2</StorageType><StorageThroughput>0</StorageThroughput>"
                            "</DBInstance>"));
  EXPECT_EQ(instance.storage_throughput, std::nullopt);
}

TEST(Instances, FindsNoneWhereThereIsNone) {
  ScriptedAws aws({complaint("DBInstanceNotFound", "DBInstance putio18 not found.", 404)});
  EXPECT_FALSE(aws.account.instances.find("putio18"));
  EXPECT_EQ(aws.body(0), "Action=DescribeDBInstances\nVersion=2014-10-31\nDBInstanceIdentifier=putio18\n");
  try {
    static_cast<void>(aws.account.instances.get("putio18"));
    FAIL() << "there is no putio18";
  } catch (const ApiError& error) {
    EXPECT_THAT(error.what(), HasSubstr("there is no instance 'putio18'"));
    EXPECT_EQ(error.meaning(), Meaning::not_found);
  }
}

TEST(CreateInstance, IsLikeItsSourceButSingleAndWithoutBackups) {
  ScriptedAws aws({answer("CreateDBInstance", minimal("putio17", "creating"))});
  CreateInstance wanted = like(source());
  wanted.identifier = "putio17";
  wanted.master_password = base::Secret("XXXXXXXX");
  EXPECT_EQ(aws.account.instances.create(wanted).status, "creating");
  EXPECT_EQ(aws.body(0),
            "Action=CreateDBInstance\n"
            "Version=2014-10-31\n"
            "DBInstanceIdentifier=putio17\n"
            "DBInstanceClass=db.r6g.xlarge\n"
            "Engine=mysql\n"
            "EngineVersion=8.4.11\n"
            "LicenseModel=general-public-license\n"
            "EngineLifecycleSupport=open-source-rds-extended-support\n"
            "AutoMinorVersionUpgrade=true\n"
            "Port=3307\n"
            "MasterUsername=root\n"
            "AllocatedStorage=500\n"
            "MaxAllocatedStorage=1000\n"
            "StorageType=gp3\n"
            "Iops=12000\n"
            "StorageThroughput=500\n"
            "StorageEncrypted=true\n"
            "KmsKeyId=arn:aws:kms:eu-west-1:123456789012:key/k\n"
            "AvailabilityZone=eu-west-1a\n"
            "MultiAZ=false\n"
            "DBSubnetGroupName=default\n"
            "VpcSecurityGroupIds.VpcSecurityGroupId.1=sg-1\n"
            "VpcSecurityGroupIds.VpcSecurityGroupId.2=sg-2\n"
            "NetworkType=IPV4\n"
            "PubliclyAccessible=false\n"
            "CACertificateIdentifier=rds-ca-rsa2048-g1\n"
            "DBParameterGroupName=putio84\n"
            "OptionGroupName=default:mysql-8-4\n"
            "BackupRetentionPeriod=0\n"
            "PreferredBackupWindow=03:00-04:00\n"
            "BackupTarget=region\n"
            "PreferredMaintenanceWindow=sun:05:00-sun:06:00\n"
            "CopyTagsToSnapshot=true\n"
            "DeletionProtection=false\n"
            "EnableIAMDatabaseAuthentication=true\n"
            "EnableCloudwatchLogsExports.member.1=error\n"
            "EnableCloudwatchLogsExports.member.2=general\n"
            "DatabaseInsightsMode=standard\n"
            "EnablePerformanceInsights=true\n"
            "PerformanceInsightsKMSKeyId=arn:aws:kms:eu-west-1:123456789012:key/p\n"
            "PerformanceInsightsRetentionPeriod=7\n"
            "MonitoringInterval=60\n"
            "MonitoringRoleArn=arn:aws:iam::123456789012:role/monitor\n"
            "MasterUserPassword=XXXXXXXX\n"
            "Domain=d-1\n"
            "DomainIAMRoleName=join\n"
            "ProcessorFeatures.ProcessorFeature.1.Name=coreCount\n"
            "ProcessorFeatures.ProcessorFeature.1.Value=2\n"
            "Tags.Tag.1.Key=team\n"
            "Tags.Tag.1.Value=data\n");
}

TEST(Instances, AddARoleOnce) {
  ScriptedAws aws({answer("AddRoleToDBInstance", ""), complaint("DBInstanceRoleAlreadyExists")});
  aws.account.instances.add_role("putio17", {"arn:aws:iam::1:role/s3", "S3"});
  EXPECT_EQ(aws.body(0),
            "Action=AddRoleToDBInstance\nVersion=2014-10-31\nDBInstanceIdentifier=putio17\n"
            "RoleArn=arn:aws:iam::1:role/s3\nFeatureName=S3\n");
  EXPECT_NO_THROW(aws.account.instances.add_role("putio17", {"arn:aws:iam::1:role/s3", "S3"}));
}

TEST(CreateInstance, NamesNoKeyThatAwsOwns) {
  Instance instance = source();
  instance.storage_encryption_type = "sse-rds";
  EXPECT_EQ(like(instance).storage_encrypted, true);
  EXPECT_EQ(like(instance).kms_key_id, std::nullopt);
}

CreateInstance storage(const std::string& type, int gib, std::optional<int> iops, std::optional<int> throughput) {
  CreateInstance wanted;
  wanted.storage_type = type;
  wanted.allocated_storage = gib;
  wanted.iops = iops;
  wanted.storage_throughput = throughput;
  return wanted;
}

TEST(FitStorage, TakesIopsFromGp3BelowFourHundredGibibytesAndSaysSo) {
  CreateInstance wanted = storage("gp3", 200, 12'000, 500);
  EXPECT_THAT(fit_storage(wanted), ElementsAre(HasSubstr("12000"), HasSubstr("500")));
  EXPECT_EQ(wanted.iops, std::nullopt);
  EXPECT_EQ(wanted.storage_throughput, std::nullopt);
}

TEST(FitStorage, SaysNothingOfWhatGp3HasAnyway) {
  CreateInstance wanted = storage("gp3", 200, 3'000, 125);
  EXPECT_THAT(fit_storage(wanted), IsEmpty());
  EXPECT_EQ(wanted.iops, std::nullopt);
}

TEST(FitStorage, KeepsIopsOfLargeGp3ButNotASmallSourcesFigures) {
  CreateInstance kept = storage("gp3", 400, 12'000, 500);
  EXPECT_THAT(fit_storage(kept), IsEmpty());
  EXPECT_EQ(kept.iops, 12'000);
  EXPECT_EQ(kept.storage_throughput, 500);
  CreateInstance grown = storage("gp3", 500, 3'000, 125);
  EXPECT_THAT(fit_storage(grown), IsEmpty());
  EXPECT_EQ(grown.iops, std::nullopt);
  EXPECT_EQ(grown.storage_throughput, std::nullopt);
}

TEST(FitStorage, ReplacesMagneticStorage) {
  CreateInstance wanted = storage("standard", 100, std::nullopt, std::nullopt);
  EXPECT_THAT(fit_storage(wanted), ElementsAre(HasSubstr("gp3")));
  EXPECT_EQ(wanted.storage_type, "gp3");
}

TEST(FitStorage, KeepsProvisionedIopsAndTheLogVolume) {
  CreateInstance wanted = storage("io2", 200, 5'000, 0);
  wanted.dedicated_log_volume = true;
  EXPECT_THAT(fit_storage(wanted), IsEmpty());
  EXPECT_EQ(wanted.iops, 5'000);
  EXPECT_EQ(wanted.storage_throughput, std::nullopt);
  EXPECT_EQ(wanted.dedicated_log_volume, true);
  wanted.storage_type = "gp3";
  EXPECT_THAT(fit_storage(wanted), Not(IsEmpty()));
  EXPECT_EQ(wanted.dedicated_log_volume, std::nullopt);
}

// The main use is to shrink: what a large volume has may be too much for a small one.
TEST(FitStorage, FitsTheSourcesIopsToTheSizeOfProvisionedStorage) {
  CreateInstance shrunk = storage("io1", 200, 20'000, std::nullopt);
  EXPECT_THAT(fit_storage(shrunk), ElementsAre(HasSubstr("half of one to 50 IOPS for each GiB: the new instance gets "
                                                         "10000, not 20000")));
  EXPECT_EQ(shrunk.iops, 10'000);
  EXPECT_THAT(storage_refusals(shrunk), IsEmpty());
  CreateInstance grown = storage("io1", 10'000, 1'000, std::nullopt);
  EXPECT_THAT(fit_storage(grown), ElementsAre(HasSubstr("gets 5000, not 1000")));
  EXPECT_EQ(grown.iops, 5'000);
  EXPECT_THAT(storage_refusals(grown), IsEmpty());
  CreateInstance asked = storage("io1", 200, 20'000, std::nullopt);
  EXPECT_THAT(fit_storage(asked, {.iops = true}), IsEmpty());
  EXPECT_THAT(storage_refusals(asked), ElementsAre("io1 storage of 200 GiB has 1000 to 10000 IOPS, not 20000"));
}

TEST(FitStorage, SaysOfEachFigureThatWasAskedForWhereItIsGivenUp) {
  constexpr AskedFigures both{.iops = true, .storage_throughput = true};
  CreateInstance small = storage("gp3", 200, 2'000, 100);
  EXPECT_THAT(fit_storage(small, both), ElementsAre(HasSubstr("2000 can't be kept"), HasSubstr("100 can't be kept")));
  CreateInstance low = storage("gp3", 400, 5'000, 200);
  EXPECT_THAT(fit_storage(low, both),
              ElementsAre("gp3 storage from 400 GiB on has at least 12000 IOPS: 5000 can't be kept.",
                          "gp3 storage from 400 GiB on has at least 500 MiB/s: 200 can't be kept."));
  CreateInstance plain = storage("gp2", 200, 5'000, 200);
  EXPECT_THAT(fit_storage(plain, both), ElementsAre("gp2 storage takes no IOPS: 5000 can't be kept.",
                                                    "gp2 storage takes no throughput: 200 can't be kept."));
  CreateInstance magnetic = storage("standard", 400, 13'000, std::nullopt);
  fit_storage(magnetic, both);
  EXPECT_EQ(magnetic.iops, 13'000);
}

TEST(StorageRefusals, AreNoneWhereAwsTakesIt) {
  EXPECT_THAT(storage_refusals(storage("gp3", 20, std::nullopt, std::nullopt)), IsEmpty());
  EXPECT_THAT(storage_refusals(storage("gp3", 400, 64'000, 4'000)), IsEmpty());
  EXPECT_THAT(storage_refusals(storage("gp3", 400, std::nullopt, std::nullopt)), IsEmpty());
  EXPECT_THAT(storage_refusals(storage("gp2", 65'536, std::nullopt, std::nullopt)), IsEmpty());
  EXPECT_THAT(storage_refusals(storage("io1", 100, 1'000, std::nullopt)), IsEmpty());
}

TEST(StorageRefusals, NameTheRuleThatIsBroken) {
  const auto refusals = [](const char* type, int gib, std::optional<int> iops, std::optional<int> throughput) {
    return storage_refusals(storage(type, gib, iops, throughput));
  };
  EXPECT_THAT(refusals("gp3", 19, {}, {}), ElementsAre("gp3 storage has 20 to 65536 GiB, not 19"));
  EXPECT_THAT(refusals("gp2", 65'537, {}, {}), ElementsAre(HasSubstr("not 65537")));
  EXPECT_THAT(refusals("io2", 99, 1'000, {}), ElementsAre("io2 storage has 100 to 65536 GiB, not 99"));
  EXPECT_THAT(refusals("io1", 100, {}, {}), ElementsAre("io1 storage needs its IOPS named"));
  EXPECT_THAT(refusals("io1", 100, 500, {}), ElementsAre("io1 storage of 100 GiB has 1000 to 5000 IOPS, not 500"));
  EXPECT_THAT(refusals("io2", 65'536, 256'001, {}), ElementsAre(HasSubstr("32768 to 256000 IOPS, not 256001")));
  EXPECT_THAT(refusals("gp3", 400, 64'001, {}), ElementsAre("gp3 storage has 64000 IOPS at most, not 64001"));
  EXPECT_THAT(refusals("gp3", 400, 16'000, 4'001),
              ElementsAre("gp3 storage has 4000 MiB/s at most, not 4001",
                          "gp3 storage needs 4 IOPS for each MiB/s: 16000 are too few for 4001 MiB/s"));
  EXPECT_THAT(refusals("gp3", 400, {}, 3'001), ElementsAre(HasSubstr("12000 are too few for 3001 MiB/s")));
  CreateInstance shrinking = storage("gp3", 100, std::nullopt, std::nullopt);
  for (const int little : {99, 100, 109}) {
    shrinking.max_allocated_storage = little;
    EXPECT_THAT(storage_refusals(shrinking),
                ElementsAre(fmt::format("AWS may grow the storage to {} GiB, and it begins with 100: AWS wants 110 at "
                                        "least",
                                        little)));
  }
  // One that has grown as far as it may is no reason to refuse its copy.
  EXPECT_THAT(fit_storage(shrinking), ElementsAre(HasSubstr("no new instance grow to less than 110 GiB")));
  EXPECT_EQ(shrinking.max_allocated_storage, 110);
  EXPECT_THAT(storage_refusals(shrinking), ElementsAre());
  shrinking.max_allocated_storage = 109;
  EXPECT_THAT(fit_storage(shrinking, {.iops = false, .storage_throughput = false, .max_allocated_storage = true}),
              ElementsAre());
  EXPECT_EQ(shrinking.max_allocated_storage, 109);
}

const Tags ours = {{"darbe:run", "r1"}, {"darbe:source", "putio16"}};

CreateInstance wanted_putio17() {
  CreateInstance wanted;
  wanted.identifier = "putio17";
  wanted.instance_class = "db.t3.micro";
  wanted.engine = "mysql";
  wanted.tags = ours;
  return wanted;
}

TEST(CreateInstance, CountsAsDoneAfterALostAnswer) {
  ScriptedAws aws({lost_answer, complaint("DBInstanceAlreadyExists"), described(minimal("putio17", "creating", ours))});
  EXPECT_EQ(aws.account.instances.create(wanted_putio17()).status, "creating");
  EXPECT_THAT(aws.actions(), ElementsAre("CreateDBInstance", "CreateDBInstance", "DescribeDBInstances"));
}

TEST(CreateInstance, IsRefusedWhenTheNameIsSomebodyElses) {
  for (const Tags& tags : {Tags{}, Tags{{"darbe:run", "r2"}, {"darbe:source", "putio16"}}}) {
    ScriptedAws aws({complaint("DBInstanceAlreadyExists"), described(minimal("putio17", "available", tags))});
    try {
      aws.account.instances.create(wanted_putio17());
      ADD_FAILURE() << "putio17 is not ours";
    } catch (const ApiError& error) {
      EXPECT_EQ(error.meaning(), Meaning::already_exists);
      EXPECT_EQ(error.kind(), base::Kind::refused);
    }
  }
}

TEST(CreateReplica, FollowsTheSourceAndStaysAsItIs) {
  ScriptedAws aws({answer("CreateDBInstanceReadReplica", minimal("putio17-frozen", "creating"))});
  CreateReplica wanted = replica_of(source());
  wanted.identifier = "putio17-frozen";
  wanted.tags = ours;
  aws.account.instances.create_replica(wanted);
  EXPECT_EQ(aws.body(0),
            "Action=CreateDBInstanceReadReplica\n"
            "Version=2014-10-31\n"
            "DBInstanceIdentifier=putio17-frozen\n"
            "SourceDBInstanceIdentifier=putio16\n"
            "DBInstanceClass=db.r6g.xlarge\n"
            "Port=3307\n"
            "StorageType=gp3\n"
            "AvailabilityZone=eu-west-1a\n"
            "MultiAZ=false\n"
            "VpcSecurityGroupIds.VpcSecurityGroupId.1=sg-1\n"
            "VpcSecurityGroupIds.VpcSecurityGroupId.2=sg-2\n"
            "NetworkType=IPV4\n"
            "PubliclyAccessible=false\n"
            "OptionGroupName=default:mysql-8-4\n"
            "AutoMinorVersionUpgrade=false\n"
            "DeletionProtection=false\n"
            "Tags.Tag.1.Key=darbe:run\n"
            "Tags.Tag.1.Value=r1\n"
            "Tags.Tag.2.Key=darbe:source\n"
            "Tags.Tag.2.Value=putio16\n");
}

TEST(ModifyInstance, ChangesOnlyWhatIsGivenAndAtOnce) {
  ScriptedAws aws({answer("ModifyDBInstance", "<DBInstance/>")});
  ModifyInstance change;
  change.backup_retention_period = 7;
  change.parameter_group = "darbe-x";
  change.security_group_ids = {"sg-1", "sg-9"};
  change.enable_log_exports = {"error"};
  change.deletion_protection = true;
  aws.account.instances.modify("putio17", change);
  EXPECT_EQ(aws.body(0),
            "Action=ModifyDBInstance\n"
            "Version=2014-10-31\n"
            "DBInstanceIdentifier=putio17\n"
            "ApplyImmediately=true\n"
            "DBParameterGroupName=darbe-x\n"
            "VpcSecurityGroupIds.VpcSecurityGroupId.1=sg-1\n"
            "VpcSecurityGroupIds.VpcSecurityGroupId.2=sg-9\n"
            "BackupRetentionPeriod=7\n"
            "DeletionProtection=true\n"
            "CloudwatchLogsExportConfiguration.EnableLogTypes.member.1=error\n");
}

TEST(RemoveInstance, LeavesNoSnapshot) {
  ScriptedAws aws({answer("DeleteDBInstance", minimal("putio17", "deleting"))});
  aws.account.instances.remove("putio17", AutomatedBackups::remove);
  EXPECT_EQ(aws.body(0),
            "Action=DeleteDBInstance\n"
            "Version=2014-10-31\n"
            "DBInstanceIdentifier=putio17\n"
            "SkipFinalSnapshot=true\n"
            "DeleteAutomatedBackups=true\n");
}

TEST(RemoveInstance, CountsAsDoneWhenItIsGoneOrGoing) {
  ScriptedAws gone({complaint("DBInstanceNotFound", "", 404)});
  gone.account.instances.remove("putio17", AutomatedBackups::remove);
  ScriptedAws going({lost_answer, complaint("InvalidDBInstanceState"), described(minimal("putio17", "deleting"))});
  going.account.instances.remove("putio17", AutomatedBackups::keep);
  ScriptedAws busy({complaint("InvalidDBInstanceState"), described(minimal("putio17", "backing-up"))});
  EXPECT_THROW(busy.account.instances.remove("putio17", AutomatedBackups::keep), ApiError);
}

TEST(ResourceTags, AreListed) {
  ScriptedAws aws({answer("ListTagsForResource", "<TagList><Tag><Key>a</Key><Value>1</Value></Tag></TagList>")});
  EXPECT_EQ(aws.account.tags.of("arn:x"), (Tags{{"a", "1"}}));
}

}  // namespace
}  // namespace darbe::aws
