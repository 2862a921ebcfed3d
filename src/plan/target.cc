#include "plan/target.h"

#include <optional>

#include <fmt/format.h>

#include "plan/target_settings.h"

namespace darbe::plan {

namespace {

using aws::CreateInstance;
using aws::Instance;

constexpr const char* none = "none";
constexpr const char* by_aws = "AWS's default";

std::string text_of(const std::string& value) { return value.empty() ? none : value; }
std::string text_of(bool value) { return value ? "yes" : "no"; }
std::string text_of(int value) { return std::to_string(value); }
std::string text_of(unsigned value) { return std::to_string(value); }
std::string text_of(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : ",") + value;
  return text_of(text);
}
std::string text_of(const std::map<std::string, std::string>& values) {
  std::string text;
  for (const auto& [name, value] : values) text += fmt::format("{}{}={}", text.empty() ? "" : ",", name, value);
  return text_of(text);
}
template <typename T>
std::string text_of(const std::optional<T>& value) {
  return value ? text_of(*value) : none;
}

// What is not asked for is AWS's to choose.
template <typename T>
std::string asked(const std::optional<T>& value) {
  return value ? text_of(*value) : by_aws;
}

// Collects what differs. What the source has none of and nobody asks for is the same on both.
class Comparison {
 public:
  template <typename Given, typename Wanted>
  void put(const char* what, const Given& source, const std::optional<Wanted>& wanted, const std::string& reason,
           bool until_settled = false) {
    if (!wanted && text_of(source) == none) return;
    add(what, text_of(source), asked(wanted), reason, until_settled);
  }
  void add(const char* what, const std::string& source, const std::string& target, const std::string& reason,
           bool until_settled = false) {
    if (source != target) found_.push_back({what, source, target, reason, until_settled});
  }
  // What Settle makes as on the source, or as was asked for.
  template <typename Given, typename Asked, typename Wanted>
  void put_until_settled(const char* what, const Given& source, const Asked& asked_for, const Wanted& at_first,
                         const char* flag, const char* reason) {
    if (asked_for && text_of(source) != text_of(asked_for))
      add(what, text_of(source), text_of(asked_for), std::string("asked for with ") + flag);
    else
      put(what, source, at_first, reason, true);
  }
  std::vector<Difference> take() { return std::move(found_); }

