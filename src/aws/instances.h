// RDS's DB instances. What a new instance can take over from an existing one follows Amazon RDS API Reference,
// DescribeDBInstances against CreateDBInstance.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "aws/tags.h"
#include "base/secret.h"

namespace darbe::aws {

class Client;
class Parameters;
class XmlElement;

struct GroupMembership {
  std::string name;
  std::string status;  // parameter groups: in-sync, applying, pending-reboot; option groups: in-sync, …
  bool operator==(const GroupMembership&) const = default;
};

// Kerberos with a directory that AWS manages, the only kind that RDS for MySQL joins (User Guide, "Using Kerberos
// authentication for Amazon RDS for MySQL"). RDS tells its full name as well, but takes that for other kinds only.
struct Domain {
  std::string id;
  std::string iam_role_name;
  bool operator==(const Domain&) const = default;
};

struct AssociatedRole {
  std::string arn;
  std::string feature;
  bool operator==(const AssociatedRole&) const = default;
};

// As DescribeDBInstances tells it. Texts are empty and numbers nothing where AWS says nothing.
struct Instance {
  std::string identifier;
  std::string resource_id;  // DbiResourceId: stays when the identifier changes, is never used again
  std::string arn;
  std::string status;
  std::string instance_class;
  std::string cluster_id;  // DBClusterIdentifier: of the Multi-AZ DB cluster that it is a member of
  std::string engine;
  std::string engine_version;
  std::string license_model;
  std::string engine_lifecycle_support;
  bool auto_minor_version_upgrade = false;
  std::map<std::string, std::string> processor_features;

  std::string address;  // empty while it is being created
  std::optional<int> port;
  std::string master_username;
  std::string master_user_secret_arn;  // not empty: Secrets Manager holds the master password
  std::string master_user_secret_kms_key_id;
  std::string master_user_secret_status;  // creating, active, rotating, impaired
  std::string database_name;

  std::optional<int> allocated_storage;      // GiB
  std::optional<int> max_allocated_storage;  // GiB, of storage autoscaling
  std::string storage_type;
  std::optional<int> iops;
  std::optional<int> storage_throughput;  // MiB/s
  bool storage_encrypted = false;
  std::string storage_encryption_type;
  std::string kms_key_id;
  bool dedicated_log_volume = false;
  std::string storage_operation_status;  // Initializing: the volume still comes from a snapshot
  std::optional<int> storage_operation_percent;

  std::string availability_zone;
  bool multi_az = false;
  std::string subnet_group;
  std::set<std::string> subnet_zones;  // availability zones of the subnet group
  std::string vpc_id;
  std::vector<std::string> security_group_ids;
  std::string network_type;
  bool publicly_accessible = false;
  std::string ca_certificate_identifier;

  std::vector<GroupMembership> parameter_groups;
  std::vector<GroupMembership> option_groups;
  int backup_retention_period = 0;  // days; 0 also turns the binlog off
  std::string backup_window;
  std::string backup_target;
  std::string maintenance_window;
  std::string latest_restorable_time;
  bool copy_tags_to_snapshot = false;
  bool deletion_protection = false;

  bool iam_authentication = false;
  std::vector<std::string> log_exports;
  std::string database_insights_mode;
  bool performance_insights = false;
  std::string performance_insights_kms_key_id;
  std::optional<int> performance_insights_retention;  // days
  std::optional<int> monitoring_interval;             // seconds
  std::string monitoring_role_arn;
  std::vector<Domain> domains;
  std::vector<AssociatedRole> associated_roles;

  std::string replica_source;                 // identifier, or ARN where it is in another region
  std::vector<std::string> replicas;          // identifiers
  std::vector<std::string> replica_clusters;  // those that follow it as clusters: of Aurora, or Multi-AZ DB clusters

  // What ModifyDBInstance was told and is not true yet, by member name; values within lists are joined with commas.
  std::map<std::string, std::string> pending;
  Tags tags;

