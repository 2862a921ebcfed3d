// The run's mark on the source: schema `darbe` with the run record, every value that we change there beside its old
// one, and the marker (PROTOCOL.md, section 1). It is made before the replica is, so that it is in the copy.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "mysql/connection.h"
#include "plan/plan.h"

namespace darbe::plan {

struct RunRecord {
  std::string run_id;
  std::string new_instance_id;
  std::string source_resource_id;  // DbiResourceId of the instance that it was written on
  // What undo must know even where the target, and the journal on it, is gone.
  std::optional<std::string> held_replica_id;     // the operator's, while the run keeps it from replicating
  std::optional<std::string> target_resource_id;  // DbiResourceId
};

// Whether the record was written on another instance than the one with this resource id, and came along when that was
// copied, restored or promoted. Its run has no business here.
bool came_from_another(const RunRecord& record, const std::string& resource_id);
// Whether it is this run's, and was written on its source.
bool is_of(const RunRecord& record, const Plan& plan);
// That a record came from another, of the instance with this name, and what to do about it.
struct Words {
  std::string text, advice;
};
Words words_on_copied_record(const RunRecord& record, const std::string& instance_id, const std::string& resource_id);

// Nothing if the source bears no run's mark. Throws: Error{ambiguous} if it bears more than one.
std::optional<RunRecord> read_run_record(mysql::Connection& source);

// Whether the schema is there as an interrupted write_run_record() leaves it: without a run's line, and with nothing in
// it that is not ours.
bool is_unfinished_run_record(mysql::Connection& source);

// Writes what differs from the record that is there. `told` gets each statement that was executed, here and below.
// Throws: Error{refused} if another run's record is there, or one that came with the copy.
using Told = std::function<void(const std::string& statement)>;
void write_run_record(mysql::Connection& source, const Plan& plan, const std::string& target_resource_id,
                      const Told& told);

// The operator's replica, before it is stopped; nothing once it replicates again, and is nobody's concern. Nothing is
// done where there is no record.
void record_held_replica(mysql::Connection& source, const std::optional<std::string>& replica_id, const Told& told);

// By the source's own clock, which a failover may have set back: never below 0. Requires: the record is there.
base::Seconds age_of_run_record(mysql::Connection& source);

// Remembers a value before it is changed; the first value remembered stays. An absent old value is NULL.
void record_change(mysql::Connection& source, const std::string& name, const std::optional<std::string>& old_value,
                   const std::string& new_value, const Told& told);

// As record_change(), but these values take the place of those that are remembered.
void replace_change(mysql::Connection& source, const std::string& name, const std::optional<std::string>& old_value,
                    const std::string& new_value, const Told& told);

struct Change {
  std::optional<std::string> old_value;
  std::string new_value;
};
std::optional<Change> recorded_change(mysql::Connection& source, const std::string& name);
// Requires: the value is as it was, or somebody else's.
void forget_change(mysql::Connection& source, const std::string& name, const Told& told);

// Drops the schema. Requires: all changes have been taken back, and the record is this run's.
void remove_run_record(mysql::Connection& source, const Told& told);

}  // namespace darbe::plan
