// Copies every base table of a plan from the frozen replica to the target: creates databases and tables, streams the
// rows through LOAD DATA LOCAL in chunks that commit with their ledger line, builds the secondary indexes. May be
// stopped or killed anywhere and called again: what the ledger on the target says is copied is not copied twice.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"
#include "copy/pacing.h"
#include "mysql/connection.h"
#include "tables/chunk.h"
#include "tables/ledger.h"
#include "tables/progress.h"
#include "tables/table.h"

namespace darbe::copy {

using tables::Progress;

struct Options {
  mysql::ConnectOptions frozen{};
  mysql::ConnectOptions target{};
  std::vector<std::string> databases{};  // empty: all but the server's own; `darbe` always
  unsigned jobs = 4;                     // lanes to begin with: pairs of sessions, one on each side
  Pacing pacing{};                       // whether there are more or fewer later
  // Called on the frozen replica's session after each connect, and after each answer was read, before the last chunk of
  // it is committed. Throws if the replica has moved since it was frozen. May be empty. Called from several threads.
  std::function<void(mysql::Connection&)> still_frozen{};
  // What a lane that finds nothing to copy or to build does while others build the last indexes: a second's worth of
  // work on tables that are whole. It is given those that became whole since it was last asked, and returns whether
  // there is more to do; a stop ends it at once. May be empty. Called from several threads.
  std::function<bool(const std::vector<unsigned>& table_ids, std::stop_token stop)> meanwhile{};
  // For the brakes of `pacing_for`: what the target's volume holds (0: unknown), and the processors of the server that
  // is read where others read it too (0: nobody else does).
  std::uint64_t target_volume_bytes = 0;
  unsigned shared_cpus = 0;
  // A stop that does not wait for the chunks at hand: nothing may be written any more.
  std::stop_token at_once{};
  // 32 MiB keeps a crash's loss and a transaction's undo small; larger ones were no faster.
  std::uint64_t chunk_bytes = 32ULL << 20;
};

struct Outcome {
  std::uint64_t tables = 0;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;                   // of the rows' values
  std::vector<std::string> not_as_source{};  // sentences: options that the target refused, and kin
  bool left_out_of_binlog = false;           // the target's session could be
};

// The target's server began anew under a copy. With its host's crash go commits that were not on its disk yet: what the
// copy remembers may not be true any more, only what the ledger says.
class TargetRestarted : public base::Error {
 public:
  TargetRestarted()
      : Error(base::Kind::failed, "the target was restarted while it was copied to",
              "Run the same command again: it goes on with what the target's ledger has.") {}
};

// Returns when all rows are committed, on the target's disk, and all indexes built.
// A stop lets the chunks at hand be committed and ends all else at once.
// Throws: Error{failed} naming table, chunk and column when the target does not take a row as it is; Error{refused} if
// a table of the plan holds rows on the target that no ledger line knows; TargetRestarted, and nothing was written
// since; ServerError; Error{interrupted}.
Outcome run(const Options& options, Progress& progress, std::stop_token stop);

// Does `copy`, and once more after each TargetRestarted, some times.
Outcome through_restarts(const std::function<Outcome()>& copy);

// What is there, by the servers' own catalogs and the ledger; changes nothing.
enum class State { absent, partial, done };
State state(const Options& options, std::stop_token stop);

// Copies one chunk once more, in one transaction that first deletes its rows on the target. Returns what was read.
// Throws: Error{failed} if the ledger has no line of it.
tables::Totals copy_again(const Options& options, const tables::Table& table, const tables::PlannedTable& planned,
                          const tables::Chunk& chunk, std::stop_token stop);

// Takes back what run() made: drops the tables of the plan and forgets the ledger. For a frozen replica that moved, and
// for undo. Databases stay. May be called again.
void discard(const mysql::ConnectOptions& target, std::stop_token stop);

}  // namespace darbe::copy
