#include "tables/progress.h"

#include <algorithm>

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

Amount& Amount::operator+=(const Amount& other) {
  tables += other.tables;
  rows_estimated += other.rows_estimated;
  bytes_estimated += other.bytes_estimated;
  index_bytes += other.index_bytes;
  rows += other.rows;
  bytes += other.bytes;
  return *this;
}

Amount& Amount::operator-=(const Amount& other) {
  const auto take = [](std::uint64_t& from, std::uint64_t much) { from -= std::min(from, much); };
  take(tables, other.tables);
  take(rows_estimated, other.rows_estimated);
  take(bytes_estimated, other.bytes_estimated);
  take(index_bytes, other.index_bytes);
  take(rows, other.rows);
  take(bytes, other.bytes);
  return *this;
}

void Progress::start(Stage stage, const Amount& all) {
  base::MutexLock lock(mutex_);
  stage_ = stage;
  waiting_ = all;
  done_ = {};
  bytes_verified_ahead_ = 0;
  at_work_.clear();
}

TableProgress& Progress::begin(const TableName& name, const Amount& table) {
  base::MutexLock lock(mutex_);
  waiting_ -= table;
  TableProgress& progress = at_work_.emplace_back();
  progress.name = name;
  progress.rows_estimated = table.rows_estimated;
  progress.bytes_estimated = table.bytes_estimated;
  progress.rows = table.rows;
  progress.bytes = table.bytes;
  return progress;
}

void Progress::done(TableProgress& table) {
  base::MutexLock lock(mutex_);
  done_ += {.tables = 1,
            .rows_estimated = table.rows_estimated,
            .bytes_estimated = table.bytes_estimated,
            .rows = table.rows,
            .bytes = table.bytes};
  at_work_.remove_if([&](const TableProgress& other) { return &other == &table; });
}

void Progress::note_verified_ahead(std::uint64_t bytes) {
  base::MutexLock lock(mutex_);
  bytes_verified_ahead_ = bytes;
}

Progress::Snapshot Progress::snapshot() const {
  base::MutexLock lock(mutex_);
  constexpr auto relaxed = std::memory_order_relaxed;
  Snapshot now{.verifies = stage_ == Stage::verify,
               .waiting = waiting_,
               .at_work = {},
               .done = done_,
               .bytes_verified_ahead = bytes_verified_ahead_};
  for (const TableProgress& table : at_work_)
    now.at_work.push_back({.name = table.name,
                           .rows_estimated = table.rows_estimated,
                           .bytes_estimated = table.bytes_estimated,
                           .index_bytes = table.index_bytes.load(relaxed),
                           .rows = table.rows.load(relaxed),
                           .bytes = table.bytes.load(relaxed),
                           .phase = table.phase.load(relaxed)});
  return now;
}

}  // namespace darbe::tables
