#include "tables/progress.h"

namespace darbe::tables {

std::string name_of(Phase phase) {
  switch (phase) {
    case Phase::waiting:
      return "waiting";
    case Phase::copying:
      return "copying";
    case Phase::rows_copied:
      return "rows copied";
    case Phase::building_indexes:
      return "building indexes";
    case Phase::copied:
      return "copied";
    case Phase::verifying:
      return "verifying";
    case Phase::verified:
      return "verified";
  }
  return "waiting";
}

void Progress::start(const std::vector<PlannedTable>& plan) {
  base::MutexLock lock(mutex_);
  tables_.clear();
  for (const PlannedTable& planned : plan) {
    TableProgress& table = tables_.emplace_back();
    table.name = planned.name;
    table.rows_estimated = planned.rows_estimated;
    table.bytes_estimated = planned.bytes_estimated;
  }
}

TableProgress& Progress::table(std::size_t index) {
  base::MutexLock lock(mutex_);
  return tables_.at(index);
}

std::vector<Progress::Row> Progress::rows() const {
  base::MutexLock lock(mutex_);
  std::vector<Row> rows;
  constexpr auto relaxed = std::memory_order_relaxed;
  for (const TableProgress& table : tables_)
    rows.push_back({.name = table.name,
                    .rows_estimated = table.rows_estimated.load(relaxed),
                    .bytes_estimated = table.bytes_estimated.load(relaxed),
                    .index_bytes = table.index_bytes.load(relaxed),
                    .rows = table.rows.load(relaxed),
                    .bytes = table.bytes.load(relaxed),
                    .phase = table.phase.load(relaxed)});
  return rows;
}

}  // namespace darbe::tables
