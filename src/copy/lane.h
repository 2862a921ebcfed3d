// A lane: one session that reads chunks from the frozen replica and one that writes them to the target, with a short
// queue of LOAD DATA text between them. reader.cc and writer.cc are its two ends; pipeline.cc runs them.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/queue.h"
#include "copy/copy.h"
#include "copy/creation.h"
#include "copy/schedule.h"
#include "tables/rows.h"

namespace darbe::copy {

// What goes through the queue: a chunk's beginning; its text in pieces, each with the rows that have come since the one
// before; its end with all that was read, or the large row that ends its reading; an index build; a cut with the new
// range.
struct Block {
  enum class Kind { begin, text, end, large_row, build, cut } kind = Kind::text;
  Work work{};
  tables::Chunk chunk{};  // where it ends is known at its end
  std::string text{};
  tables::Totals totals{};
};

struct Lane {
  unsigned number = 0;
  std::stop_token leave;  // nothing more is taken, and what was taken is committed
  std::stop_source cut;   // ends what the lane's sessions do, at once
  // Four blocks on the way are enough for neither side to wait for the other's next system call.
  base::Queue<Block> blocks{{.items = 64, .bytes = 2 << 20}};
  // The reader opens no SELECT while an index is built, or the server would hold its rows back for hours; nor before a
  // cut is in the ledger.
  base::Queue<bool> answers{{.items = 1, .bytes = 0}};

  // Runs what need not be finished when the operator asks to leave.
  template <typename Work>
  auto unless_leaving(const Work& work) {
    const std::stop_callback no_waiting(leave, [this] { cut.request_stop(); });
    return work();
  }
};

// What a lane must remember when its sessions are lost, besides its ranges, which the schedule knows.
struct LaneMemory {
  base::Mutex mutex;
  std::optional<Build> build GUARDED_BY(mutex);         // taken, and not known to be done
  std::optional<Cut> cut GUARDED_BY(mutex);             // likewise
  std::optional<tables::Key> middle GUARDED_BY(mutex);  // where it cuts, once that is found
  bool large_row = false;                // the first stride meets one; looked at and set between two lives of the lane
  std::optional<std::uint64_t> session;  // the writer's, on the target; used by the lane's own thread only
};

// What all lanes work on.
struct Job {
  const Options& options;
  Schedule& schedule;
  Progress& progress;
  const FirstSession& first_session;
};

// Reads what the schedule gives until there is no more. Throws: what the sessions and `still_frozen` throw.
void read_lane(const Job& job, Lane& lane, LaneMemory& memory, std::stop_token stop);

// Writes what comes through the queue. Counts its commits, for when it throws.
void write_lane(Schedule& schedule, Lane& lane, LaneMemory& memory, mysql::Connection& target, unsigned& commits);

// The two ends for a single chunk, whose rows are deleted on the target first.
enum class RowSize { small, any };
void read_again(const Options& options, TableWork& table, const tables::Chunk& chunk, RowSize size, Lane& lane,
                std::stop_token stop);
tables::Totals write_again(TableWork& table, Lane& lane, mysql::Connection& target);

// LOAD DATA's counts. Throws: Error{failed} if `info` is not such a text.
struct LoadCounts {
  std::uint64_t records = 0;
  std::uint64_t deleted = 0;
  std::uint64_t skipped = 0;
  std::uint64_t warnings = 0;
};
LoadCounts parse_load_info(const std::string& info);

// "LOAD DATA LOCAL INFILE … (columns) SET …" for a table's stored columns.
std::string load_statement(const tables::Table& table);

}  // namespace darbe::copy
