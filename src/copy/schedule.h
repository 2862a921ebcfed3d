// Who copies what next. A lane (a pair of sessions) gets the largest range of keys that nobody has, at first a whole
// table, and keeps to it, stride after stride in key order. When none is left it cuts the largest range that is still
// being copied in two and takes the upper half. So rows come in few long ordered ranges, which leaves the smallest
// tablespace and is the fastest. An index build comes before any stride, while no more than half of the lanes build;
// what the lane that builds had begun is given to the next that is free.
//
// Of a table whose turn has not come the schedule knows its number in the ledger. A few are opened at a time, whatever
// they need is read then, and nothing of a table is kept when it is done.
//
// Lanes have numbers, and only those below a limit work. The limit may change at any time: a lane above it gets nothing
// more, and once what it had taken is committed its ranges are anybody's.
#pragma once

#include <cstddef>
#include <deque>
#include <exception>
#include <limits>
#include <memory>
#include <optional>
#include <stop_token>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "copy/creation.h"
#include "copy/pacing.h"
#include "tables/key.h"
#include "tables/ledger.h"

namespace darbe::copy {

// Tables this small get all keys at creation: one statement more costs more than building keys row by row.
bool gets_keys_at_creation(std::uint64_t bytes_estimated, std::uint64_t chunk_bytes);

// One table of the plan with what its copying needs. Shared by the lanes that work on it.
class TableWork {
 public:
  struct ChunkLimits {
    std::uint64_t bytes = 0;
    std::uint64_t rows = std::numeric_limits<std::uint64_t>::max();
  };
  // `copied` is what the ledger has of it.
  TableWork(tables::Table shape, tables::PlannedTable planned, const tables::Totals& copied, tables::Progress& progress,
            const ChunkLimits& limits);

  const tables::Table& shape() const { return shape_; }
  const tables::KeyReader& key() const { return key_; }
  const tables::PlannedTable& planned() const { return planned_; }
  tables::TableProgress& progress() { return progress_; }
  bool has_keys_from_the_start() const { return is_small_; }
  std::uint64_t chunk_rows_max() const { return chunk_rows_max_; }

  // SHOW CREATE TABLE of the frozen replica, read once.
  const tables::CreateStatement& statement(mysql::Connection& frozen) EXCLUDES(mutex_);
  // Creates the table unless a lane has. Throws: Error{refused} if it has rows and `may_have_rows` is false.
  // Requires: statement() has been called.
  void create(mysql::Connection& target, bool may_have_rows) EXCLUDES(mutex_);
  // Adds the secondary keys that are missing. Requires: statement() has been called.
  void build_indexes(mysql::Connection& target) EXCLUDES(mutex_);
  // Rows are on the target, or on their way; and those that were not kept there.
  void note_copied(const tables::Totals& totals);
  void note_lost(const tables::Totals& totals);
  // Nothing is left to do. Requires: progress() is not used any more.
  void note_done();

 private:
  const tables::Table shape_;
  const tables::KeyReader key_;
  const tables::PlannedTable planned_;
  tables::Progress& all_;
  tables::TableProgress& progress_;
  const bool is_small_;
  const std::uint64_t chunk_rows_max_;
  base::Mutex mutex_;
  std::optional<tables::CreateStatement> statement_ GUARDED_BY(mutex_);
  bool created_ GUARDED_BY(mutex_) = false;
};

// One of a table's ranges or, without one, its index builds. Both numbers are the schedule's own, and are another
// table's or range's once this one is done.
struct Work {
  std::size_t table = 0;
  std::optional<std::size_t> range;
};

// Read on in a range. `rest` is all of it that was not read yet; its sequence is the next chunk's.
struct Stride {
  Work work;
  tables::Chunk rest;
  std::uint64_t rows_max = 0;  // 0: all of it
};

// Find a key in the middle of a range's rest, and write it to the ledger as the beginning of `upper`.
struct Cut {
  Work work;
  tables::Chunk rest;
  std::uint64_t rows = 0;  // that it may have
  unsigned upper = 0;      // the new range's number in the ledger
};

struct Build {
  Work work;
};

// Read what these tables of the ledger need, so that their ranges can be given out.
struct Open {
  std::vector<unsigned> table_ids;
};

// Nothing of the copy; these tables of the ledger have become whole since the last one was given out.
struct Meanwhile {
  std::vector<unsigned> table_ids;
};

using Task = std::variant<Stride, Cut, Build, Open, Meanwhile>;

class Schedule {
 public:
  struct Range {
    tables::Chunk keys;
    std::optional<tables::LedgerLine> last_line;  // of what is committed already
  };
  struct Todo {
    std::unique_ptr<TableWork> table;
    std::vector<Range> ranges;
    bool indexes = false;        // secondary keys are missing, or will be
    bool partly_copied = false;  // the ledger knows chunks of it
  };
  // `table_ids` in the order in which they are to be opened: the largest first, but what an earlier command had begun
  // before all others. The lanes below `lanes` work, until set_lanes() is called. `with_meanwhile`: who would wait for
  // others' builds is given Meanwhile.
  Schedule(std::vector<unsigned> table_ids, unsigned lanes, std::uint64_t chunk_bytes, bool with_meanwhile = false);

