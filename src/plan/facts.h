// What the run has learnt on its way. Each field is written by the one step that its comment names, and journalled
// then.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace darbe::plan {

// Where the frozen replica stands, and what would change if it moved.
struct FrozenAt {
  std::string file;  // the source's binlog file
  std::uint64_t position = 0;
  std::string gtid_executed;   // the flavor's form; may be empty
  std::string server_started;  // the replica's start time
  // When the source wrote what comes next, at the earliest; seconds since the epoch.
  std::int64_t not_before = 0;
  bool operator==(const FrozenAt&) const = default;
};

struct Facts {
  std::optional<std::string> target_resource_id;   // Provision
  std::optional<std::string> replica_resource_id;  // Provision
  std::optional<std::string> security_group_id;    // Provision
  std::optional<unsigned> retention_hours_before;  // Provision: the source's, if it was raised; 0 is NULL
  std::optional<FrozenAt> frozen;                  // Freeze
  // Freeze: object -> digest, as of the coordinates. Of a server with many it is large: the journal has a table for it.
  std::map<std::string, std::string> source_schema;
  std::vector<std::string> accounts_not_as_source;    // Accounts: sentences for the report
  std::map<std::string, std::uint64_t> bytes_before;  // Copy: tablespace bytes on the frozen replica, per database
  std::uint64_t rows = 0;                             // Copy
  std::uint64_t bytes = 0;                            // Copy: column values
  std::uint64_t tables = 0;                           // Copy
  std::vector<std::string> copy_not_as_source;        // Copy: sentences for the report
  std::uint64_t chunks_equal = 0;                     // Verify
  std::vector<std::string> not_proven;                // Verify: tables that no digest can prove
  std::vector<std::string> objects_not_as_source;     // Objects
  std::map<std::string, std::string> events_enabled_on_source;  // Objects: event -> status there
  bool replication_begun = false;             // Replicate: it was started, so something may have been applied
  std::optional<std::string> target_started;  // Replicate, CatchUp, Settle: the target's start time (steps/following.h)
  std::optional<std::string> caught_up_at;    // CatchUp: "file:position"
  bool replica_released = false;              // CatchUp: the frozen replica was given up on purpose

  bool operator==(const Facts&) const = default;
};

// But for the source's schema.
std::string to_json(const Facts& facts);
// Throws: Error{failed}.
Facts facts_from_json(const std::string& text);

}  // namespace darbe::plan
