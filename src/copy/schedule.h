// Who copies what next. A lane (a pair of sessions) gets the largest table that nobody has begun and keeps to it, chunk
// after chunk in key order; when no table is left it takes over the upper half of the longest range still to do. So
// rows come in few long ordered ranges, which leaves the smallest tablespace and is the fastest. An index build comes
// before any chunk.
#pragma once

#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/mutex.h"
#include "copy/creation.h"
#include "tables/ledger.h"

namespace darbe::copy {

// One table of the plan with what its copying needs. Shared by the lanes that work on it.
class TableWork {
 public:
  TableWork(tables::Table shape, tables::PlannedTable planned, tables::TableProgress& progress)
      : shape_(std::move(shape)), planned_(std::move(planned)), progress_(progress) {}

  const tables::Table& shape() const { return shape_; }
  const tables::PlannedTable& planned() const { return planned_; }
  tables::TableProgress& progress() { return progress_; }
  // Tables this small get all keys at creation: one statement more costs more than building keys row by row.
  bool has_keys_from_the_start() const;

  // SHOW CREATE TABLE of the frozen replica, read once.
  const tables::CreateStatement& statement(mysql::Connection& frozen) EXCLUDES(mutex_);
  // Creates the table unless a lane has. Throws: Error{refused} if it has rows and `may_have_rows` is false.
  // Requires: statement() has been called.
  void create(mysql::Connection& target, bool may_have_rows) EXCLUDES(mutex_);
  // Adds the secondary keys that are missing. Requires: statement() has been called.
  void build_indexes(mysql::Connection& target) EXCLUDES(mutex_);
  // A chunk is committed on the target.
  void note_copied(const tables::Totals& totals);

 private:
  const tables::Table shape_;
  const tables::PlannedTable planned_;
  tables::TableProgress& progress_;
  base::Mutex mutex_;
  std::optional<tables::CreateStatement> statement_ GUARDED_BY(mutex_);
  bool created_ GUARDED_BY(mutex_) = false;
};

// A chunk to copy or, without one, the table's indexes to build.
struct Work {
  std::size_t table = 0;
  std::optional<std::size_t> chunk;  // index into planned().chunks
};

class Schedule {
 public:
  struct Todo {
    std::unique_ptr<TableWork> table;
    std::vector<std::size_t> chunks;  // those without a ledger line, in order
    bool indexes = false;             // secondary keys are missing, or will be
    bool partly_copied = false;       // the ledger knows chunks of it
  };
  Schedule(std::vector<Todo> todo, unsigned lanes);

  // Waits while others may still give something back. Nothing once all is done, and after a stop. Throws: what abort()
  // was given.
  std::optional<Work> take(unsigned lane, const std::stop_token& stop) EXCLUDES(mutex_);
  void done(const Work& work) EXCLUDES(mutex_);
  // The work was not done: somebody else may.
  void give_back(const Work& work) EXCLUDES(mutex_);
  void abort(std::exception_ptr error) EXCLUDES(mutex_);

  TableWork& table(const Work& work) const { return *tables_.at(work.table); }
  bool may_have_rows(const Work& work) const { return partly_copied_.at(work.table); }

 private:
  // Chunks [next, end) of a table's list, for one lane to take in order.
  struct Range {
    std::size_t table = 0;
    std::size_t next = 0;
    std::size_t end = 0;
    std::size_t size() const { return end - next; }
  };

  std::optional<Work> choose(unsigned lane) REQUIRES(mutex_);
  void begin_table(unsigned lane) REQUIRES(mutex_);
  void take_over_half(unsigned lane) REQUIRES(mutex_);
  void finish_rows(std::size_t table) REQUIRES(mutex_);

  std::vector<std::unique_ptr<TableWork>> tables_;
  std::vector<std::vector<std::size_t>> chunks_;
  std::vector<bool> partly_copied_;

  base::Mutex mutex_;
  base::Condition changed_;
  std::vector<std::size_t> chunks_left_ GUARDED_BY(mutex_);  // by table: not committed yet
  std::vector<bool> indexes_ GUARDED_BY(mutex_);             // by table: to be built after the rows
  std::deque<std::size_t> untouched_ GUARDED_BY(mutex_);     // tables, the largest first
  std::vector<Range> ranges_ GUARDED_BY(mutex_);             // by lane
  std::deque<Work> returned_ GUARDED_BY(mutex_);
  std::deque<std::size_t> builds_ GUARDED_BY(mutex_);
  std::size_t outstanding_ GUARDED_BY(mutex_) = 0;
  std::exception_ptr error_ GUARDED_BY(mutex_);
};

}  // namespace darbe::copy
