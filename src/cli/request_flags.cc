#include "cli/request_flags.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/letters.h"
#include "preflight/check.h"

namespace darbe::cli {

namespace {

// As from a script whose variables are not set: nothing is named, and everything is not what was meant.
std::string names_something(const std::string& list) {
  return split_list(list).empty() ? "it names nothing; leave the flag out to copy all" : "";
}

void add_copied_flags(CLI::App& command, RequestOptions& options) {
  constexpr const char* group = "What is copied";
  command.add_option("--databases", options.databases, "Only these databases. Else all but the system's")
      ->option_text("NAME,NAME")
      ->check(names_something)
      ->group(group);
  command
      .add_option(
          "--users", options.users,
          "Only these users, and the definers that what is copied needs.\nElse all but the server's and RDS's own")
      ->option_text("NAME,NAME")
      ->check(names_something)
      ->group(group);
  command
      .add_option("--replica-instance-id", options.request.replica_instance_id,
                  "Your own read replica of the source, to be stopped and read.\nElse one is made for the run and "
                  "deleted again")
      ->option_text("ID")
      ->transform(base::lower)
      ->group(group);
}

// One group of flags, each for a member of the request.
class Overrides {
 public:
  Overrides(CLI::App& command, const char* about)
      : command_(command), group_(std::string("What the new instance has otherwise than the source: ") + about) {}

  template <typename T>
  CLI::Option& add(const char* name, T& value, const char* text, const char* what) {
    return *command_.add_option(name, value, what)->option_text(text)->group(group_);
  }
  // --name and --no-name.
  void add_switch(const std::string& name, std::optional<bool>& value, const char* what) {
    command_.add_flag_callback(
                "--" + name, [&value] { value = true; }, what)
        ->option_text("| --no-" + name)
        ->group(group_);
    command_.add_flag_callback("--no-" + name, [&value] { value = false; })->excludes("--" + name)->group("");
  }
  // Words of its own, or one with commas; an empty one is an empty list.
  void add_list(const char* name, std::optional<std::vector<std::string>>& value, const char* text, const char* what) {
    const auto set = [&value](const std::vector<std::string>& words) {
      value.emplace();
      for (const std::string& word : words)
        for (std::string& item : split_list(word)) value->push_back(std::move(item));
    };
    command_.add_option_function<std::vector<std::string>>(name, set, what)->option_text(text)->group(group_);
  }