  // Waits until the lane is to work. False once all is done, and after a stop. What the lane had begun is given to
  // others while it waits. Requires: the lane has no sessions, and all that it took is committed or settled. Throws:
  // what abort() was given.
  bool wait_for_turn(unsigned lane, const std::stop_token& stop) EXCLUDES(mutex_);
  // Waits while there may be more to do later. Nothing once all is done, after a stop, and for a lane above the limit.
  // Throws: what abort() was given.
  std::optional<Task> take(unsigned lane, const std::stop_token& stop) EXCLUDES(mutex_);

  // The tables of an Open. Those of which nothing is to be done are done.
  void note_opened(std::vector<Todo> tables) EXCLUDES(mutex_);
  void give_back(const Open& open) EXCLUDES(mutex_);
  // A stride was read; `end` is its last chunk.
  void note_read(const Work& work, const tables::Chunk& end, const tables::Totals& totals) EXCLUDES(mutex_);
  // A chunk is committed on the target; its rows were noted as copied.
  void note_committed(const Work& work, const tables::LedgerLine& line) EXCLUDES(mutex_);
  // The ledger has the new range; or there is no key to cut at.
  void note_cut(const Cut& cut, const tables::Key& middle, unsigned lane) EXCLUDES(mutex_);
  void note_no_middle(const Cut& cut) EXCLUDES(mutex_);
  // The lane's build begins. Others may go on with the ranges it had begun, which else would wait for it. Requires: all
  // that it took of them is committed.
  void note_building(unsigned lane) EXCLUDES(mutex_);
  void note_built(const Work& work) EXCLUDES(mutex_);
  // A piece of a Meanwhile is done. Without `more` there is nothing to do until another table is whole.
  void note_meanwhile(bool more) EXCLUDES(mutex_);

  // After a lane's sessions are lost, and both of its ends: the ranges whose last chunk may or may not be committed,
  // what the ledger says of each, and a build or a cut that was not done.
  struct Unsettled {
    Work work;
    unsigned range = 0;  // its number in the ledger
  };
  std::vector<Unsettled> unsettled(unsigned lane) EXCLUDES(mutex_);
  void settle(const Work& work, const std::optional<tables::LedgerLine>& last_line) EXCLUDES(mutex_);
  void give_back(const Build& build) EXCLUDES(mutex_);
  void give_back(const Cut& cut) EXCLUDES(mutex_);

  void abort(std::exception_ptr error) EXCLUDES(mutex_);

  void set_lanes(unsigned lanes) EXCLUDES(mutex_);
  // How the copy goes now.
  Pulse pulse() const EXCLUDES(mutex_);
  // Returns after a while; at once when all is done (false), or after a stop or an abort (false).
  bool wait_while_busy(base::Clock::duration a_while, const std::stop_token& stop) EXCLUDES(mutex_);

  // Requires: a task of this work is not done. The table stays where it is until then.
  TableWork& table(const Work& work) const EXCLUDES(mutex_);
  bool may_have_rows(const Work& work) const EXCLUDES(mutex_);

