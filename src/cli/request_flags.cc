#include "cli/request_flags.h"

#include <CLI/CLI.hpp>

namespace darbe::cli {

namespace {

void add_copied_flags(CLI::App& command, RequestOptions& options) {
  constexpr const char* group = "What is copied";
  command.add_option("--databases", options.databases, "Only these databases. Else all but the system's")
      ->option_text("NAME,NAME")
      ->group(group);
  command
      .add_option(
          "--users", options.users,
          "Only these users, and the definers that what is copied needs.\nElse all but the server's and RDS's own")
      ->option_text("NAME,NAME")
      ->group(group);
  command
      .add_option("--replica-instance-id", options.request.replica_instance_id,
                  "Your own read replica of the source, to be stopped and read.\nElse one is made for the run and "
                  "deleted again")
      ->option_text("ID")
      ->group(group);
}

void add_differences(CLI::App& command, plan::Request& request) {
  constexpr const char* group = "What the new instance has otherwise than the source";
  const auto add = [&](const char* name, auto& value, const char* text, const char* what) {
    command.add_option(name, value, what)->option_text(text)->group(group);
  };
  add("--availability-zone", request.availability_zone, "ZONE", "Its availability zone");
  add("--db-instance-class", request.db_instance_class, "CLASS", "Its class, as db.r6g.large");
  add("--engine-version", request.engine_version, "VERSION", "The source's series or the next one");
  add("--parameter-group", request.parameter_group, "NAME",
      "The group whose values its own group gets. Else the source's");
  add("--option-group", request.option_group, "NAME", "Its option group");
  add("--allocated-storage", request.allocated_storage_gib, "GIB", "Its volume; may be less than the source's");
  add("--iops", request.iops, "NUMBER", "Its provisioned IOPS");
}

}  // namespace

void add_request_flags(CLI::App& command, RequestOptions& options) {
  command.add_option("--source-instance-id", options.request.source_instance_id, "The instance that serves now")
      ->option_text("ID (required)")
      ->required()
      ->group(which_run);
  add_copied_flags(command, options);
  add_differences(command, options.request);
  command
      .add_option("--binlog-retention-hours", options.request.binlog_retention_hours,
                  "How long the source keeps its binlogs at least while the run\nlasts, 1-168; never lowered. Default: "
                  "24")
      ->option_text("HOURS")
      ->check(CLI::Range(1, 168))
      ->group(how_it_works);
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
