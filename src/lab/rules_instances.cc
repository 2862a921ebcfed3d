// Rules for DB instances and replicas: after facts/rds-mysql.md 4 and the model's texts on CreateDBInstance,
// ModifyDBInstance and their kin.
#include "lab/rules_instances.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "base/letters.h"
#include "lab/instance_values.h"
#include "lab/quotas.h"

namespace darbe::lab {

std::string subject(const Situation& s) {
  return identifier_in(text(s, replicates(s) ? "SourceDBInstanceIdentifier" : "DBInstanceIdentifier"));
}

const Instance* instance_of(const Situation& s) { return s.store.instance(subject(s)); }

Value wanted(const Situation& s, std::string_view name) {
  if (given(s, name)) return s.request.at(name);
  const Instance* now = creates(s) ? nullptr : instance_of(s);
  return now ? now->shape.at(name) : Value();
}

const EngineOffer* offer_of(const Situation& s) {
  if (creates(s)) return s.offers.engine(text(s, "Engine"), text(s, "EngineVersion"));
  const Instance* instance = instance_of(s);
  return instance ? s.offers.engine(instance->shape.at("Engine").text(), instance->shape.at("EngineVersion").text())
                  : nullptr;
}

std::string engine_of(const Situation& s) { return wanted(s, "Engine").text(); }

bool in_state(const Instance& instance, std::initializer_list<std::string_view> states) {
  return std::find(states.begin(), states.end(), instance.shown_status()) != states.end();
}

namespace {

// ---- names and existence

std::string new_identifier(const Situation& s) {
  return text(s, s.action == "ModifyDBInstance" ? "NewDBInstanceIdentifier" : "DBInstanceIdentifier");
}

Broken identifier_form(const Situation& s) {
  const std::string identifier = new_identifier(s);
  if (s.action == "ModifyDBInstance" && !given(s, "NewDBInstanceIdentifier")) return holds;
  return when(!is_identifier(identifier, 63), identifier);
}

Broken identifier_taken(const Situation& s) {
  const std::string identifier = base::lower(new_identifier(s));
  const bool same = s.action == "ModifyDBInstance" && identifier == subject(s);
  return when(!identifier.empty() && !same && s.store.instance(identifier), identifier);
}

Broken source_named(const Situation& s) {
  return when(!given(s, "SourceDBInstanceIdentifier") && !given(s, "SourceDBClusterIdentifier"));
}
Broken sources_two(const Situation& s) {
  return when(given(s, "SourceDBInstanceIdentifier") && given(s, "SourceDBClusterIdentifier"));
}
Broken source_cluster(const Situation& s) {
  return when(given(s, "SourceDBClusterIdentifier"), text(s, "SourceDBClusterIdentifier"));
}

Broken instance_missing(const Situation& s) {
  const bool asked = s.action != "DescribeDBInstances" || given(s, "DBInstanceIdentifier");
  return when(asked && !instance_of(s), subject(s));
}

Broken instance_quota_full(const Situation& s) {
  return when(exceeds_quota(s.store, "DBInstances"), std::to_string(quota_max(s.store, "DBInstances")));
}

// What the request adds to the account's storage.
Broken storage_quota_full(const Situation& s) {
  const std::int64_t now = s.action == "ModifyDBInstance" ? instance_of(s)->shape.at("AllocatedStorage").number() : 0;
  const std::int64_t more = wanted(s, "AllocatedStorage").number() - now;
  return when(more > 0 && exceeds_quota(s.store, "AllocatedStorage", more),
              std::to_string(quota_max(s.store, "AllocatedStorage")));
}

Broken engine_unknown(const Situation& s) {
  const std::string engine = text(s, "Engine");
  return when(engine != "mysql" && engine != "mariadb", engine);
}

Broken version_unknown(const Situation& s) {
  return when(!offer_of(s),
              fmt::format("{} for {}", text(s, "EngineVersion").empty() ? "(default)" : text(s, "EngineVersion"),
                          text(s, "Engine")));
}

Broken support_ended(const Situation& s) {
  const EngineOffer* offer = offer_of(s);
  if (!offer || offer->engine != "mysql") return holds;
  const bool old = offer->major == "5.6" || offer->major == "5.7" || offer->major == "8.0";
  return when(old && text(s, "EngineLifecycleSupport") == "open-source-rds-extended-support-disabled", offer->version);
}

Broken class_unknown(const Situation& s) {
  if (!given(s, "DBInstanceClass")) return holds;
  const auto& classes = instance_classes();
  return when(std::find(classes.begin(), classes.end(), text(s, "DBInstanceClass")) == classes.end(),
              text(s, "DBInstanceClass"));
}

// ---- states

Broken not_available(const Situation& s) {
  const Instance& instance = *instance_of(s);
  return when(!in_state(instance, {"available", "storage-optimization"}), instance.identifier());
}

// One that can't start with its parameters can be helped by other parameters and a reboot, a full one by more storage.
Broken not_modifiable(const Situation& s) {
  const Instance& instance = *instance_of(s);
  return when(!in_state(instance, {"available", "storage-optimization", "incompatible-parameters", "storage-full"}),
              instance.identifier());
}

Broken storage_busy(const Situation& s) {
  const bool storage =
      given(s, "AllocatedStorage") || given(s, "StorageType") || given(s, "Iops") || given(s, "StorageThroughput");
  return when(storage && in_state(*instance_of(s), {"storage-optimization"}), subject(s));
}

Broken deleting_already(const Situation& s) { return when(instance_of(s)->status() == "deleting", subject(s)); }

// ---- the master user

Broken user_missing(const Situation& s) { return when(text(s, "MasterUsername").empty()); }

Broken user_form(const Situation& s) {
  const std::string user = text(s, "MasterUsername");
  const bool fits =
      starts_with_letter(user) && user.size() <= 16 &&
      std::all_of(user.begin(), user.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
  return when(!fits, user);
}

Broken user_reserved(const Situation& s) {
  static const std::set<std::string> reserved = {"rdsadmin",  "rdsrepladmin", "rdsproxyadmin", "rds_superuser_role",
                                                 "rdstopmgr", "mysql",        "mariadb",       "event_scheduler"};
  return when(reserved.contains(base::lower(text(s, "MasterUsername"))), text(s, "MasterUsername"));
}

bool manages_password(const Situation& s) { return s.request.at("ManageMasterUserPassword").truth(); }

Broken password_missing(const Situation& s) {
  return when(!manages_password(s) && text(s, "MasterUserPassword").empty());
}

Broken password_and_managed(const Situation& s) { return when(manages_password(s) && given(s, "MasterUserPassword")); }

Broken password_short(const Situation& s) {
  return when(given(s, "MasterUserPassword") && text(s, "MasterUserPassword").size() < 8);
}

Broken password_long(const Situation& s) { return when(text(s, "MasterUserPassword").size() > 41); }

Broken password_characters(const Situation& s) {
  const std::string password = text(s, "MasterUserPassword");
  const auto bad = [](unsigned char c) { return c < 33 || c > 126 || c == '/' || c == '@' || c == '"'; };
  return when(std::any_of(password.begin(), password.end(), bad));
}

bool is_managed(const Situation& s) { return instance_of(s)->shape.has("MasterUserSecret"); }

Broken password_of_managed(const Situation& s) {
  return when(is_managed(s) && given(s, "MasterUserPassword") && !given(s, "ManageMasterUserPassword"));
}

Broken unmanaged_without_password(const Situation& s) {
  const bool turns_off = given(s, "ManageMasterUserPassword") && !manages_password(s);
  return when(turns_off && is_managed(s) && !given(s, "MasterUserPassword"));
}

Broken rotates_unmanaged(const Situation& s) {
  return when(s.request.at("RotateMasterUserPassword").truth() && !is_managed(s));
}

Broken rotates_later(const Situation& s) {
  return when(s.request.at("RotateMasterUserPassword").truth() && !s.request.at("ApplyImmediately").truth());
}

Broken secret_key_alone(const Situation& s) {
  return when(given(s, "MasterUserSecretKmsKeyId") && !manages_password(s));
}

Broken secret_key_of_managed(const Situation& s) { return when(is_managed(s) && given(s, "MasterUserSecretKmsKeyId")); }

// ---- the database and the network

Broken database_name(const Situation& s) {
  const std::string name = text(s, "DBName");
  if (!given(s, "DBName")) return holds;
  const bool fits =
      starts_with_letter(name) && name.size() <= 64 &&
      std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
  return when(!fits, name);
}

Broken database_reserved(const Situation& s) {
  static const std::set<std::string> reserved = {"innodb", "mysql", "sys", "information_schema", "performance_schema"};
  return when(reserved.contains(base::lower(text(s, "DBName"))), text(s, "DBName"));
}

Broken port_range(const Situation& s) {
  for (const char* name : {"Port", "DBPortNumber"})
    if (given(s, name) && (s.request.at(name).number() < 1150 || s.request.at(name).number() > 65535))
      return text(s, name);
  return holds;
}

Broken zone_and_multi_az(const Situation& s) {
  return when(s.request.at("MultiAZ").truth() && given(s, "AvailabilityZone"));
}

Broken zone_unknown(const Situation& s) {
  const std::string zone = text(s, "AvailabilityZone");
  const auto is_there = [&](const auto& entry) { return entry.second.at("AvailabilityZone").text() == zone; };
  return when(!zone.empty() && std::none_of(s.store.subnets.begin(), s.store.subnets.end(), is_there), zone);
}

Broken subnet_group_missing(const Situation& s) {
  return when(
      given(s, "DBSubnetGroupName") && !s.store.subnet_groups.contains(base::lower(text(s, "DBSubnetGroupName"))),
      text(s, "DBSubnetGroupName"));
}

Broken security_group_missing(const Situation& s) {
  for (const std::string& id : texts_of(s.request.at("VpcSecurityGroupIds")))
    if (!s.store.security_groups.contains(id)) return id;
  return holds;
}

// All replicas of one source in a region are in one VPC.
Broken replica_elsewhere(const Situation& s) {
  if (!given(s, "DBSubnetGroupName")) return holds;
  const Value& vpc = s.store.subnet_groups.at(base::lower(text(s, "DBSubnetGroupName"))).at("VpcId");
  for (const std::string& sibling : texts_of(instance_of(s)->shape.at("ReadReplicaDBInstanceIdentifiers")))
    if (const Instance* other = s.store.instance(sibling);
        other && !(other->shape.at("DBSubnetGroup").at("VpcId") == vpc))
      return sibling;
  return holds;
}

std::string vpc_of(const Situation& s) {
  const std::string name = base::lower(text(s, "DBSubnetGroupName"));
  if (!name.empty()) return s.store.subnet_groups.at(name).at("VpcId").text();
  const Instance* now = creates(s) ? nullptr : instance_of(s);
  return now ? now->shape.at("DBSubnetGroup").at("VpcId").text()
             : s.store.subnet_groups.at("default").at("VpcId").text();
}

Broken security_group_elsewhere(const Situation& s) {
  for (const std::string& id : texts_of(s.request.at("VpcSecurityGroupIds")))
    if (s.store.security_groups.at(id).at("VpcId").text() != vpc_of(s)) return id;
  return holds;
}

Broken security_groups_many(const Situation& s) {
  const std::int64_t most = quota_max(s.store, "SecurityGroupsPerInterface");
  const auto& groups = s.request.at("VpcSecurityGroupIds").list();
  return when(static_cast<std::int64_t>(groups.size()) > most, std::to_string(most));
}
Broken classic_security_groups(const Situation& s) { return when(!s.request.at("DBSecurityGroups").list().empty()); }

Broken network_type(const Situation& s) {
  return when(given(s, "NetworkType") && text(s, "NetworkType") != "IPV4", text(s, "NetworkType"));
}

// ---- groups

const ParameterGroup* parameter_group_of(const Situation& s) {
  const auto found = s.store.parameter_groups.find(base::lower(text(s, "DBParameterGroupName")));
  return found == s.store.parameter_groups.end() ? nullptr : &found->second;
}

Broken parameter_group_missing(const Situation& s) {
  return when(given(s, "DBParameterGroupName") && !parameter_group_of(s), text(s, "DBParameterGroupName"));
}

Broken parameter_group_family(const Situation& s) {
  const ParameterGroup* group = parameter_group_of(s);
  const EngineOffer* offer = offer_of(s);
  if (!group || !offer || group->family == offer->family) return holds;
  return fmt::format(
      "{} with DBParameterGroupFamily {} cannot be used for this instance. Please use a parameter group with "
      "DBParameterGroupFamily {}",
      group->name, group->family, offer->family);
}

Broken option_group_missing(const Situation& s) {
  return when(given(s, "OptionGroupName") && !s.store.option_groups.contains(base::lower(text(s, "OptionGroupName"))),
              text(s, "OptionGroupName"));
}

Broken option_group_fits(const Situation& s) {
  const auto group = s.store.option_groups.find(base::lower(text(s, "OptionGroupName")));
  const EngineOffer* offer = offer_of(s);
  if (group == s.store.option_groups.end() || !offer) return holds;
  const bool fits = group->second.at("EngineName").text() == offer->engine &&
                    group->second.at("MajorEngineVersion").text() == offer->major;
  return when(!fits, fmt::format("{} cannot be used with {} {}", group->first, offer->engine, offer->major));
}

// ---- monitoring, insights, logs

Broken monitoring_interval(const Situation& s) {
  static const std::set<std::int64_t> intervals = {0, 1, 5, 10, 15, 30, 60};
  return when(given(s, "MonitoringInterval") && !intervals.contains(s.request.at("MonitoringInterval").number()),
              text(s, "MonitoringInterval"));
}

Broken monitoring_role(const Situation& s) {
  return when(s.request.at("MonitoringInterval").number() != 0 && wanted(s, "MonitoringRoleArn").text().empty());
}

Broken monitoring_role_alone(const Situation& s) {
  return when(given(s, "MonitoringRoleArn") && wanted(s, "MonitoringInterval").number() == 0);
}

Broken insights_retention(const Situation& s) {
  const std::int64_t days = s.request.at("PerformanceInsightsRetentionPeriod").number(7);
  const bool months = days % 31 == 0 && days / 31 >= 1 && days / 31 <= 23;
  return when(days != 7 && days != 731 && !months, std::to_string(days));
}

Broken advanced_insights(const Situation& s) {
  if (text(s, "DatabaseInsightsMode") != "advanced") return holds;
  return when(wanted(s, "PerformanceInsightsRetentionPeriod").number(7) < 465);
}

Broken replica_insights(const Situation& s) { return when(given(s, "DatabaseInsightsMode")); }

Broken log_types(const Situation& s) {
  static const std::set<std::string> known = {"audit", "error", "general", "slowquery", "iam-db-auth-error"};
  for (const Value& list : {s.request.at("EnableCloudwatchLogsExports"),
                            s.request.at("CloudwatchLogsExportConfiguration").at("EnableLogTypes"),
                            s.request.at("CloudwatchLogsExportConfiguration").at("DisableLogTypes")})
    for (const std::string& type : texts_of(list))
      if (!known.contains(type)) return type;
  return holds;
}

// ---- the rest of a create or a modify

Broken license(const Situation& s) {
  return when(given(s, "LicenseModel") && text(s, "LicenseModel") != "general-public-license", text(s, "LicenseModel"));
}

Broken lifecycle(const Situation& s) {
  const std::string word = text(s, "EngineLifecycleSupport");
  return when(!word.empty() && word != "open-source-rds-extended-support" &&
                  word != "open-source-rds-extended-support-disabled",
              word);
}

Broken backup_target(const Situation& s) {
  return when(given(s, "BackupTarget") && text(s, "BackupTarget") != "region", text(s, "BackupTarget"));
}

Broken tagged_resource(const Situation& s) {
  for (const Value& specification : s.request.at("TagSpecifications").list())
    if (specification.at("ResourceType").text() != "auto-backup") return specification.at("ResourceType").text();
  return holds;
}

Broken certificate(const Situation& s) {
  static const std::set<std::string> known = {"rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"};
  return when(given(s, "CACertificateIdentifier") && !known.contains(text(s, "CACertificateIdentifier")),
              text(s, "CACertificateIdentifier"));
}

Broken not_for_mysql(const Situation& s) {
  for (const char* name :
       {"Timezone", "NcharCharacterSetName", "AdditionalStorageVolumes", "CustomIamInstanceProfile", "TdeCredentialArn",
        "TdeCredentialPassword", "CharacterSetName", "DBSystemId", "DBClusterIdentifier", "ReplicaMode",
        "AutomationMode", "ResumeFullAutomationModeMinutes", "DBCapacityReservationIdentifier", "DomainFqdn",
        "DomainOu", "DomainAuthSecretArn", "DomainDnsIps", "PromotionTier"})
    if (given(s, name)) return name;
  for (const char* name : {"Domain", "DomainIAMRoleName"})  // not after creation, and not of replicas, in the lab
    if (given(s, name) && !(creates(s) && engine_of(s) == "mysql")) return name;
  for (const char* name : {"MultiTenant", "EnableCustomerOwnedIp"})
    if (s.request.at(name).truth()) return name;
  return when(text(s, "MasterUserAuthenticationType") == "iam-db-auth", "MasterUserAuthenticationType");
}

// "d-" and ten digits, as Directory Service names its directories. The lab plays no such service.
Broken directory(const Situation& s) {
  const std::string id = text(s, "Domain");
  const auto is_digit = [](unsigned char c) { return std::isxdigit(c) != 0 && std::isupper(c) == 0; };
  return when(
      !id.empty() && !(id.starts_with("d-") && id.size() == 12 && std::all_of(id.begin() + 2, id.end(), is_digit)), id);
}

Broken new_engine(const Situation& s) {
  return when(given(s, "Engine") && text(s, "Engine") != instance_of(s)->shape.at("Engine").text(), text(s, "Engine"));
}

Broken upgrade(const Situation& s) {
  const Value& shape = instance_of(s)->shape;
  const std::string version = text(s, "EngineVersion");
  const EngineOffer* offer = s.offers.engine(shape.at("Engine").text(), version);
  const bool stays = !given(s, "EngineVersion") || version == shape.at("EngineVersion").text() ||
                     (offer && offer->version == shape.at("EngineVersion").text());
  return when(!stays,
              fmt::format("{} from {} to {}", shape.at("Engine").text(), shape.at("EngineVersion").text(), version));
}

Broken role_there(const Situation& s) {
  for (const Value& role : instance_of(s)->shape.at("AssociatedRoles").list())
    if (role.at("RoleArn") == s.request.at("RoleArn")) return text(s, "RoleArn");
  return holds;
}

Broken failover_without_standby(const Situation& s) {
  return when(s.request.at("ForceFailover").truth() && !instance_of(s)->shape.at("MultiAZ").truth());
}

// ---- replicas

Broken source_without_backups(const Situation& s) {
  return when(instance_of(s)->shape.at("BackupRetentionPeriod").number() == 0, subject(s));
}

Broken replicas_full(const Situation& s) {
  const std::int64_t most = quota_max(s.store, "ReadReplicasPerMaster");
  const auto& replicas = instance_of(s)->shape.at("ReadReplicaDBInstanceIdentifiers").list();
  return when(static_cast<std::int64_t>(replicas.size()) >= most, std::to_string(most));
}

Broken source_is_managed(const Situation& s) { return when(is_managed(s), engine_of(s)); }
Broken manages_replica(const Situation& s) { return when(manages_password(s) && !instance_of(s)->source().empty()); }
Broken replica_parameter_group(const Situation& s) { return when(given(s, "DBParameterGroupName"), engine_of(s)); }
Broken not_a_replica(const Situation& s) { return when(instance_of(s)->source().empty(), subject(s)); }

// ---- deletion

bool skips_snapshot(const Situation& s) { return s.request.at("SkipFinalSnapshot").truth(); }
bool is_replica(const Situation& s) { return !instance_of(s)->source().empty(); }

Broken is_protected(const Situation& s) {
  return when(instance_of(s)->shape.at("DeletionProtection").truth(), subject(s));
}
Broken replica_with_snapshot(const Situation& s) {
  return when(is_replica(s) && given(s, "FinalDBSnapshotIdentifier"));
}
Broken replica_without_skip(const Situation& s) { return when(is_replica(s) && !skips_snapshot(s)); }
Broken snapshot_not_named(const Situation& s) {
  return when(!skips_snapshot(s) && !given(s, "FinalDBSnapshotIdentifier"));
}
Broken snapshot_and_skip(const Situation& s) {
  return when(skips_snapshot(s) && given(s, "FinalDBSnapshotIdentifier"));
}

Broken snapshot_of_broken(const Situation& s) {
  return when(!skips_snapshot(s) &&
                  in_state(*instance_of(s), {"failed", "incompatible-restore", "incompatible-network", "creating"}),
              subject(s));
}

constexpr std::string_view knows_instance =
    "CreateDBInstanceReadReplica DescribeDBInstances ModifyDBInstance RebootDBInstance PromoteReadReplica "
    "DeleteDBInstance AddRoleToDBInstance "
    "CreateDBSnapshot";

const Rule table[] = {
    {"instance identifier", makes_or_modifies, "rds", "InvalidParameterValue",
     "The parameter DBInstanceIdentifier is not a valid identifier: {}. Identifiers must begin with a letter; must "
     "contain only "
     "ASCII letters, digits, and hyphens; must not end with a hyphen or contain two consecutive hyphens; and have at "
     "most 63 "
     "characters.",
     identifier_form},
    {"source named", "CreateDBInstanceReadReplica", "rds", "MissingParameter",
     "The request must contain the parameter SourceDBInstanceIdentifier", source_named},
    {"two sources", "CreateDBInstanceReadReplica", "rds", "InvalidParameterCombination",
     "SourceDBInstanceIdentifier and SourceDBClusterIdentifier can't be specified together.", sources_two},
    {"source is a cluster", "CreateDBInstanceReadReplica", "rds", "DBClusterNotFoundFault", "DBCluster {} not found.",
     source_cluster},
    {"instance known", knows_instance, "rds", "DBInstanceNotFound", "DBInstance {} not found.", instance_missing},
    {"instance taken", makes_or_modifies, "rds", "DBInstanceAlreadyExists", "DB instance {} already exists",
     identifier_taken},
    {"instance quota", makes, "rds", "InstanceQuotaExceeded", "Cannot create more than {} DB instances",
     instance_quota_full},
    {"storage quota", makes_or_modifies, "rds", "StorageQuotaExceeded",
     "The request would exceed the maximum allowed storage quota of {} GiB", storage_quota_full},
    {"engine", "CreateDBInstance", "rds", "InvalidParameterValue", "Invalid DB engine: {}", engine_unknown},
    {"engine version", "CreateDBInstance", "rds", "InvalidParameterCombination",
     "Cannot find version {} (`darbe-lab install` fetches servers for the lab)", version_unknown},
    {"standard support ended", "CreateDBInstance", "rds", "InvalidParameterCombination",
     "The standard support of {} has ended: it needs EngineLifecycleSupport open-source-rds-extended-support",
     support_ended},
    {"instance class", makes_or_modifies, "rds", "InvalidParameterValue", "Invalid DB Instance class: {}",
     class_unknown},
    {"modify state", "ModifyDBInstance RebootDBInstance", "rds", "InvalidDBInstanceState",
     "Database instance {} is not in available state.", not_modifiable},
    {"available state", "CreateDBInstanceReadReplica PromoteReadReplica CreateDBSnapshot AddRoleToDBInstance", "rds",
     "InvalidDBInstanceState", "Database instance {} is not in available state.", not_available},
    {"storage being optimized", "ModifyDBInstance", "rds", "InvalidDBInstanceState",
     "The storage of {} is being optimized: it can be changed again when that is done.", storage_busy},
    {"role there", "AddRoleToDBInstance", "rds", "DBInstanceRoleAlreadyExists",
     "The role {} is already associated with the DB instance", role_there},
    {"deleting already", "DeleteDBInstance", "rds", "InvalidDBInstanceState", "Instance {} is already being deleted.",
     deleting_already},

    {"master user missing", "CreateDBInstance", "rds", "MissingParameter",
     "The request must contain the parameter MasterUsername", user_missing},
    {"master user name", "CreateDBInstance", "rds", "InvalidParameterValue",
     "The parameter MasterUsername is not a valid identifier: {}. It has 1 to 16 letters, digits or underscores, a "
     "letter first.",
     user_form},
    {"master user reserved", "CreateDBInstance", "rds", "InvalidParameterValue",
     "MasterUsername {} cannot be used as it is a reserved word used by the engine", user_reserved},
    {"password missing", "CreateDBInstance", "rds", "InvalidParameterValue",
     "The parameter MasterUserPassword must be provided and must not be blank.", password_missing},
    {"password and managed", sets_password, "rds", "InvalidParameterCombination",
     "You can't specify MasterUserPassword when ManageMasterUserPassword is enabled.", password_and_managed},
    {"password short", sets_password, "rds", "InvalidParameterValue",
     "The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters.",
     password_short},
    {"password long", sets_password, "rds", "InvalidParameterValue",
     "The parameter MasterUserPassword is not a valid password because it is longer than 41 characters.",
     password_long},
    {"password characters", sets_password, "rds", "InvalidParameterValue",
     "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', "
     "'\"', ' ' may "
     "be used.",
     password_characters},
    {"password of managed", "ModifyDBInstance", "rds", "InvalidParameterCombination",
     "You can't specify MasterUserPassword for an instance whose password is managed in Secrets Manager.",
     password_of_managed},
    {"unmanaged without password", "ModifyDBInstance", "rds", "InvalidParameterCombination",
     "MasterUserPassword must be given when ManageMasterUserPassword is turned off.", unmanaged_without_password},
    {"rotation unmanaged", "ModifyDBInstance", "rds", "InvalidParameterCombination",
     "RotateMasterUserPassword is valid only if the password is managed in Secrets Manager.", rotates_unmanaged},
    {"rotation later", "ModifyDBInstance", "rds", "InvalidParameterCombination",
     "You must apply the change immediately when rotating the master user password.", rotates_later},
    {"secret key alone", sets_password, "rds", "InvalidParameterCombination",
     "MasterUserSecretKmsKeyId is valid only with ManageMasterUserPassword.", secret_key_alone},
    {"secret key of managed", "ModifyDBInstance", "rds", "InvalidParameterCombination",
     "The KMS key of a secret that is managed already can't be changed.", secret_key_of_managed},

    {"database name", "CreateDBInstance", "rds", "InvalidParameterValue",
     "DBName must begin with a letter and contain only alphanumeric characters, at most 64: {}", database_name},
    {"database reserved", "CreateDBInstance", "rds", "InvalidParameterValue",
     "Database name cannot be used: {} is a reserved word for this engine", database_reserved},
    {"port", makes_or_modifies, "rds", "InvalidParameterValue", "Invalid port: {}. Valid ports: 1150 to 65535",
     port_range},
    {"zone and Multi-AZ", makes, "rds", "InvalidParameterCombination",
     "Requesting a specific availability zone is not valid for Multi-AZ instances.", zone_and_multi_az},
    {"zone", makes, "rds", "InvalidParameterValue", "{} is not a valid availability zone.", zone_unknown},
    {"subnet group", makes_or_modifies, "rds", "DBSubnetGroupNotFoundFault", "DB subnet group '{}' does not exist.",
     subnet_group_missing},
    {"replica's VPC", "CreateDBInstanceReadReplica", "rds", "InvalidDBSubnetGroupFault",
     "The DB subnet group doesn't belong to the same VPC as that of the read replica {}.", replica_elsewhere},
    {"security group", makes_or_modifies, "rds", "InvalidParameterValue",
     "Invalid security group , groupId= {}, groupName=.", security_group_missing},
    {"security group's VPC", makes_or_modifies, "rds", "InvalidParameterCombination",
     "The DB instance and EC2 security group {} are in different VPCs.", security_group_elsewhere},
    {"security groups at most", makes_or_modifies, "rds", "InvalidParameterValue",
     "At most {} VPC security groups can be attached to an instance", security_groups_many},
    {"classic security groups", makes_or_modifies, "rds", "InvalidParameterCombination",
     "DBSecurityGroups belong to EC2-Classic: use VpcSecurityGroupIds.", classic_security_groups},
    {"network type", makes_or_modifies, "rds", "NetworkTypeNotSupported",
     "The network type {} isn't supported by the DB subnet group", network_type},

    {"parameter group missing", makes_or_modifies, "rds", "DBParameterGroupNotFound", "DBParameterGroup not found: {}",
     parameter_group_missing},
    {"parameter group of a replica", "CreateDBInstanceReadReplica", "rds", "InvalidParameterCombination",
     "A parameter group can't be specified during Read Replica creation for the following DB engine: {}",
     replica_parameter_group},
    {"parameter group's family", sets_password, "rds", "InvalidParameterCombination", "The parameter group {}",
     parameter_group_family},
    {"option group missing", makes_or_modifies, "rds", "OptionGroupNotFoundFault",
     "Specified OptionGroupName: {} not found.", option_group_missing},
    {"option group's engine", makes_or_modifies, "rds", "InvalidParameterCombination", "The option group {}",
     option_group_fits},

    {"monitoring interval", makes_or_modifies, "rds", "InvalidParameterValue",
     "Invalid monitoring interval: {}. Valid values: 0, 1, 5, 10, 15, 30, 60", monitoring_interval},
    {"monitoring without role", makes_or_modifies, "rds", "InvalidParameterCombination",
     "A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.", monitoring_role},
    {"monitoring role alone", makes_or_modifies, "rds", "InvalidParameterCombination",
     "A MonitoringInterval value other than 0 is required if you specify a MonitoringRoleARN value.",
     monitoring_role_alone},
    {"insights retention", makes_or_modifies, "rds", "InvalidParameterValue",
     "Invalid Performance Insights retention period: {}. Valid values: 7, month * 31, 731", insights_retention},
    {"replica's insights", "CreateDBInstanceReadReplica", "rds", "InvalidParameterCombination",
     "DatabaseInsightsMode isn't supported for a read replica in the making.", replica_insights},
    {"advanced insights", sets_password, "rds", "InvalidParameterCombination",
     "To enable the Advanced mode of Database Insights, the retention period for Performance Insights must be at least "
     "465 days.",
     advanced_insights},
    {"log types", makes_or_modifies, "rds", "InvalidParameterCombination",
     "You cannot use the log type '{}' with this engine.", log_types},
    {"license model", makes_or_modifies, "rds", "InvalidParameterCombination",
     "Invalid license model '{}'. Valid license models are: general-public-license.", license},
    {"lifecycle support", sets_password, "rds", "InvalidParameterValue", "Invalid EngineLifecycleSupport: {}",
     lifecycle},
    {"backup target", makes, "rds", "InvalidParameterValue", "Invalid backup target: {}. This region has only: region",
     backup_target},
    {"tag specification", "CreateDBInstance CreateDBInstanceReadReplica PromoteReadReplica", "rds",
     "InvalidParameterValue", "Tags can be specified for auto-backup, not for {}", tagged_resource},
    {"certificate authority", makes_or_modifies, "rds", "CertificateNotFound", "Certificate not found: {}",
     certificate},
    {"not for MySQL", makes_or_modifies, "rds", "InvalidParameterCombination",
     "The parameter {} isn't supported for this engine.", not_for_mysql},
    {"directory", "CreateDBInstance", "rds", "DomainNotFoundFault", "The directory {} does not exist", directory},
    {"engine changed", "ModifyDBInstance", "rds", "InvalidParameterCombination",
     "The engine of an instance can't become {}.", new_engine},
    {"upgrade", "ModifyDBInstance", "rds", "InvalidParameterCombination", "Cannot upgrade {}", upgrade},
    {"failover without standby", "RebootDBInstance", "rds", "InvalidParameterCombination",
     "ForceFailover cannot be specified since the instance is not configured for MultiAZ.", failover_without_standby},

    {"source without backups", "CreateDBInstanceReadReplica", "rds", "InvalidDBInstanceState",
     "Automated backups are not enabled for this database instance: {}. To enable automated backups, use "
     "ModifyDBInstance to set "
     "the backup retention period to a non-zero value.",
     source_without_backups},
    {"replicas at most", "CreateDBInstanceReadReplica", "rds", "InstanceQuotaExceeded",
     "A source can have at most {} read replicas", replicas_full},
    {"managed source", "CreateDBInstanceReadReplica", "rds", "InvalidParameterValue",
     "Creating read replicas for source instance with engine {} where ManageMasterUserPassword is enabled is not "
     "supported.",
     source_is_managed},
    {"managed replica", "ModifyDBInstance", "rds", "InvalidParameterValue",
     "ManageMasterUserPassword isn't supported for read replica", manages_replica},
    {"not a replica", "PromoteReadReplica", "rds", "InvalidDBInstanceState", "DB Instance is not a read replica: {}",
     not_a_replica},

    {"deletion protection", "DeleteDBInstance", "rds", "InvalidParameterCombination",
     "Cannot delete protected DB Instance, please disable deletion protection and try again: {}", is_protected},
    {"replica with snapshot", "DeleteDBInstance", "rds", "InvalidParameterCombination",
     "FinalDBSnapshotIdentifier can not be specified when deleting a replica instance", replica_with_snapshot},
    {"replica without skip", "DeleteDBInstance", "rds", "InvalidParameterCombination",
     "SkipFinalSnapshot must be true when deleting a replica instance", replica_without_skip},
    {"final snapshot missing", "DeleteDBInstance", "rds", "InvalidParameterCombination",
     "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.", snapshot_not_named},
    {"final snapshot and skip", "DeleteDBInstance", "rds", "InvalidParameterCombination",
     "FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is enabled", snapshot_and_skip},
    {"final snapshot of broken", "DeleteDBInstance", "rds", "InvalidDBInstanceState",
     "Cannot create a snapshot of {} in its state: SkipFinalSnapshot must be true", snapshot_of_broken},
};

}  // namespace

std::span<const Rule> rds_instance_rules() { return table; }

}  // namespace darbe::lab