  // Blocks that nobody has read yet come from the snapshot first: reading is slow, and more readers help.
  bool is_loading() const { return storage_operation_status == "Initializing"; }
  std::string parameter_group() const { return parameter_groups.empty() ? "" : parameter_groups.front().name; }
  std::string option_group() const { return option_groups.empty() ? "" : option_groups.front().name; }
};

// CreateDBInstance; what is not set is AWS's default.
struct CreateInstance {
  std::string identifier;
  std::string instance_class;
  std::string engine;
  std::optional<std::string> engine_version;
  std::optional<std::string> license_model;
  std::optional<std::string> engine_lifecycle_support;
  std::optional<bool> auto_minor_version_upgrade;
  std::map<std::string, std::string> processor_features;

  std::optional<int> port;
  std::optional<std::string> master_username;
  base::Secret master_password;
  std::optional<bool> manage_master_user_password;  // excludes master_password
  std::optional<std::string> master_user_secret_kms_key_id;
  std::optional<std::string> database_name;

  std::optional<int> allocated_storage;
  std::optional<int> max_allocated_storage;
  std::optional<std::string> storage_type;
  std::optional<int> iops;
  std::optional<int> storage_throughput;
  std::optional<bool> storage_encrypted;
  std::optional<std::string> kms_key_id;
  std::optional<bool> dedicated_log_volume;

  std::optional<std::string> availability_zone;
  std::optional<bool> multi_az;
  std::optional<std::string> subnet_group;
  std::optional<std::vector<std::string>> security_group_ids;
  std::optional<std::string> network_type;
  std::optional<bool> publicly_accessible;
  std::optional<std::string> ca_certificate_identifier;

  std::optional<std::string> parameter_group;
  std::optional<std::string> option_group;
  std::optional<int> backup_retention_period;
  std::optional<std::string> backup_window;
  std::optional<std::string> backup_target;
  std::optional<std::string> maintenance_window;
  std::optional<bool> copy_tags_to_snapshot;
  std::optional<bool> deletion_protection;

