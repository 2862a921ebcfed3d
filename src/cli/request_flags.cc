#include "cli/request_flags.h"

#include <CLI/CLI.hpp>

namespace darbe::cli {

void add_request_flags(CLI::App& command, RequestOptions& options) {
  add_common_flags(command, options.common);
  plan::Request& request = options.request;
  command.add_option("--source-instance-id", request.source_instance_id, "The instance that serves now")->required();
  command.add_option("--databases", options.databases,
                     "Copy only these, separated by commas (else all but the system's)");
  command.add_option("--users", options.users,
                     "Copy only these users, separated by commas (else all but the server's and RDS's own)");
  command.add_option("--replica-instance-id", request.replica_instance_id,
                     "An own read replica to copy from, instead of one made for the run");
  command.add_option("--availability-zone", request.availability_zone, "Unlike the source's: zone");
  command.add_option("--db-instance-class", request.db_instance_class, "Unlike the source's: class");
  command.add_option("--engine-version", request.engine_version, "Unlike the source's: version");
  command.add_option("--parameter-group", request.parameter_group,
                     "Unlike the source's: the group whose values the new instance's own group gets");
  command.add_option("--option-group", request.option_group, "Unlike the source's: option group");
  command.add_option("--allocated-storage", request.allocated_storage_gib, "Unlike the source's: GiB; may be less");
  command.add_option("--iops", request.iops, "Unlike the source's: provisioned IOPS");
  command
      .add_option("--binlog-retention-hours", request.binlog_retention_hours,
                  "The source keeps its binlogs at least so long while the run lasts (1-168; 24 if not given; "
                  "never lowered)")
      ->check(CLI::Range(1, 168));
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
