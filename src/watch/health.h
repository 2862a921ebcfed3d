// What was seen of a run's servers at one moment, and whether a person is needed. Pure: who looks is steps/observe.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "replication/binlogs.h"
#include "replication/status.h"
#include "watch/lag.h"
#include "watch/storage.h"

namespace darbe::watch {

struct SeenInstance {
  std::string role;  // source | target | replica
  std::string id;
  std::string status;                // AWS's word
  std::string maintenance_window{};  // as AWS has it, in UTC
  std::string backup_window{};       // empty without backups
};

// Which of the run's promises are given, so that their breach is news.
struct Promised {
  bool follows = false;  // Replicate is done
  bool caught_up = false;
  bool settled = false;
  bool serves = false;  // the application writes there: it owes the source nothing any more
};

// The binlogs that the source keeps, and the one that is needed next.
struct KeptBinlogs {
  replication::Binlogs files;
  std::optional<unsigned> retention_hours;         // nothing: deleted as soon as RDS itself doesn't need them
  std::optional<replication::Coordinates> needed;  // applied up to here; before Replicate, the frozen coordinates
  // The source stood at `needed` this long ago at most; nothing where that can't be known.
  std::optional<base::Seconds> needed_age;
};

struct Observation {
  std::chrono::system_clock::time_point at;
  Promised promised;
  std::vector<SeenInstance> instances;
  std::optional<replication::ReplicaStatus> replication;  // of the target
  std::string filter;                                     // that its replication must have, and no other; or empty
  std::optional<replication::Coordinates> source_at;
  Lag lag;
  KeptBinlogs kept;
  Storage source_storage;
  Storage target_storage;
  std::vector<std::string> schema_changes;  // of the source, since the freeze; sentences
  std::vector<std::string> attention;       // what replication doesn't bring; sentences
  std::vector<std::string> strangers;       // what else the run's group lets in to the source; sentences
  std::string restart;                      // of the target, that may have been a crash; a sentence, or empty
  // Of the source's binlogs, before the run raised it; 0: none. Nothing where the run did not, or nobody knows.
  std::optional<unsigned> retention_hours_before;
  bool has_journal = true;
  bool at_work = true;  // a darbe holds the run's lock, or that was not looked at
  std::string trouble;  // why a server could not be looked at; empty if all were
};

constexpr const char* advice_on_restart =
    "If it crashed, give the run up with `darbe undo`, and begin again. If it did not, the setup command takes note.";

enum class Concern { look, work, instance, replication, late, purge, disk, schema, strangers };
std::string_view name_of(Concern concern);
const std::vector<Concern>& all_concerns();

struct Reason {
  Concern concern;
  std::string text;
  std::string advice;  // what a person can do; a sentence of its own
  bool operator==(const Reason&) const = default;
};

// Distance to purge of what is needed next.
struct Distance {
  bool gone = false;                 // the needed file isn't there any more
  std::size_t files = 0;             // older ones, which go first
  std::optional<double> hours_left;  // at least; nothing where that can't be known
};
// Nothing while nothing is needed or the source doesn't tell.
std::optional<Distance> distance_to_purge(const KeptBinlogs& kept);

// That a purge is near or was, if it is or was.
std::optional<Reason> purge_reason(const KeptBinlogs& kept);

// Empty: healthy.
std::vector<Reason> reasons(const Observation& seen);
// The same, and those of the look before that this one, which met trouble, could not look into: they stand until a look
// tells otherwise.
std::vector<Reason> reasons_after(const std::vector<Reason>& before, const Observation& seen);

}  // namespace darbe::watch