 private:
  CLI::App& command_;
  const std::string group_;
};

// AWS CLI's shorthand: Key=team,Value=data
std::pair<std::string, std::string> tag_of(const std::string& text) {
  constexpr std::string_view key = "Key=", value = ",Value=";
  const std::size_t end = text.find(value);
  if (!text.starts_with(key) || end == std::string::npos || end == key.size())
    throw CLI::ValidationError("--tags", "'" + text + "' is no tag: write Key=team,Value=data");
  std::string name = text.substr(key.size(), end - key.size());
  if (name.starts_with("aws:") || name.starts_with("darbe:"))
    throw CLI::ValidationError("--tags", "'" + name + "' is not for you to set");
  return {std::move(name), text.substr(end + value.size())};
}

void add_server_overrides(CLI::App& command, plan::Request& request) {
  Overrides group(command, "server");
  group.add("--db-instance-class", request.db_instance_class, "CLASS", "Its class, as db.r6g.large");
  group.add("--engine-version", request.engine_version, "VERSION", "The source's series or the next one");
  group
      .add("--engine-lifecycle-support", request.engine_lifecycle_support, "WORD",
           "open-source-rds-extended-support (which AWS bills), or the\nsame with -disabled")
      .check(CLI::IsMember({"open-source-rds-extended-support", "open-source-rds-extended-support-disabled"}));
  group.add("--parameter-group", request.parameter_group, "NAME",
            "The group whose values its own group gets. Else the source's");
  group.add("--option-group", request.option_group, "NAME", "Its option group");
  group.add_switch("manage-master-user-password", request.manage_master_user_password,
                   "RDS makes a master password of its own at the end, and keeps it in Secrets Manager");
  group.add("--master-user-secret-kms-key-id", request.master_user_secret_kms_key_id, "KEY",
            "The key that this secret is encrypted with");
  const auto set_tags = [&request](const std::vector<std::string>& words) {
    request.tags.emplace();
    for (const std::string& word : words) request.tags->insert(tag_of(word));
  };
  command.add_option_function<std::vector<std::string>>("--tags", set_tags, "Tags beside the source's")
      ->option_text("Key=K,Value=V ...")
      ->group("What the new instance has otherwise than the source: server");
}

void add_storage_overrides(CLI::App& command, plan::Request& request) {
  Overrides group(command, "storage");
  group.add("--allocated-storage", request.allocated_storage_gib, "GIB", "Its volume; may be less than the source's");
  group.add("--max-allocated-storage", request.max_allocated_storage_gib, "GIB", "How far AWS may grow it");
  group.add("--storage-type", request.storage_type, "TYPE", "gp3, gp2, io1 or io2");
  group.add("--iops", request.iops, "NUMBER", "Its provisioned IOPS");
  group.add("--storage-throughput", request.storage_throughput, "NUMBER", "MiB/s, of gp3 from 400 GiB on");
  group.add_switch("storage-encrypted", request.storage_encrypted, "Encrypted");
  group.add("--kms-key-id", request.kms_key_id, "KEY", "The key it is encrypted with");
}

void add_network_overrides(CLI::App& command, plan::Request& request) {
  Overrides group(command, "network");
  group.add("--availability-zone", request.availability_zone, "ZONE", "Its availability zone");
  group.add_switch("multi-az", request.multi_az, "With a standby in another zone, at the end");
  group.add("--db-subnet-group-name", request.db_subnet_group_name, "NAME",
            "Its subnets; in the source's VPC or one peered with it");
  group.add_list("--vpc-security-group-ids", request.vpc_security_group_ids, "ID,ID",
                 "Its security groups; the run's own is added");
  group.add("--port", request.port, "NUMBER", "Its port").check(CLI::Range(1150, 65535));
  group.add_switch("publicly-accessible", request.publicly_accessible, "With a public address");
  group.add("--network-type", request.network_type, "TYPE", "IPV4 or DUAL");
  group.add("--ca-certificate-identifier", request.ca_certificate_identifier, "ID",
            "The CA of its certificate, as rds-ca-rsa2048-g1");
}

void add_upkeep_overrides(CLI::App& command, plan::Request& request) {
  Overrides group(command, "upkeep");
  // 0 would leave it without a binlog: nothing could replicate from it.
  group
      .add("--backup-retention-period", request.backup_retention_period, "DAYS",
           "How long its backups are kept, 1-35; from the end of setup on")
      .check(CLI::Range(1, 35));
  group.add("--preferred-backup-window", request.preferred_backup_window, "WINDOW", "As 03:00-04:00, UTC");
  group.add("--preferred-maintenance-window", request.preferred_maintenance_window, "WINDOW",
            "As sun:05:00-sun:06:00, UTC");
  group.add_switch("auto-minor-version-upgrade", request.auto_minor_version_upgrade, "AWS may upgrade it");
  group.add_switch("copy-tags-to-snapshot", request.copy_tags_to_snapshot, "Its snapshots get its tags");
  group.add_switch("deletion-protection", request.deletion_protection, "At the end, it can't be deleted by a slip");
}

void add_service_overrides(CLI::App& command, plan::Request& request) {
  Overrides group(command, "services");
  group.add_switch("enable-iam-database-authentication", request.enable_iam_database_authentication,
                   "Accounts may use IAM");
  group.add_list("--enable-cloudwatch-logs-exports", request.enable_cloudwatch_logs_exports, "LOG,LOG",
                 "The logs that CloudWatch gets; \"\" for none");
  group.add("--database-insights-mode", request.database_insights_mode, "MODE", "standard or advanced");
  group.add_switch("enable-performance-insights", request.enable_performance_insights, "With Performance Insights");
  group.add("--performance-insights-kms-key-id", request.performance_insights_kms_key_id, "KEY", "Their key");
  group.add("--performance-insights-retention-period", request.performance_insights_retention_period, "DAYS",
            "How long they are kept");
  group.add("--monitoring-interval", request.monitoring_interval, "SECONDS", "Of enhanced monitoring; 0 for none");
  group.add("--monitoring-role-arn", request.monitoring_role_arn, "ARN", "Its role");
}

void add_overrides(CLI::App& command, plan::Request& request) {
  add_server_overrides(command, request);
  add_storage_overrides(command, request);
  add_network_overrides(command, request);
  add_upkeep_overrides(command, request);
  add_service_overrides(command, request);
}

std::string checks_to_allow() {
  constexpr std::size_t line_max = 65;
  std::string names;
  std::size_t line = 0;
  for (const preflight::Check& check : preflight::all_checks()) {
    if (!check.may_be_allowed) continue;
    const bool fits = line + 2 + check.name.size() <= line_max;
    names += fmt::format("{}{}", names.empty() ? "" : fits ? ", " : ",\n", check.name);
    line = (fits ? line + 2 : 0) + check.name.size();
  }
  return names;
}

void add_work_flags(CLI::App& command, RequestOptions& options) {
  command
      .add_option("--binlog-retention-hours", options.request.binlog_retention_hours,
                  "How long the source keeps its binlogs at least while the run\nlasts, 1-168; never lowered. Default: "
                  "24")
      ->option_text("HOURS")
      ->check(CLI::Range(1, 168))
      ->group(how_it_works);
  command
      .add_option("--jobs", options.jobs,
                  "Sessions that read, and as many that write: 1-64, or auto (the\ndefault): two for each CPU of the "
                  "new instance, then what trying\nfinds best")
      ->option_text("NUMBER|auto")
      ->check(CLI::IsMember({"auto"}) | CLI::Range(1, 64))
      ->group(how_it_works);
  command
      .add_option("--stop-below-free-storage", options.stop_below_free_storage,
                  "Stop, and let the source purge its binlogs, when its volume has\nless free. Else a twentieth of it")
      ->option_text("GIB")
      ->group(how_it_works);
  const auto allow = [&options](const std::vector<std::string>& names) {
    for (const std::string& name : names)
      if (name == "in-use")
        options.allow_in_use = true;
      else
        options.allow.push_back(name);
  };
  command
      .add_option_function<std::vector<std::string>>(
          "--allow", allow,
          fmt::format("Go on although this check refuses; may be repeated. One of:\n{}\nOr in-use: start replication "
                      "again that somebody stopped",
                      checks_to_allow()))
      ->option_text("CHECK")
      ->group(how_it_works);
}

}  // namespace

void add_request_flags(CLI::App& command, RequestOptions& options) {
  command.add_option("--source-instance-id", options.request.source_instance_id, "The instance that serves now")
      ->option_text("ID (required)")
      ->required()
      ->transform(base::lower)
      ->group(which_run);
  add_copied_flags(command, options);
  add_overrides(command, options.request);
  add_work_flags(command, options);
  add_common_flags(command, options.common);
}

plan::Request request_of(const RequestOptions& options, const aws::Account& account, const aws::Instance& source) {
  plan::Request request = options.request;
  request.region = account.client.region();
  request.new_instance_id = options.common.new_instance_id;
  request.master_user_name =
      options.common.master_user_name.empty() ? source.master_username : options.common.master_user_name;
  if (!options.databases.empty()) request.databases = split_list(options.databases);
  if (!options.users.empty()) request.users = split_list(options.users);
  return request;
}

}  // namespace darbe::cli
