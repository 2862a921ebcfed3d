// What the operator asked for and what follows from it. Written to the journal by Provision and never changed again:
// the same command on any machine goes on with it, another command is refused.
#pragma once

#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace darbe::plan {

// The command line's meaning. Passwords and settings of the machine that runs darbe (jobs, CA) are not part of it.
struct Request {
  std::string region;
  std::string source_instance_id;
  std::string new_instance_id;
  std::string master_user_name;
  std::optional<std::vector<std::string>> databases;  // nothing: all but the system's
  std::optional<std::vector<std::string>> users;      // nothing: all but the server's and RDS's own
  std::optional<std::string> replica_instance_id;     // the operator's own replica instead of one we make

  // What shall differ from the source; visit_overrides names each.
  std::optional<std::string> db_instance_class;
  std::optional<std::string> engine_version;
  std::optional<std::string> engine_lifecycle_support;
  std::optional<std::string> parameter_group;
  std::optional<std::string> option_group;
  std::optional<std::map<std::string, std::string>> tags;  // beside the source's
  std::optional<bool> manage_master_user_password;         // by RDS, in Secrets Manager
  std::optional<std::string> master_user_secret_kms_key_id;

  std::optional<unsigned> allocated_storage_gib;
  std::optional<unsigned> max_allocated_storage_gib;
  std::optional<std::string> storage_type;
  std::optional<unsigned> iops;
  std::optional<unsigned> storage_throughput;  // MiB/s
  std::optional<bool> storage_encrypted;
  std::optional<std::string> kms_key_id;

  std::optional<std::string> availability_zone;
  std::optional<bool> multi_az;
  std::optional<std::string> db_subnet_group_name;
  std::optional<std::vector<std::string>> vpc_security_group_ids;
  std::optional<unsigned> port;
  std::optional<bool> publicly_accessible;
  std::optional<std::string> network_type;
  std::optional<std::string> ca_certificate_identifier;

  std::optional<unsigned> backup_retention_period;  // days
  std::optional<std::string> preferred_backup_window;
  std::optional<std::string> preferred_maintenance_window;
  std::optional<bool> auto_minor_version_upgrade;
  std::optional<bool> copy_tags_to_snapshot;
  std::optional<bool> deletion_protection;

  std::optional<bool> enable_iam_database_authentication;
  std::optional<std::vector<std::string>> enable_cloudwatch_logs_exports;
  std::optional<std::string> database_insights_mode;
  std::optional<bool> enable_performance_insights;
  std::optional<std::string> performance_insights_kms_key_id;
  std::optional<unsigned> performance_insights_retention_period;  // days
  std::optional<unsigned> monitoring_interval;                    // seconds
  std::optional<std::string> monitoring_role_arn;

  std::optional<unsigned> binlog_retention_hours;

  bool operator==(const Request&) const = default;
};

// Calls `visit(name, member)` for each thing that may differ from the source. The names are the journal's, and with
// hyphens the command line's: the original Darbe's, else those of `aws rds create-db-instance`.
template <typename SomeRequest, typename Visit>
  requires std::same_as<std::remove_const_t<SomeRequest>, Request>
void visit_overrides(SomeRequest& request, const Visit& visit) {
  visit("db_instance_class", request.db_instance_class);
  visit("engine_version", request.engine_version);
  visit("engine_lifecycle_support", request.engine_lifecycle_support);
  visit("parameter_group", request.parameter_group);
  visit("option_group", request.option_group);
  visit("tags", request.tags);
  visit("manage_master_user_password", request.manage_master_user_password);
  visit("master_user_secret_kms_key_id", request.master_user_secret_kms_key_id);
  visit("allocated_storage", request.allocated_storage_gib);
  visit("max_allocated_storage", request.max_allocated_storage_gib);
  visit("storage_type", request.storage_type);
  visit("iops", request.iops);
  visit("storage_throughput", request.storage_throughput);
  visit("storage_encrypted", request.storage_encrypted);
  visit("kms_key_id", request.kms_key_id);
  visit("availability_zone", request.availability_zone);
  visit("multi_az", request.multi_az);
  visit("db_subnet_group_name", request.db_subnet_group_name);
  visit("vpc_security_group_ids", request.vpc_security_group_ids);
  visit("port", request.port);
  visit("publicly_accessible", request.publicly_accessible);
  visit("network_type", request.network_type);
  visit("ca_certificate_identifier", request.ca_certificate_identifier);
  visit("backup_retention_period", request.backup_retention_period);
  visit("preferred_backup_window", request.preferred_backup_window);
  visit("preferred_maintenance_window", request.preferred_maintenance_window);
  visit("auto_minor_version_upgrade", request.auto_minor_version_upgrade);
  visit("copy_tags_to_snapshot", request.copy_tags_to_snapshot);
  visit("deletion_protection", request.deletion_protection);
  visit("enable_iam_database_authentication", request.enable_iam_database_authentication);
  visit("enable_cloudwatch_logs_exports", request.enable_cloudwatch_logs_exports);
  visit("database_insights_mode", request.database_insights_mode);
  visit("enable_performance_insights", request.enable_performance_insights);
  visit("performance_insights_kms_key_id", request.performance_insights_kms_key_id);
  visit("performance_insights_retention_period", request.performance_insights_retention_period);
  visit("monitoring_interval", request.monitoring_interval);
  visit("monitoring_role_arn", request.monitoring_role_arn);
}

// One sentence for each thing in which `now` differs from `then`; empty if they are the same.
std::vector<std::string> differences(const Request& then, const Request& now);

// 12 hexadecimal characters by which two commands are told apart where no journal has the first one.
std::string digest_of(const Request& request);

// All names of one run follow from what it is about, so that a thing whose creation was never confirmed can be looked
// up.
struct Names {
  std::string run_id;  // 12 hexadecimal characters
  std::string replica;
  std::string parameter_group;
  std::string security_group;
  std::string replication_user;  // at most 16 characters, for MySQL 5.6
  std::string lock;              // for GET_LOCK

  bool operator==(const Names&) const = default;
};
Names names_for(const std::string& account, const Request& request);

struct Plan {
  Request request;
  Names names;
  std::string account;
  std::string engine;  // as DescribeDBInstances says: mysql | mariadb
  std::string source_engine_version;
  std::string target_engine_version;
  std::string source_resource_id;       // DbiResourceId
  unsigned binlog_retention_hours = 0;  // what the source keeps at least while the run lasts

  bool operator==(const Plan&) const = default;
};

std::string to_json(const Plan& plan);
// Throws: Error{failed} if the text is not a plan of this version of darbe.
Plan plan_from_json(const std::string& text);

// The tag keys of PROTOCOL.md, section 1.
inline constexpr const char* tag_run = "darbe:run";
inline constexpr const char* tag_source = "darbe:source";
inline constexpr const char* tag_request = "darbe:request";  // digest_of() what was asked for
inline constexpr const char* tag_phase = "darbe:phase";
inline constexpr const char* phase_building = "building";
inline constexpr const char* phase_serving = "serving";  // set by the operator, before the application writes there

}  // namespace darbe::plan
