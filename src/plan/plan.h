// What the operator asked for and what follows from it. Written to the journal by Provision and never changed again:
// the same command on any machine goes on with it, another command is refused.
#pragma once

#include <optional>
#include <string>
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

  // What shall differ from the source.
  std::optional<std::string> availability_zone;
  std::optional<std::string> db_instance_class;
  std::optional<std::string> engine_version;
  std::optional<std::string> parameter_group;
  std::optional<std::string> option_group;
  std::optional<unsigned> allocated_storage_gib;
  std::optional<unsigned> iops;
  std::optional<unsigned> binlog_retention_hours;

  bool operator==(const Request&) const = default;
};

// One sentence for each thing in which `now` differs from `then`; empty if they are the same.
std::vector<std::string> differences(const Request& then, const Request& now);

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
inline constexpr const char* tag_phase = "darbe:phase";
inline constexpr const char* phase_building = "building";

}  // namespace darbe::plan