  std::optional<bool> iam_authentication;
  std::optional<std::vector<std::string>> log_exports;
  std::optional<std::string> database_insights_mode;
  std::optional<bool> performance_insights;
  std::optional<std::string> performance_insights_kms_key_id;
  std::optional<int> performance_insights_retention;
  std::optional<int> monitoring_interval;
  std::optional<std::string> monitoring_role_arn;
  std::optional<Domain> domain;
  Tags tags;
};

// The key of its storage, if it is one that can be named: one that AWS owns ("sse-rds") has an identifier that nobody
// may ask for or about.
std::optional<std::string> key_to_name(const Instance& instance);

// An instance with the source's properties, but without backups, Multi-AZ and deletion protection, and without name,
// password and database. The source's roles have to be added afterwards.
CreateInstance like(const Instance& source);

// Below this size gp3 has these figures, and naming either is an error (Amazon RDS User Guide, "gp3 storage").
inline constexpr int gp3_free_choice_gib = 400;
inline constexpr int gp3_fixed_iops = 3'000;
inline constexpr int gp3_fixed_throughput = 125;  // MiB/s

// GiB (Amazon RDS User Guide, "Amazon RDS DB instance storage").
int storage_gib_min(const std::string& storage_type);

// The figures that the operator asked for: giving one of them up is always told.
struct AskedFigures {
  bool iops = false;
  bool storage_throughput = false;
  bool max_allocated_storage = false;
};
// Makes type, IOPS, throughput and growth fit each other and the size (Amazon RDS User Guide, "Amazon RDS DB instance
// storage" and "Managing capacity automatically with Amazon RDS storage autoscaling"), after overrides. Returns a
// sentence for the operator for each thing that had to give way.
std::vector<std::string> fit_storage(CreateInstance& wanted, AskedFigures asked = {});

// A sentence for each rule of the same page that AWS would refuse the storage by. Requires: fit_storage() was there.
std::vector<std::string> storage_refusals(const CreateInstance& wanted);

// CreateDBInstanceReadReplica; what is not set is AWS's default.
struct CreateReplica {
  std::string identifier;
  std::string source_identifier;
  std::optional<std::string> instance_class;
  std::optional<int> port;
  std::optional<int> allocated_storage;
  std::optional<std::string> storage_type;
  std::optional<int> iops;
  std::optional<int> storage_throughput;
  std::optional<bool> dedicated_log_volume;
  std::optional<std::string> availability_zone;
  std::optional<bool> multi_az;
  std::optional<std::vector<std::string>> security_group_ids;
  std::optional<std::string> network_type;
  std::optional<bool> publicly_accessible;
  std::optional<std::string> option_group;
  std::optional<bool> auto_minor_version_upgrade;
  std::optional<bool> deletion_protection;
  Tags tags;
};

// A single-AZ replica on the source's class and kind of storage, in its security groups, which no maintenance upgrades.
CreateReplica replica_of(const Instance& source);

// ModifyDBInstance, always at once; what is not set stays.
struct ModifyInstance {
  std::optional<std::string> instance_class;
  std::optional<int> allocated_storage;
  std::optional<int> max_allocated_storage;
  std::optional<std::string> storage_type;
  std::optional<int> iops;
  std::optional<int> storage_throughput;
  std::optional<std::string> parameter_group;
  std::optional<std::string> option_group;
  std::optional<std::vector<std::string>> security_group_ids;
  std::optional<base::Secret> master_password;
  std::optional<bool> manage_master_user_password;
  std::optional<std::string> master_user_secret_kms_key_id;
  std::optional<int> backup_retention_period;
  std::optional<std::string> backup_window;
  std::optional<std::string> maintenance_window;
  std::optional<bool> multi_az;
  std::optional<bool> auto_minor_version_upgrade;
  std::optional<bool> copy_tags_to_snapshot;
  std::optional<bool> deletion_protection;
  std::optional<bool> iam_authentication;
  std::optional<bool> publicly_accessible;
  std::optional<std::string> ca_certificate_identifier;
  std::optional<std::string> database_insights_mode;
  std::optional<bool> performance_insights;
  std::optional<std::string> performance_insights_kms_key_id;
  std::optional<int> performance_insights_retention;
  std::optional<int> monitoring_interval;
  std::optional<std::string> monitoring_role_arn;
  std::optional<std::vector<std::string>> enable_log_exports;
  std::optional<std::string> new_identifier;
};

enum class AutomatedBackups { remove, keep };

// Threads may share it. Throws: as Client.
class Instances {
 public:
  explicit Instances(const Client& client) : client_(client) {}

  // Nothing if there is no such instance.
  std::optional<Instance> find(const std::string& identifier, std::stop_token stop = {}) const;
  // The same, for one that must be there. Throws: ApiError{not_found}.
  Instance get(const std::string& identifier, std::stop_token stop = {}) const;
  std::vector<Instance> list(std::stop_token stop = {}) const;

  // An instance of that name that bears all of the tags asked for counts as created: an answer was lost, now or in an
  // earlier try. Throws: ApiError{already_exists} if it is somebody else's.
  Instance create(const CreateInstance& wanted, std::stop_token stop = {}) const;
  Instance create_replica(const CreateReplica& wanted, std::stop_token stop = {}) const;

  // AWS answers before it begins: ask for `pending` and the values, not for the status alone (aws/waiter).
  void modify(const std::string& identifier, const ModifyInstance& change, std::stop_token stop = {}) const;
  void reboot(const std::string& identifier, std::stop_token stop = {}) const;
  // One that is there counts as added.
  void add_role(const std::string& identifier, const AssociatedRole& role, std::stop_token stop = {}) const;
  // Without a final snapshot. One that is gone or being deleted counts as removed.
  void remove(const std::string& identifier, AutomatedBackups backups, std::stop_token stop = {}) const;

 private:
  Instance created(const std::string& action, const std::string& identifier, const Tags& tags,
                   const Parameters& parameters, std::stop_token stop) const;

  const Client& client_;
};

// A <DBInstance> element.
Instance to_instance(const XmlElement& element);

}  // namespace darbe::aws
