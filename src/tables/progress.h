// How far copy and verify are, table by table, for somebody who looks on from another thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "tables/ledger.h"

namespace darbe::tables {

// rows_copied: its indexes wait to be built.
enum class Phase { waiting, copying, rows_copied, building_indexes, copied, verifying, verified };
std::string name_of(Phase phase);

// One table's counters: written by the threads that work on it, read by anybody. Relaxed order is enough: a reader
// wants a recent number, not one that agrees with its neighbours.
struct TableProgress {
  TableName name;
  std::atomic<std::uint64_t> rows_estimated = 0;
  std::atomic<std::uint64_t> bytes_estimated = 0;
  std::atomic<std::uint64_t> index_bytes = 0;  // of the secondary indexes that are built after the rows; an estimate
  std::atomic<std::uint64_t> rows = 0;         // committed; while verifying: verified
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

  // Begins anew with the tables of a plan. The TableProgress of the i-th planned table is table(i).
  void start(const std::vector<PlannedTable>& plan) EXCLUDES(mutex_);
  TableProgress& table(std::size_t index) EXCLUDES(mutex_);

  // What it is now. Any thread, any time.
  std::vector<Row> rows() const EXCLUDES(mutex_);

 private:
  mutable base::Mutex mutex_;
  std::deque<TableProgress> tables_ GUARDED_BY(mutex_);  // a deque, for its elements stay where they are
};

}  // namespace darbe::tables
