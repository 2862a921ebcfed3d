// How far copy and verify are, for somebody who looks on from another thread. Tables are known one by one while they
// are worked on; those before and after, of which there may be ten thousand, as sums.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "tables/table.h"

namespace darbe::tables {

// rows_copied: its indexes wait to be built.
enum class Phase { waiting, copying, rows_copied, building_indexes, copied, verifying, verified };
std::string name_of(Phase phase);

// What is known of a table, or of several together, before work on it begins.
struct Amount {
  std::uint64_t tables = 0;
  std::uint64_t rows_estimated = 0;
  std::uint64_t bytes_estimated = 0;
  std::uint64_t index_bytes = 0;  // of the secondary indexes that are built after the rows; an estimate
  std::uint64_t rows = 0;         // committed by an earlier command; while verifying: verified
  std::uint64_t bytes = 0;

  Amount& operator+=(const Amount& other);
  // What is more than there is leaves nothing.
  Amount& operator-=(const Amount& other);
};

// One table's counters: written by the threads that work on it, read by anybody. Relaxed order is enough: a reader
// wants a recent number, not one that agrees with its neighbours.
struct TableProgress {
  TableName name;
  std::uint64_t rows_estimated = 0;
  std::uint64_t bytes_estimated = 0;
  std::atomic<std::uint64_t> index_bytes = 0;
  std::atomic<std::uint64_t> rows = 0;
  std::atomic<std::uint64_t> bytes = 0;
  std::atomic<Phase> phase = Phase::waiting;
};

class Progress {
 public:
  struct Row {
    TableName name;
    std::uint64_t rows_estimated = 0;
    std::uint64_t bytes_estimated = 0;
    std::uint64_t index_bytes = 0;
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    Phase phase = Phase::waiting;
  };
  struct Snapshot {
    bool verifies = false;
    Amount waiting;
    std::vector<Row> at_work;
    Amount done;  // their bytes are all there are; without index bytes
    std::uint64_t bytes_verified_ahead = 0;
  };
  enum class Stage { copy, verify };

  // Begins anew: all that is to be done waits.
  void start(Stage stage, const Amount& all) EXCLUDES(mutex_);
  // A table's turn has come; `table` is its part of what waits. The counters stay where they are until done().
  TableProgress& begin(const TableName& name, const Amount& table) EXCLUDES(mutex_);
  // Nothing more is done to the table. Requires: nobody else uses its counters any more.
  void done(TableProgress& table) EXCLUDES(mutex_);

  // While copying: so much of what is copied is verified already.
  void note_verified_ahead(std::uint64_t bytes) EXCLUDES(mutex_);

  // What it is now. Any thread, any time.
  Snapshot snapshot() const EXCLUDES(mutex_);

 private:
  mutable base::Mutex mutex_;
  Stage stage_ GUARDED_BY(mutex_) = Stage::copy;
  Amount waiting_ GUARDED_BY(mutex_);
  Amount done_ GUARDED_BY(mutex_);
  std::uint64_t bytes_verified_ahead_ GUARDED_BY(mutex_) = 0;
  std::list<TableProgress> at_work_ GUARDED_BY(mutex_);  // a list, for its elements stay where they are
};

}  // namespace darbe::tables