 private:
  struct RangeState {
    bool used = false;  // else its place is free
    std::size_t table = 0;
    tables::Chunk keys;                // the whole range
    std::optional<tables::Key> until;  // read so far
    unsigned read = 0;                 // chunks
    unsigned committed = 0;
    std::uint64_t bytes_left = 0;  // an estimate
    std::optional<unsigned> lane;
    std::optional<unsigned> cutter;  // a lane that waits to cut it, or does
    bool reading = false;
    bool can_be_cut = false;  // in two, as far as is known
    bool read_all = false;
    bool done = false;
  };
  struct TableState {
    std::unique_ptr<TableWork> work;  // none: its place is free
    bool partly_copied = false;
    std::size_t ranges = 0;       // that have a place
    std::size_t ranges_left = 0;  // that are not done
    unsigned next_range = 0;      // number in the ledger
    bool indexes = false;
    bool done = false;
    tables::Totals read;
  };

  void add(Todo todo) REQUIRES(mutex_);
  std::size_t add_range(std::size_t table, const Range& range, std::uint64_t bytes) REQUIRES(mutex_);
  std::optional<Task> choose(unsigned lane) REQUIRES(mutex_);
  std::optional<Task> choose_open() REQUIRES(mutex_);
  std::optional<Task> choose_build(std::size_t builds_max) REQUIRES(mutex_);
  std::optional<Task> choose_stride(unsigned lane) REQUIRES(mutex_);
  static bool comes_before(const RangeState& one, const RangeState& other);
  std::optional<Task> choose_cut(unsigned lane) REQUIRES(mutex_);
  std::optional<Task> choose_meanwhile() REQUIRES(mutex_);
  bool has_a_range(unsigned lane) const REQUIRES(mutex_);
  std::uint64_t row_bytes(std::size_t table) const REQUIRES(mutex_);
  tables::Chunk rest_of(const RangeState& range) const REQUIRES(mutex_);
  void set_committed(RangeState& range, const tables::LedgerLine& line) REQUIRES(mutex_);
  void finish_rows(std::size_t table) REQUIRES(mutex_);
  void finish_table(std::size_t table) REQUIRES(mutex_);
  void free_range(RangeState& range) REQUIRES(mutex_);
  void free_table_if_unused(std::size_t table) REQUIRES(mutex_);
  TableWork& work_of(std::size_t table) const REQUIRES(mutex_) { return *tables_[table].work; }
  void wake_all() EXCLUDES(mutex_);
  void tell_lanes() REQUIRES(mutex_);
  void tell_all() REQUIRES(mutex_);
  void drop_wish_to_cut(unsigned lane) REQUIRES(mutex_);
  void release_ranges(unsigned lane) REQUIRES(mutex_);
  bool is_all_done() const REQUIRES(mutex_);

  const std::uint64_t chunk_bytes_;
  const bool with_meanwhile_;

  mutable base::Mutex mutex_;
  base::Condition changed_;                           // lanes at work wait here
  base::Condition turn_;                              // lanes that wait for their turn, and who paces them
  std::vector<unsigned> waiting_ GUARDED_BY(mutex_);  // to be opened, the last one first
  bool opening_ GUARDED_BY(mutex_) = false;
  std::vector<TableState> tables_ GUARDED_BY(mutex_);  // places, which are used again
  std::vector<RangeState> ranges_ GUARDED_BY(mutex_);  // likewise
  std::deque<std::size_t> builds_ GUARDED_BY(mutex_);
  std::size_t building_ GUARDED_BY(mutex_) = 0;
  std::uint64_t building_bytes_ GUARDED_BY(mutex_) = 0;  // of the indexes of those tables
  std::vector<unsigned> whole_ GUARDED_BY(mutex_);       // tables that no Meanwhile has told yet
  bool meanwhile_more_ GUARDED_BY(mutex_) = false;       // of those that were told
  unsigned lanes_ GUARDED_BY(mutex_);
  std::uint64_t bytes_committed_ GUARDED_BY(mutex_) = 0;
  std::uint64_t chunks_committed_ GUARDED_BY(mutex_) = 0;
  std::size_t ranges_left_ GUARDED_BY(mutex_) = 0;
  std::exception_ptr error_ GUARDED_BY(mutex_);
};

}  // namespace darbe::copy
