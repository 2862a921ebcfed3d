#include "aws/instances.h"

#include <charconv>

#include <fmt/format.h>

#include "aws/error.h"
#include "aws/query.h"

namespace darbe::aws {

namespace {

bool to_bool(const std::string& text) { return text == "true"; }

std::optional<int> to_int(const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<std::string> texts_of(const XmlElement& list) {
  std::vector<std::string> texts;
  for (const XmlElement& item : list.children()) texts.push_back(item.text());
  return texts;
}

std::vector<std::string> texts_of(const XmlElement& list, std::string_view member) {
  std::vector<std::string> texts;
  for (const XmlElement& item : list.children()) texts.push_back(item.text(member));
  return texts;
}

std::vector<GroupMembership> to_groups(const XmlElement& list, std::string_view name, std::string_view status) {
  std::vector<GroupMembership> groups;
  for (const XmlElement& item : list.children()) groups.push_back({item.text(name), item.text(status)});
  return groups;
}

std::map<std::string, std::string> to_processor_features(const XmlElement& list) {
  std::map<std::string, std::string> features;
  for (const XmlElement& item : list.children()) features[item.text("Name")] = item.text("Value");
  return features;
}

std::vector<Domain> to_domains(const XmlElement& list) {
  std::vector<Domain> domains;
  for (const XmlElement& item : list.children()) domains.push_back({item.text("Domain"), item.text("IAMRoleName")});
  return domains;
}

void append_leaves(const XmlElement& element, std::string& joined) {
  if (element.children().empty()) joined += (joined.empty() ? "" : ",") + element.text();
  for (const XmlElement& child : element.children()) append_leaves(child, joined);
}

std::map<std::string, std::string> to_pending(const XmlElement& values) {
  std::map<std::string, std::string> pending;
  for (const XmlElement& value : values.children()) append_leaves(value, pending[value.name()]);
  return pending;
}

void read_server(const XmlElement& element, Instance& instance) {
  instance.identifier = element.text("DBInstanceIdentifier");
  instance.resource_id = element.text("DbiResourceId");
  instance.arn = element.text("DBInstanceArn");
  instance.status = element.text("DBInstanceStatus");
  instance.instance_class = element.text("DBInstanceClass");
  instance.cluster_id = element.text("DBClusterIdentifier");
  instance.engine = element.text("Engine");
  instance.engine_version = element.text("EngineVersion");
  instance.license_model = element.text("LicenseModel");
  instance.engine_lifecycle_support = element.text("EngineLifecycleSupport");
  instance.auto_minor_version_upgrade = to_bool(element.text("AutoMinorVersionUpgrade"));
  instance.processor_features = to_processor_features(element.child("ProcessorFeatures"));
  instance.address = element.child("Endpoint").text("Address");
  instance.port = to_int(element.child("Endpoint").text("Port"));
  instance.master_username = element.text("MasterUsername");
  instance.master_user_secret_arn = element.child("MasterUserSecret").text("SecretArn");
  instance.master_user_secret_kms_key_id = element.child("MasterUserSecret").text("KmsKeyId");
  instance.master_user_secret_status = element.child("MasterUserSecret").text("SecretStatus");
  instance.database_name = element.text("DBName");
}

void read_storage(const XmlElement& element, Instance& instance) {
  instance.allocated_storage = to_int(element.text("AllocatedStorage"));
  instance.max_allocated_storage = to_int(element.text("MaxAllocatedStorage"));
  instance.storage_type = element.text("StorageType");
  instance.iops = to_int(element.text("Iops"));
  instance.storage_throughput = to_int(element.text("StorageThroughput"));
  if (instance.storage_throughput == 0) instance.storage_throughput.reset();  // as AWS writes of what has none
  instance.storage_encrypted = to_bool(element.text("StorageEncrypted"));
  instance.storage_encryption_type = element.text("StorageEncryptionType");
  instance.kms_key_id = element.text("KmsKeyId");
  instance.dedicated_log_volume = to_bool(element.text("DedicatedLogVolume"));
  instance.storage_operation_status = element.text("StorageOperationStatus");
  instance.storage_operation_percent = to_int(element.text("StorageOperationPercentProgress"));
}

void read_network(const XmlElement& element, Instance& instance) {
  instance.availability_zone = element.text("AvailabilityZone");
  instance.multi_az = to_bool(element.text("MultiAZ"));
  instance.subnet_group = element.child("DBSubnetGroup").text("DBSubnetGroupName");
  instance.vpc_id = element.child("DBSubnetGroup").text("VpcId");
  for (const XmlElement& subnet : element.child("DBSubnetGroup").child("Subnets").children())
    instance.subnet_zones.insert(subnet.child("SubnetAvailabilityZone").text("Name"));
  instance.security_group_ids = texts_of(element.child("VpcSecurityGroups"), "VpcSecurityGroupId");
  instance.network_type = element.text("NetworkType");
  instance.publicly_accessible = to_bool(element.text("PubliclyAccessible"));
  instance.ca_certificate_identifier = element.text("CACertificateIdentifier");
}

void read_upkeep(const XmlElement& element, Instance& instance) {
  instance.parameter_groups =
      to_groups(element.child("DBParameterGroups"), "DBParameterGroupName", "ParameterApplyStatus");
  instance.option_groups = to_groups(element.child("OptionGroupMemberships"), "OptionGroupName", "Status");
  instance.backup_retention_period = to_int(element.text("BackupRetentionPeriod")).value_or(0);
  instance.backup_window = element.text("PreferredBackupWindow");
  instance.backup_target = element.text("BackupTarget");
  instance.maintenance_window = element.text("PreferredMaintenanceWindow");
  instance.latest_restorable_time = element.text("LatestRestorableTime");
  instance.copy_tags_to_snapshot = to_bool(element.text("CopyTagsToSnapshot"));
  instance.deletion_protection = to_bool(element.text("DeletionProtection"));
  instance.replica_source = element.text("ReadReplicaSourceDBInstanceIdentifier");
  instance.replicas = texts_of(element.child("ReadReplicaDBInstanceIdentifiers"));
  instance.replica_clusters = texts_of(element.child("ReadReplicaDBClusterIdentifiers"));
  instance.pending = to_pending(element.child("PendingModifiedValues"));
  instance.tags = to_tags(element.child("TagList"));
}

void read_services(const XmlElement& element, Instance& instance) {
  instance.iam_authentication = to_bool(element.text("IAMDatabaseAuthenticationEnabled"));
  instance.log_exports = texts_of(element.child("EnabledCloudwatchLogsExports"));
  instance.database_insights_mode = element.text("DatabaseInsightsMode");
  instance.performance_insights = to_bool(element.text("PerformanceInsightsEnabled"));
  instance.performance_insights_kms_key_id = element.text("PerformanceInsightsKMSKeyId");
  instance.performance_insights_retention = to_int(element.text("PerformanceInsightsRetentionPeriod"));
  instance.monitoring_interval = to_int(element.text("MonitoringInterval"));
  instance.monitoring_role_arn = element.text("MonitoringRoleArn");
  instance.domains = to_domains(element.child("DomainMemberships"));
  for (const XmlElement& role : element.child("AssociatedRoles").children())
    instance.associated_roles.push_back({role.text("RoleArn"), role.text("FeatureName")});
}

Parameters named(const std::string& identifier) {
  Parameters parameters;
  parameters.add("DBInstanceIdentifier", identifier);
  return parameters;
}

void add_processor_features(Parameters& parameters, const std::map<std::string, std::string>& features) {
  int number = 0;
  for (const auto& [name, value] : features) {
    const std::string prefix = fmt::format("ProcessorFeatures.ProcessorFeature.{}", ++number);
    parameters.add(prefix + ".Name", name).add(prefix + ".Value", value);
  }
}

void add_domain(Parameters& parameters, const Domain& domain) {
  parameters.add("Domain", domain.id);
  if (!domain.iam_role_name.empty()) parameters.add("DomainIAMRoleName", domain.iam_role_name);
}

Parameters to_parameters(const CreateInstance& wanted) {
  Parameters parameters = named(wanted.identifier);
  parameters.add("DBInstanceClass", wanted.instance_class)
      .add("Engine", wanted.engine)
      .add("EngineVersion", wanted.engine_version)
      .add("LicenseModel", wanted.license_model)
      .add("EngineLifecycleSupport", wanted.engine_lifecycle_support)
      .add("AutoMinorVersionUpgrade", wanted.auto_minor_version_upgrade)
      .add("Port", wanted.port)
      .add("MasterUsername", wanted.master_username)
      .add("ManageMasterUserPassword", wanted.manage_master_user_password)
      .add("MasterUserSecretKmsKeyId", wanted.master_user_secret_kms_key_id)
      .add("DBName", wanted.database_name)
      .add("AllocatedStorage", wanted.allocated_storage)
      .add("MaxAllocatedStorage", wanted.max_allocated_storage)
      .add("StorageType", wanted.storage_type)
      .add("Iops", wanted.iops)
      .add("StorageThroughput", wanted.storage_throughput)
      .add("StorageEncrypted", wanted.storage_encrypted)
      .add("KmsKeyId", wanted.kms_key_id)
      .add("DedicatedLogVolume", wanted.dedicated_log_volume)
      .add("AvailabilityZone", wanted.availability_zone)
      .add("MultiAZ", wanted.multi_az)
      .add("DBSubnetGroupName", wanted.subnet_group)
      .add_list("VpcSecurityGroupIds.VpcSecurityGroupId", wanted.security_group_ids)
      .add("NetworkType", wanted.network_type)
      .add("PubliclyAccessible", wanted.publicly_accessible)
      .add("CACertificateIdentifier", wanted.ca_certificate_identifier)
      .add("DBParameterGroupName", wanted.parameter_group)
      .add("OptionGroupName", wanted.option_group)
      .add("BackupRetentionPeriod", wanted.backup_retention_period)
      .add("PreferredBackupWindow", wanted.backup_window)
      .add("BackupTarget", wanted.backup_target)
      .add("PreferredMaintenanceWindow", wanted.maintenance_window)
      .add("CopyTagsToSnapshot", wanted.copy_tags_to_snapshot)
      .add("DeletionProtection", wanted.deletion_protection)
      .add("EnableIAMDatabaseAuthentication", wanted.iam_authentication)
      .add_list("EnableCloudwatchLogsExports.member", wanted.log_exports)
      .add("DatabaseInsightsMode", wanted.database_insights_mode)
      .add("EnablePerformanceInsights", wanted.performance_insights)
      .add("PerformanceInsightsKMSKeyId", wanted.performance_insights_kms_key_id)
      .add("PerformanceInsightsRetentionPeriod", wanted.performance_insights_retention)
      .add("MonitoringInterval", wanted.monitoring_interval)
      .add("MonitoringRoleArn", wanted.monitoring_role_arn);
  if (!wanted.master_password.empty()) parameters.add("MasterUserPassword", wanted.master_password);
  if (wanted.domain) add_domain(parameters, *wanted.domain);
  add_processor_features(parameters, wanted.processor_features);
  add_tags(parameters, "Tags.Tag", wanted.tags);
  return parameters;
}

Parameters to_parameters(const CreateReplica& wanted) {
  Parameters parameters = named(wanted.identifier);
  parameters.add("SourceDBInstanceIdentifier", wanted.source_identifier)
      .add("DBInstanceClass", wanted.instance_class)
      .add("Port", wanted.port)
      .add("AllocatedStorage", wanted.allocated_storage)
      .add("StorageType", wanted.storage_type)
      .add("Iops", wanted.iops)
      .add("StorageThroughput", wanted.storage_throughput)
      .add("DedicatedLogVolume", wanted.dedicated_log_volume)
      .add("AvailabilityZone", wanted.availability_zone)
      .add("MultiAZ", wanted.multi_az)
      .add_list("VpcSecurityGroupIds.VpcSecurityGroupId", wanted.security_group_ids)
      .add("NetworkType", wanted.network_type)
      .add("PubliclyAccessible", wanted.publicly_accessible)
      .add("OptionGroupName", wanted.option_group)
      .add("AutoMinorVersionUpgrade", wanted.auto_minor_version_upgrade)
      .add("DeletionProtection", wanted.deletion_protection);
  add_tags(parameters, "Tags.Tag", wanted.tags);
  return parameters;
}

Parameters to_parameters(const std::string& identifier, const ModifyInstance& change) {
  Parameters parameters = named(identifier);
  parameters.add("ApplyImmediately", true)
      .add("DBInstanceClass", change.instance_class)
      .add("AllocatedStorage", change.allocated_storage)
      .add("MaxAllocatedStorage", change.max_allocated_storage)
      .add("StorageType", change.storage_type)
      .add("Iops", change.iops)
      .add("StorageThroughput", change.storage_throughput)
      .add("DBParameterGroupName", change.parameter_group)
      .add("OptionGroupName", change.option_group)
      .add_list("VpcSecurityGroupIds.VpcSecurityGroupId", change.security_group_ids)
      .add("MasterUserPassword", change.master_password)
      .add("ManageMasterUserPassword", change.manage_master_user_password)
      .add("MasterUserSecretKmsKeyId", change.master_user_secret_kms_key_id)
      .add("BackupRetentionPeriod", change.backup_retention_period)
      .add("PreferredBackupWindow", change.backup_window)
      .add("PreferredMaintenanceWindow", change.maintenance_window)
      .add("MultiAZ", change.multi_az)
      .add("AutoMinorVersionUpgrade", change.auto_minor_version_upgrade)
      .add("CopyTagsToSnapshot", change.copy_tags_to_snapshot)
      .add("DeletionProtection", change.deletion_protection)
      .add("EnableIAMDatabaseAuthentication", change.iam_authentication)
      .add("PubliclyAccessible", change.publicly_accessible)
      .add("CACertificateIdentifier", change.ca_certificate_identifier)
      .add("DatabaseInsightsMode", change.database_insights_mode)
      .add("EnablePerformanceInsights", change.performance_insights)
      .add("PerformanceInsightsKMSKeyId", change.performance_insights_kms_key_id)
      .add("PerformanceInsightsRetentionPeriod", change.performance_insights_retention)
      .add("MonitoringInterval", change.monitoring_interval)
      .add("MonitoringRoleArn", change.monitoring_role_arn)
      .add_list("CloudwatchLogsExportConfiguration.EnableLogTypes.member", change.enable_log_exports)
      .add("NewDBInstanceIdentifier", change.new_identifier);
  return parameters;
}

std::optional<std::string> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

// What was given, or nothing where AWS names no such thing for the instance.
std::optional<std::vector<std::string>> given(const std::vector<std::string>& texts) {
  return texts.empty() ? std::nullopt : std::optional<std::vector<std::string>>(texts);
}

bool is_provisioned(const std::string& storage_type) { return storage_type == "io1" || storage_type == "io2"; }

void take_storage(const Instance& source, CreateInstance& result) {
  result.allocated_storage = source.allocated_storage;
  result.max_allocated_storage = source.max_allocated_storage;
  result.storage_type = given(source.storage_type);
  result.iops = source.iops;
  result.storage_throughput = source.storage_throughput;
  result.storage_encrypted = source.storage_encrypted;
  result.kms_key_id = key_to_name(source);
  if (source.dedicated_log_volume) result.dedicated_log_volume = true;
}

void take_network(const Instance& source, CreateInstance& result) {
  result.port = source.port;
  result.availability_zone = given(source.availability_zone);
  result.multi_az = false;
  result.subnet_group = given(source.subnet_group);
  result.security_group_ids = given(source.security_group_ids);
  result.network_type = given(source.network_type);
  result.publicly_accessible = source.publicly_accessible;
  result.ca_certificate_identifier = given(source.ca_certificate_identifier);
}

void take_upkeep(const Instance& source, CreateInstance& result) {
  result.parameter_group = given(source.parameter_group());
  result.option_group = given(source.option_group());
  result.backup_retention_period = 0;
  result.backup_window = given(source.backup_window);
  result.backup_target = given(source.backup_target);
  result.maintenance_window = given(source.maintenance_window);
  result.copy_tags_to_snapshot = source.copy_tags_to_snapshot;
  result.deletion_protection = false;
  result.tags = without_reserved(source.tags);
}

void take_services(const Instance& source, CreateInstance& result) {
  result.iam_authentication = source.iam_authentication;
  result.log_exports = given(source.log_exports);
  result.database_insights_mode = given(source.database_insights_mode);
  result.performance_insights = source.performance_insights;
  if (source.performance_insights) {
    result.performance_insights_kms_key_id = given(source.performance_insights_kms_key_id);
    result.performance_insights_retention = source.performance_insights_retention;
  }
  if (source.monitoring_interval.value_or(0) > 0) {
    result.monitoring_interval = source.monitoring_interval;
    result.monitoring_role_arn = given(source.monitoring_role_arn);
  }
  if (!source.domains.empty()) result.domain = source.domains.front();
}

// From gp3_free_choice_gib on; throughput in MiB/s.
constexpr int gp3_iops_min = 12'000;
constexpr int gp3_iops_max = 64'000;
constexpr int gp3_throughput_min = 500;
constexpr int gp3_throughput_max = 4'000;
constexpr int gp3_iops_per_throughput = 4;  // at least
constexpr int gp3_iops_per_gib_max = 500;
constexpr int storage_gib_max = 65'536;

// Of io1 and io2 (RDS API Reference, CreateDBInstance, Iops; User Guide, "Provisioned IOPS SSD storage").
constexpr int provisioned_iops_min = 1'000;
constexpr int provisioned_iops_max = 256'000;

int iops_per_gib_max(const std::string& type) { return type == "io2" ? 1'000 : 50; }
// Half of one for each GiB.
int provisioned_iops_least(int gib) { return std::max(provisioned_iops_min, (gib + 1) / 2); }
int provisioned_iops_most(const std::string& type, int gib) {
  return static_cast<int>(
      std::min<std::int64_t>(provisioned_iops_max, static_cast<std::int64_t>(gib) * iops_per_gib_max(type)));
}

// Gives up one figure; says so if it was asked for, or above what AWS gives anyway.
void drop(std::optional<int>& figure, bool asked, int given_anyway, const std::string& sentence,
          std::vector<std::string>& notes) {
  if (figure && (asked || *figure > given_anyway)) notes.push_back(sentence);
  figure.reset();
}

// Gives up a figure that the type doesn't take; says so if it was asked for.
void drop_untaken(std::optional<int>& figure, bool asked, const std::string& type, const char* name,
                  std::vector<std::string>& notes) {
  if (figure && asked) notes.push_back(fmt::format("{} storage takes no {}: {} can't be kept.", type, name, *figure));
  figure.reset();
}

// A smaller source's figure: AWS's default is above it and would refuse it.
void drop_below(std::optional<int>& figure, bool asked, int least, const char* name, std::vector<std::string>& notes) {
  if (!figure || *figure >= least) return;
  if (asked)
    notes.push_back(fmt::format("gp3 storage from {} GiB on has at least {} {}: {} can't be kept.", gp3_free_choice_gib,
                                least, name, *figure));
  figure.reset();
}

void fit_gp3(CreateInstance& wanted, const AskedFigures& asked, std::vector<std::string>& notes) {
  if (wanted.allocated_storage.value_or(0) < gp3_free_choice_gib) {
    const auto sentence = [](const char* name, int fixed, std::optional<int> figure) {
      return fmt::format("gp3 storage below {} GiB always has {} {}: {} can't be kept.", gp3_free_choice_gib, fixed,
                         name, figure.value_or(0));
    };
    drop(wanted.iops, asked.iops, gp3_fixed_iops, sentence("IOPS", gp3_fixed_iops, wanted.iops), notes);
    drop(wanted.storage_throughput, asked.storage_throughput, gp3_fixed_throughput,
         sentence("MiB/s", gp3_fixed_throughput, wanted.storage_throughput), notes);
    return;
  }
  drop_below(wanted.iops, asked.iops, gp3_iops_min, "IOPS", notes);
  drop_below(wanted.storage_throughput, asked.storage_throughput, gp3_throughput_min, "MiB/s", notes);
}

// The source's IOPS may be too many, or too few, for a volume of another size.
void fit_provisioned(CreateInstance& wanted, const std::string& type, const AskedFigures& asked,
                     std::vector<std::string>& notes) {
  const int gib = wanted.allocated_storage.value_or(0);
  if (!wanted.iops || asked.iops || gib < storage_gib_min(type)) return;
  const int fitting = std::max(std::min(*wanted.iops, provisioned_iops_most(type, gib)), provisioned_iops_least(gib));
  if (fitting == *wanted.iops) return;
  notes.push_back(fmt::format("{} storage has half of one to {} IOPS for each GiB: the new instance gets {}, not {}.",
                              type, iops_per_gib_max(type), fitting, *wanted.iops));
  wanted.iops = fitting;
}

void refuse_provisioned(const CreateInstance& wanted, const std::string& type, std::vector<std::string>& refusals) {
  const int gib = wanted.allocated_storage.value_or(0);
  if (!wanted.iops)
    refusals.push_back(fmt::format("{} storage needs its IOPS named", type));
  else if (gib >= storage_gib_min(type) &&
           (*wanted.iops < provisioned_iops_least(gib) || *wanted.iops > provisioned_iops_most(type, gib)))
    refusals.push_back(fmt::format("{} storage of {} GiB has {} to {} IOPS, not {}", type, gib,
                                   provisioned_iops_least(gib), provisioned_iops_most(type, gib), *wanted.iops));
}

void refuse_gp3(const CreateInstance& wanted, std::vector<std::string>& refusals) {
  const int iops = wanted.iops.value_or(gp3_iops_min);
  const int throughput = wanted.storage_throughput.value_or(gp3_throughput_min);
  const int gib = wanted.allocated_storage.value_or(0);
  if (iops > gp3_iops_max)
    refusals.push_back(fmt::format("gp3 storage has {} IOPS at most, not {}", gp3_iops_max, iops));
  if (throughput > gp3_throughput_max)
    refusals.push_back(fmt::format("gp3 storage has {} MiB/s at most, not {}", gp3_throughput_max, throughput));
  if (static_cast<std::int64_t>(throughput) * gp3_iops_per_throughput > iops)
    refusals.push_back(fmt::format("gp3 storage needs {} IOPS for each MiB/s: {} are too few for {} MiB/s",
                                   gp3_iops_per_throughput, iops, throughput));
  if (iops > static_cast<std::int64_t>(gib) * gp3_iops_per_gib_max)
    refusals.push_back(fmt::format("gp3 storage has {} IOPS for each GiB at most: {} are too many for {} GiB",
                                   gp3_iops_per_gib_max, iops, gib));
}

}  // namespace

Instance to_instance(const XmlElement& element) {
  Instance instance;
  read_server(element, instance);
  read_storage(element, instance);
  read_network(element, instance);
  read_upkeep(element, instance);
  read_services(element, instance);
  return instance;
}

CreateInstance like(const Instance& source) {
  CreateInstance result;
  result.instance_class = source.instance_class;
  result.engine = source.engine;
  result.engine_version = given(source.engine_version);
  result.license_model = given(source.license_model);
  result.engine_lifecycle_support = given(source.engine_lifecycle_support);
  result.auto_minor_version_upgrade = source.auto_minor_version_upgrade;
  result.processor_features = source.processor_features;
  result.master_username = given(source.master_username);
  take_storage(source, result);
  take_network(source, result);
  take_upkeep(source, result);
  take_services(source, result);
  return result;
}

std::optional<std::string> key_to_name(const Instance& instance) {
  if (!instance.storage_encrypted || instance.storage_encryption_type == "sse-rds") return std::nullopt;
  return given(instance.kms_key_id);
}

// A tenth more than it begins with.
int storage_gib_to_grow_to_min(int gib) { return (11 * gib + 9) / 10; }

int storage_gib_min(const std::string& storage_type) { return is_provisioned(storage_type) ? 100 : 20; }

std::vector<std::string> fit_storage(CreateInstance& wanted, AskedFigures asked) {
  std::vector<std::string> notes;
  std::string type = wanted.storage_type.value_or("");
  if (type == "standard") {
    notes.push_back("Magnetic storage can't be created any more: the new instance gets gp3.");
    wanted.storage_type = type = "gp3";
    if (!asked.iops) wanted.iops.reset();
    if (!asked.storage_throughput) wanted.storage_throughput.reset();
  }
  if (const int least = storage_gib_to_grow_to_min(wanted.allocated_storage.value_or(0));
      wanted.max_allocated_storage && *wanted.max_allocated_storage < least && !asked.max_allocated_storage) {
    notes.push_back(fmt::format("The source may grow to {} GiB; AWS lets no new instance grow to less than {} GiB.",
                                *wanted.max_allocated_storage, least));
    wanted.max_allocated_storage = least <= storage_gib_max ? std::optional(least) : std::nullopt;
  }
  if (type == "gp3") fit_gp3(wanted, asked, notes);
  if (is_provisioned(type)) fit_provisioned(wanted, type, asked, notes);
  if (type == "gp2") drop_untaken(wanted.iops, asked.iops, type, "IOPS", notes);
  if (type != "gp3") drop_untaken(wanted.storage_throughput, asked.storage_throughput, type, "throughput", notes);
  if (wanted.dedicated_log_volume.value_or(false) && !is_provisioned(type)) {
    notes.push_back("A dedicated log volume needs io1 or io2 storage: the new instance has none.");
    wanted.dedicated_log_volume.reset();
  }
  return notes;
}

std::vector<std::string> storage_refusals(const CreateInstance& wanted) {
  std::vector<std::string> refusals;
  const std::string type = wanted.storage_type.value_or("");
  const int gib = wanted.allocated_storage.value_or(0);
  if (gib < storage_gib_min(type) || gib > storage_gib_max)
    refusals.push_back(
        fmt::format("{} storage has {} to {} GiB, not {}", type, storage_gib_min(type), storage_gib_max, gib));
  if (type == "gp3" && gib >= gp3_free_choice_gib) refuse_gp3(wanted, refusals);
  if (is_provisioned(type)) refuse_provisioned(wanted, type, refusals);
  if (wanted.max_allocated_storage && *wanted.max_allocated_storage < storage_gib_to_grow_to_min(gib))
    refusals.push_back(fmt::format("AWS may grow the storage to {} GiB, and it begins with {}: AWS wants {} at least",
                                   *wanted.max_allocated_storage, gib, storage_gib_to_grow_to_min(gib)));
  return refusals;
}

CreateReplica replica_of(const Instance& source) {
  CreateReplica result;
  result.source_identifier = source.identifier;
  result.instance_class = given(source.instance_class);
  result.port = source.port;
  result.storage_type = given(source.storage_type == "standard" ? "gp3" : source.storage_type);
  if (is_provisioned(source.storage_type)) result.iops = source.iops;
  result.availability_zone = given(source.availability_zone);
  result.multi_az = false;
  result.security_group_ids = given(source.security_group_ids);
  result.network_type = given(source.network_type);
  result.publicly_accessible = source.publicly_accessible;
  result.option_group = given(source.option_group());
  result.auto_minor_version_upgrade = false;
  result.deletion_protection = false;
  return result;
}

std::optional<Instance> Instances::find(const std::string& identifier, std::stop_token stop) const {
  try {
    const XmlElement result = client_.call(rds, "DescribeDBInstances", named(identifier), stop);
    const auto& instances = result.child("DBInstances").children();
    if (instances.empty()) return std::nullopt;
    return to_instance(instances.front());
  } catch (const ApiError& error) {
    if (error.meaning() == Meaning::not_found) return std::nullopt;
    throw;
  }
}

Instance Instances::get(const std::string& identifier, std::stop_token stop) const {
  if (auto instance = find(identifier, stop)) return std::move(*instance);
  throw ApiError(
      {"DescribeDBInstances", "DBInstanceNotFound", fmt::format("there is no instance '{}'", identifier), 404, {}, {}});
}

std::vector<Instance> Instances::list(std::stop_token stop) const {
  std::vector<Instance> instances;
  for (const XmlElement& page : client_.call_pages(rds, "DescribeDBInstances", {}, {}, stop)) {
    for (const XmlElement& element : page.child("DBInstances").children()) instances.push_back(to_instance(element));
  }
  return instances;
}

Instance Instances::created(const std::string& action, const std::string& identifier, const Tags& tags,
                            const Parameters& parameters, std::stop_token stop) const {
  try {
    return to_instance(client_.call(rds, action, parameters, stop).child("DBInstance"));
  } catch (const ApiError& error) {
    if (error.meaning() != Meaning::already_exists) throw;
    auto there = find(identifier, stop);
    if (!there || !has_all(there->tags, tags)) throw;
    return std::move(*there);
  }
}

Instance Instances::create(const CreateInstance& wanted, std::stop_token stop) const {
  return created("CreateDBInstance", wanted.identifier, wanted.tags, to_parameters(wanted), stop);
}

Instance Instances::create_replica(const CreateReplica& wanted, std::stop_token stop) const {
  return created("CreateDBInstanceReadReplica", wanted.identifier, wanted.tags, to_parameters(wanted), stop);
}

void Instances::modify(const std::string& identifier, const ModifyInstance& change, std::stop_token stop) const {
  client_.call(rds, "ModifyDBInstance", to_parameters(identifier, change), stop);
}

void Instances::reboot(const std::string& identifier, std::stop_token stop) const {
  client_.call(rds, "RebootDBInstance", named(identifier), stop);
}

void Instances::add_role(const std::string& identifier, const AssociatedRole& role, std::stop_token stop) const {
  Parameters parameters = named(identifier);
  parameters.add("RoleArn", role.arn).add("FeatureName", role.feature);
  try {
    client_.call(rds, "AddRoleToDBInstance", parameters, stop);
  } catch (const ApiError& error) {
    if (error.meaning() != Meaning::already_exists) throw;
  }
}

void Instances::remove(const std::string& identifier, AutomatedBackups backups, std::stop_token stop) const {
  Parameters parameters = named(identifier);
  parameters.add("SkipFinalSnapshot", true).add("DeleteAutomatedBackups", backups == AutomatedBackups::remove);
  try {
    client_.call(rds, "DeleteDBInstance", parameters, stop);
  } catch (const ApiError& error) {
    if (error.meaning() == Meaning::not_found) return;
    if (error.meaning() != Meaning::invalid_state) throw;
    const auto there = find(identifier, stop);
    if (there && there->status != "deleting") throw;
  }
}

}  // namespace darbe::aws
