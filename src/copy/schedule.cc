#include "copy/schedule.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"

namespace darbe::copy {

namespace {

constexpr std::uint64_t small_table_bytes = 1 << 20;

constexpr auto relaxed = std::memory_order_relaxed;

}  // namespace

bool TableWork::has_keys_from_the_start() const {
  return planned_.chunks.size() == 1 && planned_.bytes_estimated <= small_table_bytes;
}

const tables::CreateStatement& TableWork::statement(mysql::Connection& frozen) {
  base::MutexLock lock(mutex_);
  if (!statement_)
    statement_ = tables::split_create_statement(shape_, tables::read_create_statement(frozen, shape_.name));
  return *statement_;
}

void TableWork::create(mysql::Connection& target, bool may_have_rows) {
  base::MutexLock lock(mutex_);
  if (created_) return;
  DARBE_ASSERT(statement_.has_value());
  create_table(target, *statement_, shape_, has_keys_from_the_start() ? Keys::all : Keys::needed);
  // An engine without transactions may hold rows of a chunk that was cut off; its chunk begins by deleting them.
  if (!may_have_rows && shape_.is_transactional() &&
      target.value(fmt::format("SELECT 1 FROM {} LIMIT 1", shape_.name.quoted())))
    throw base::Error(base::Kind::refused,
                      fmt::format("{} on the target holds rows that this run did not copy", shape_.name.text()),
                      "Drop that table on the target if nobody needs it, and run the same command again.");
  created_ = true;
}

void TableWork::build_indexes(mysql::Connection& target) {
  base::MutexLock lock(mutex_);
  DARBE_ASSERT(statement_.has_value());
  copy::build_indexes(target, *statement_, shape_);
}

void TableWork::note_copied(const tables::Totals& totals) {
  progress_.rows.fetch_add(totals.rows, relaxed);
  progress_.bytes.fetch_add(totals.bytes, relaxed);
}

Schedule::Schedule(std::vector<Todo> todo, unsigned lanes) {
  base::MutexLock lock(mutex_);
  ranges_.resize(lanes);
  for (std::size_t i = 0; i < todo.size(); ++i) {
    tables_.push_back(std::move(todo[i].table));
    chunks_left_.push_back(todo[i].chunks.size());
    chunks_.push_back(std::move(todo[i].chunks));
    indexes_.push_back(todo[i].indexes);
    partly_copied_.push_back(todo[i].partly_copied);
    if (chunks_left_[i] == 0)
      finish_rows(i);
    else
      untouched_.push_back(i);
  }
  std::stable_sort(untouched_.begin(), untouched_.end(), [this](std::size_t a, std::size_t b) {
    return tables_[a]->planned().bytes_estimated > tables_[b]->planned().bytes_estimated;
  });
}

std::optional<Work> Schedule::take(unsigned lane, const std::stop_token& stop) {
  // Before the lock, so that it goes after it: a callback that runs is waited for.
  const std::stop_callback wake(stop, [this] {
    base::MutexLock lock(mutex_);
    changed_.notify_all();
  });
  base::MutexLock lock(mutex_);
  while (true) {
    if (error_) std::rethrow_exception(error_);
    if (stop.stop_requested()) return std::nullopt;
    if (const std::optional<Work> work = choose(lane)) {
      ++outstanding_;
      return work;
    }
    if (outstanding_ == 0) return std::nullopt;
    changed_.wait(mutex_);
  }
}

std::optional<Work> Schedule::choose(unsigned lane) {
  if (!builds_.empty()) {
    const Work work{builds_.front(), std::nullopt};
    builds_.pop_front();
    return work;
  }
  if (!returned_.empty()) {
    const Work work = returned_.front();
    returned_.pop_front();
    return work;
  }
  Range& range = ranges_[lane];
  if (range.size() == 0) begin_table(lane);
  if (range.size() == 0) take_over_half(lane);
  if (range.size() == 0) return std::nullopt;
  return Work{range.table, chunks_[range.table][range.next++]};
}

void Schedule::begin_table(unsigned lane) {
  if (untouched_.empty()) return;
  const std::size_t table = untouched_.front();
  untouched_.pop_front();
  ranges_[lane] = {table, 0, chunks_[table].size()};
  tables_[table]->progress().phase.store(tables::Phase::copying, relaxed);
}

void Schedule::take_over_half(unsigned lane) {
  const auto longest = std::max_element(ranges_.begin(), ranges_.end(),
                                        [](const Range& a, const Range& b) { return a.size() < b.size(); });
  if (longest->size() == 0) return;
  const std::size_t middle = longest->next + longest->size() / 2;
  ranges_[lane] = {longest->table, middle, longest->end};
  longest->end = middle;
}

void Schedule::done(const Work& work) {
  base::MutexLock lock(mutex_);
  --outstanding_;
  if (!work.chunk)
    tables_[work.table]->progress().phase.store(tables::Phase::copied, relaxed);
  else if (--chunks_left_[work.table] == 0)
    finish_rows(work.table);
  changed_.notify_all();
}

void Schedule::finish_rows(std::size_t table) {
  const bool build = indexes_[table];
  if (build) builds_.push_back(table);
  tables_[table]->progress().phase.store(build ? tables::Phase::building_indexes : tables::Phase::copied, relaxed);
}

void Schedule::give_back(const Work& work) {
  base::MutexLock lock(mutex_);
  --outstanding_;
  if (work.chunk)
    returned_.push_back(work);
  else
    builds_.push_back(work.table);
  changed_.notify_all();
}

void Schedule::abort(std::exception_ptr error) {
  base::MutexLock lock(mutex_);
  if (!error_) error_ = std::move(error);
  changed_.notify_all();
}

}  // namespace darbe::copy