 private:
  std::vector<Difference> found_;
};

std::string by_flag(bool is_given, const char* flag, const char* otherwise) {
  return is_given ? fmt::format("asked for with {}", flag) : otherwise;
}

constexpr const char* as_aws_has_it = "AWS can't be asked for the source's";
constexpr const char* for_the_load = "the copy would wait for it";
constexpr const char* storage_rules = "AWS's rules for this type and size of storage";

void compare_server(Comparison& compare, const Request& request, const Instance& source, const CreateInstance& wanted) {
  compare.add("DBInstanceClass", source.instance_class, wanted.instance_class,
              by_flag(request.db_instance_class.has_value(), "--db-instance-class", as_aws_has_it));
  compare.put("EngineVersion", source.engine_version, wanted.engine_version,
              by_flag(request.engine_version.has_value(), "--engine-version", as_aws_has_it));
  compare.put("LicenseModel", source.license_model, wanted.license_model, as_aws_has_it);
  compare.put("EngineLifecycleSupport", source.engine_lifecycle_support, wanted.engine_lifecycle_support,
              by_flag(request.engine_lifecycle_support.has_value(), "--engine-lifecycle-support", as_aws_has_it));
  compare.put("AutoMinorVersionUpgrade", source.auto_minor_version_upgrade, wanted.auto_minor_version_upgrade,
              by_flag(request.auto_minor_version_upgrade.has_value(), "--auto-minor-version-upgrade", as_aws_has_it));
  compare.add("ProcessorFeatures", text_of(source.processor_features), text_of(wanted.processor_features),
              by_flag(request.db_instance_class.has_value(), "--db-instance-class", as_aws_has_it));
  compare.put("Port", source.port, wanted.port, by_flag(request.port.has_value(), "--port", as_aws_has_it));
  compare.put("MasterUsername", source.master_username, wanted.master_username, "asked for with --master-user-name");
  compare.add("DBName", text_of(source.database_name), text_of(wanted.database_name),
              "it names the database that AWS makes with an instance; here the copy makes them");
  compare.put_until_settled("ManageMasterUserPassword", !source.master_user_secret_arn.empty(),
                            request.manage_master_user_password, std::optional(false), "--manage-master-user-password",
                            "until then it has the password that was given");
  if (request.master_user_secret_kms_key_id)
    compare.add("MasterUserSecretKmsKeyId", text_of(source.master_user_secret_kms_key_id),
                *request.master_user_secret_kms_key_id, "asked for with --master-user-secret-kms-key-id");
}

constexpr const char* unnamed_key = "a key that AWS owns can't be asked for by name";

// Whose key it is AWS decides where none is named, and as it did for the source where neither asks for encryption.
std::optional<std::string> encryption_type(const Instance& source, const CreateInstance& wanted) {
  if (wanted.kms_key_id) return "sse-kms";
  const bool is_asked_for = source.storage_encrypted || wanted.storage_encrypted.value_or(false);
  return is_asked_for ? std::nullopt : std::optional(source.storage_encryption_type);
}

void compare_storage(Comparison& compare, const Request& request, const Instance& source,
                     const CreateInstance& wanted) {
  compare.put("AllocatedStorage", source.allocated_storage, wanted.allocated_storage,
              by_flag(request.allocated_storage_gib.has_value(), "--allocated-storage", storage_rules));
  compare.put("MaxAllocatedStorage", source.max_allocated_storage, wanted.max_allocated_storage,
              by_flag(request.max_allocated_storage_gib.has_value(), "--max-allocated-storage", storage_rules));
  compare.put("StorageType", source.storage_type, wanted.storage_type,
              by_flag(request.storage_type.has_value(), "--storage-type", storage_rules));
  // What AWS gives such a volume anyway is no difference.
  const bool is_fixed = wanted.storage_type == "gp3" && wanted.allocated_storage.value_or(0) < aws::gp3_free_choice_gib;
  const auto got = [&](const std::optional<int>& source_has, const std::optional<int>& asked_for, int anyway) {
    return is_fixed && source_has ? std::optional(anyway) : asked_for;
  };
  const bool iops_asked = request.iops && wanted.iops == static_cast<int>(*request.iops);
  compare.put("Iops", source.iops, got(source.iops, wanted.iops, aws::gp3_fixed_iops),
              by_flag(iops_asked, "--iops", storage_rules));
  compare.put("StorageThroughput", source.storage_throughput,
              got(source.storage_throughput, wanted.storage_throughput, aws::gp3_fixed_throughput),
              by_flag(request.storage_throughput.has_value(), "--storage-throughput", storage_rules));
  compare.put(
      "StorageEncrypted", source.storage_encrypted, wanted.storage_encrypted,
      by_flag(request.storage_encrypted || request.kms_key_id, "--storage-encrypted or --kms-key-id", as_aws_has_it));
  compare.put(
      "KmsKeyId", source.kms_key_id, wanted.kms_key_id,
      by_flag(request.storage_encrypted || request.kms_key_id, "--kms-key-id or --no-storage-encrypted", unnamed_key));
  if (!source.storage_encryption_type.empty())
    compare.put(
        "StorageEncryptionType", source.storage_encryption_type, encryption_type(source, wanted),
        by_flag(request.storage_encrypted || request.kms_key_id, "--storage-encrypted or --kms-key-id", unnamed_key));
  compare.add("DedicatedLogVolume", text_of(source.dedicated_log_volume),
              text_of(wanted.dedicated_log_volume.value_or(false)), storage_rules);
}

void compare_network(Comparison& compare, const Plan& plan, const Instance& source, const CreateInstance& wanted) {
  const Request& request = plan.request;
  compare.put("AvailabilityZone", source.availability_zone, wanted.availability_zone,
              by_flag(request.availability_zone || request.db_subnet_group_name,
                      "--availability-zone or --db-subnet-group-name", as_aws_has_it));
  compare.put_until_settled("MultiAZ", source.multi_az, request.multi_az, wanted.multi_az, "--multi-az", for_the_load);
  compare.put("DBSubnetGroupName", source.subnet_group, wanted.subnet_group,
              by_flag(request.db_subnet_group_name.has_value(), "--db-subnet-group-name", as_aws_has_it));
  auto groups = security_groups_of_target(source, request);
  groups.push_back(plan.names.security_group);
  compare.add("VpcSecurityGroupIds", text_of(source.security_group_ids), text_of(groups),
              by_flag(request.vpc_security_group_ids.has_value(), "--vpc-security-group-ids, and the run's own group",
                      "the run's own group is how the source lets the new instance in"));
  compare.put("NetworkType", source.network_type, wanted.network_type,
              by_flag(request.network_type.has_value(), "--network-type", as_aws_has_it));
  compare.put("PubliclyAccessible", source.publicly_accessible, wanted.publicly_accessible,
              by_flag(request.publicly_accessible.has_value(), "--publicly-accessible", as_aws_has_it));
  compare.put("CACertificateIdentifier", source.ca_certificate_identifier, wanted.ca_certificate_identifier,
              by_flag(request.ca_certificate_identifier.has_value(), "--ca-certificate-identifier", as_aws_has_it));
}

void compare_upkeep(Comparison& compare, const Request& request, const Instance& source, const CreateInstance& wanted) {
  compare.put("DBParameterGroupName", source.parameter_group(), wanted.parameter_group,
              fmt::format("a group of its own with the values of {}, so that nobody else's is changed",
                          request.parameter_group.value_or(source.parameter_group())));
  compare.put("OptionGroupName", source.option_group(), wanted.option_group,
              by_flag(request.option_group.has_value(), "--option-group", as_aws_has_it));
  compare.put_until_settled("BackupRetentionPeriod", source.backup_retention_period, request.backup_retention_period,
                            wanted.backup_retention_period, "--backup-retention-period",
                            "without backups it writes no binlog while rows come");
  compare.put("PreferredBackupWindow", source.backup_window, wanted.backup_window,
              by_flag(request.preferred_backup_window.has_value(), "--preferred-backup-window", as_aws_has_it));
  compare.put("BackupTarget", source.backup_target, wanted.backup_target, as_aws_has_it);
  compare.put(
      "PreferredMaintenanceWindow", source.maintenance_window, wanted.maintenance_window,
      by_flag(request.preferred_maintenance_window.has_value(), "--preferred-maintenance-window", as_aws_has_it));
  compare.put("CopyTagsToSnapshot", source.copy_tags_to_snapshot, wanted.copy_tags_to_snapshot,
              by_flag(request.copy_tags_to_snapshot.has_value(), "--copy-tags-to-snapshot", as_aws_has_it));
  compare.put_until_settled("DeletionProtection", source.deletion_protection, request.deletion_protection,
                            wanted.deletion_protection, "--deletion-protection",
                            "`darbe undo` must be able to delete it");
}

void compare_tags(Comparison& compare, const Plan& plan, const Instance& source, const CreateInstance& wanted) {
  aws::Tags tags = wanted.tags;
  tags.merge(marks_of_target(plan));
  compare.add("Tags", text_of(source.tags), text_of(tags),
              by_flag(plan.request.tags.has_value(), "--tags, and the run's own marks", "the run's own marks"));
}

void compare_services(Comparison& compare, const Request& request, const Instance& source,
                      const CreateInstance& wanted) {
  compare.put("EnableIAMDatabaseAuthentication", source.iam_authentication, wanted.iam_authentication,
              by_flag(request.enable_iam_database_authentication.has_value(), "--enable-iam-database-authentication",
                      as_aws_has_it));
  compare.put(
      "EnableCloudwatchLogsExports", source.log_exports, wanted.log_exports,
      by_flag(request.enable_cloudwatch_logs_exports.has_value(), "--enable-cloudwatch-logs-exports", as_aws_has_it));
  compare.put("DatabaseInsightsMode", source.database_insights_mode, wanted.database_insights_mode,
              by_flag(request.database_insights_mode.has_value(), "--database-insights-mode", as_aws_has_it));
  compare.put("EnablePerformanceInsights", source.performance_insights, wanted.performance_insights,
              by_flag(request.enable_performance_insights.has_value(), "--enable-performance-insights", as_aws_has_it));
  if (source.performance_insights) {
    compare.put("PerformanceInsightsKMSKeyId", source.performance_insights_kms_key_id,
                wanted.performance_insights_kms_key_id,
                by_flag(request.performance_insights_kms_key_id.has_value(), "--performance-insights-kms-key-id",
                        as_aws_has_it));
    compare.put("PerformanceInsightsRetentionPeriod", source.performance_insights_retention,
                wanted.performance_insights_retention,
                by_flag(request.performance_insights_retention_period.has_value(),
                        "--performance-insights-retention-period", as_aws_has_it));
  }
  compare.add("MonitoringInterval", text_of(source.monitoring_interval.value_or(0)),
              text_of(wanted.monitoring_interval.value_or(0)),
              by_flag(request.monitoring_interval.has_value(), "--monitoring-interval", as_aws_has_it));
  compare.add("MonitoringRoleArn", text_of(source.monitoring_role_arn), text_of(wanted.monitoring_role_arn),
              by_flag(request.monitoring_interval || request.monitoring_role_arn,
                      "--monitoring-interval or --monitoring-role-arn", as_aws_has_it));
  if (source.domains.size() > 1)
    compare.add("Domain", fmt::format("{} domains", source.domains.size()), "1 domain",
                "AWS takes one; join the others afterwards");
}

}  // namespace

