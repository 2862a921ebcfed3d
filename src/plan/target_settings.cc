#include "plan/target_settings.h"

namespace darbe::plan {

namespace {

template <typename T>
void replace(std::optional<T>& value, const std::optional<T>& asked) {
  if (asked) value = asked;
}
void replace(std::optional<int>& value, const std::optional<unsigned>& asked) {
  if (asked) value = static_cast<int>(*asked);
}
// An empty list is asked for by leaving it out.
void replace(std::optional<std::vector<std::string>>& value, const std::optional<std::vector<std::string>>& asked) {
  if (!asked) return;
  if (asked->empty())
    value.reset();
  else
    value = asked;
}

void override_storage(const Request& request, aws::CreateInstance& wanted) {
  replace(wanted.allocated_storage, request.allocated_storage_gib);
  replace(wanted.max_allocated_storage, request.max_allocated_storage_gib);
  replace(wanted.storage_type, request.storage_type);
  replace(wanted.iops, request.iops);
  replace(wanted.storage_throughput, request.storage_throughput);
  if (request.storage_encrypted == false) wanted.kms_key_id.reset();
  replace(wanted.kms_key_id, request.kms_key_id);
  if (request.kms_key_id) wanted.storage_encrypted = true;
  replace(wanted.storage_encrypted, request.storage_encrypted);
}

void override_network(const Request& request, aws::CreateInstance& wanted) {
  // The source's zone need not be one of another subnet group's.
  if (request.db_subnet_group_name) wanted.availability_zone.reset();
  replace(wanted.availability_zone, request.availability_zone);
  replace(wanted.subnet_group, request.db_subnet_group_name);
  replace(wanted.security_group_ids, request.vpc_security_group_ids);
  replace(wanted.port, request.port);
  replace(wanted.publicly_accessible, request.publicly_accessible);
  replace(wanted.network_type, request.network_type);
  replace(wanted.ca_certificate_identifier, request.ca_certificate_identifier);
}

void override_upkeep(const Request& request, aws::CreateInstance& wanted) {
  replace(wanted.option_group, request.option_group);
  replace(wanted.backup_window, request.preferred_backup_window);
  replace(wanted.maintenance_window, request.preferred_maintenance_window);
  replace(wanted.auto_minor_version_upgrade, request.auto_minor_version_upgrade);
  replace(wanted.copy_tags_to_snapshot, request.copy_tags_to_snapshot);
  if (request.tags)
    for (const auto& [key, value] : *request.tags) wanted.tags[key] = value;
}

void override_insights(const Request& request, aws::CreateInstance& wanted) {
  if (request.enable_performance_insights == false) {
    wanted.performance_insights_kms_key_id.reset();
    wanted.performance_insights_retention.reset();
    if (wanted.database_insights_mode == "advanced") wanted.database_insights_mode = "standard";
  }
  replace(wanted.performance_insights, request.enable_performance_insights);
  replace(wanted.performance_insights_kms_key_id, request.performance_insights_kms_key_id);
  replace(wanted.performance_insights_retention, request.performance_insights_retention_period);
  replace(wanted.database_insights_mode, request.database_insights_mode);
}

void override_monitoring(const Request& request, aws::CreateInstance& wanted) {
  if (request.monitoring_interval == 0u) wanted.monitoring_role_arn.reset();
  replace(wanted.monitoring_interval, request.monitoring_interval);
  replace(wanted.monitoring_role_arn, request.monitoring_role_arn);
}

bool manages_password(const aws::Instance& source, const Request& request) {
  return request.manage_master_user_password.value_or(!source.master_user_secret_arn.empty());
}

std::optional<std::string> key_of_password(const aws::Instance& source, const Request& request) {
  if (request.master_user_secret_kms_key_id || source.master_user_secret_kms_key_id.empty())
    return request.master_user_secret_kms_key_id;
  return source.master_user_secret_kms_key_id;
}

}  // namespace

aws::CreateInstance target_like(const aws::Instance& source, const Request& request) {
  aws::CreateInstance wanted = aws::like(source);
  if (request.db_instance_class) {
    wanted.instance_class = *request.db_instance_class;
    wanted.processor_features.clear();  // they are a class's own
  }
  replace(wanted.engine_version, request.engine_version);
  replace(wanted.engine_lifecycle_support, request.engine_lifecycle_support);
  override_storage(request, wanted);
  override_network(request, wanted);
  override_upkeep(request, wanted);
  replace(wanted.iam_authentication, request.enable_iam_database_authentication);
  replace(wanted.log_exports, request.enable_cloudwatch_logs_exports);
  override_insights(request, wanted);
  override_monitoring(request, wanted);
  return wanted;
}

LeftForTheEnd left_for_the_end(const aws::Instance& source, const Request& request) {
  return {.backup_retention_period = request.backup_retention_period
                                         ? static_cast<int>(*request.backup_retention_period)
                                         : source.backup_retention_period,
          .multi_az = request.multi_az.value_or(source.multi_az),
          .deletion_protection = request.deletion_protection.value_or(source.deletion_protection),
          .maintenance_window = request.preferred_maintenance_window.value_or(source.maintenance_window),
          .roles = source.associated_roles,
          .managed_password = manages_password(source, request),
          .managed_password_key = key_of_password(source, request)};
}

std::vector<std::string> security_groups_of_target(const aws::Instance& source, const Request& request) {
  return request.vpc_security_group_ids.value_or(source.security_group_ids);
}

}  // namespace darbe::plan