aws::Tags marks(const Plan& plan) {
  return {{tag_run, plan.names.run_id}, {tag_source, plan.request.source_instance_id}};
}

aws::Tags marks_of_target(const Plan& plan) {
  aws::Tags all = marks(plan);
  all[tag_phase] = phase_building;
  all[tag_request] = digest_of(plan.request);
  return all;
}

Target target_of(const Plan& plan, const Instance& source) {
  const Request& request = plan.request;
  Target target{.wanted = target_like(source, request), .gave_way = {}};
  CreateInstance& wanted = target.wanted;
  wanted.identifier = request.new_instance_id;
  wanted.engine_version = plan.target_engine_version;
  wanted.master_username = request.master_user_name;
  wanted.parameter_group = plan.names.parameter_group;
  target.gave_way = aws::fit_storage(wanted, {.iops = request.iops.has_value(),
                                              .storage_throughput = request.storage_throughput.has_value(),
                                              .max_allocated_storage = request.max_allocated_storage_gib.has_value()});
  return target;
}

std::vector<Difference> differences(const Plan& plan, const Instance& source, const Target& target) {
  Comparison compare;
  compare_server(compare, plan.request, source, target.wanted);
  compare_storage(compare, plan.request, source, target.wanted);
  compare_network(compare, plan, source, target.wanted);
  compare_upkeep(compare, plan.request, source, target.wanted);
  compare_tags(compare, plan, source, target.wanted);
  compare_services(compare, plan.request, source, target.wanted);
  return compare.take();
}

}  // namespace darbe::plan
