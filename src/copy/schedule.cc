#include "copy/schedule.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "tables/definition.h"
#include "tables/ledger.h"

namespace darbe::copy {

namespace {

// Of a chunk: 1 MiB of 32.
constexpr std::uint64_t small_tables_share = 32;

// Likewise, of indexes: 8 MiB.
constexpr std::uint64_t short_builds_share = 4;

// Where neither the server's statistics nor rows already read tell.
constexpr std::uint64_t row_bytes_guessed = 100;

constexpr auto relaxed = std::memory_order_relaxed;

// Enough for the questions about them to cost little for each, and few enough to be held.
constexpr std::size_t tables_opened_at_once = 64;

tables::Amount amount_of(const tables::PlannedTable& planned, const tables::Totals& copied) {
  return {.tables = 1,
          .rows_estimated = planned.rows_estimated,
          .bytes_estimated = planned.bytes_estimated,
          .index_bytes = planned.index_bytes_estimated,
          .rows = copied.rows,
          .bytes = copied.bytes};
}

// The first place that is free, or a new one.
template <typename State, typename IsFree>
std::size_t find_place(std::vector<State>& states, const IsFree& is_free) {
  const auto found = std::ranges::find_if(states, is_free);
  if (found != states.end()) return static_cast<std::size_t>(found - states.begin());
  states.emplace_back();
  return states.size() - 1;
}

}  // namespace

bool gets_keys_at_creation(std::uint64_t bytes_estimated, std::uint64_t chunk_bytes) {
  return bytes_estimated <= chunk_bytes / small_tables_share;
}

TableWork::TableWork(tables::Table shape, tables::PlannedTable planned, const tables::Totals& copied,
                     tables::Progress& progress, const ChunkLimits& limits)
    : shape_(std::move(shape)),
      key_(shape_),
      planned_(std::move(planned)),
      all_(progress),
      progress_(all_.begin(planned_.name, amount_of(planned_, copied))),
      is_small_(gets_keys_at_creation(planned_.bytes_estimated, limits.bytes)),
      chunk_rows_max_(limits.rows) {}

const tables::CreateStatement& TableWork::statement(mysql::Connection& frozen) {
  base::MutexLock lock(mutex_);
  if (!statement_) statement_ = tables::split_create_statement(shape_, tables::read_definition(frozen, shape_));
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
  copy::build_indexes(target, *statement_, shape_, [&] { tables::ledger::forget_verified(target, planned_.id); });
}

void TableWork::note_done() { all_.done(progress_); }

void TableWork::note_copied(const tables::Totals& totals) {
  progress_.rows.fetch_add(totals.rows, relaxed);
  progress_.bytes.fetch_add(totals.bytes, relaxed);
}

void TableWork::note_lost(const tables::Totals& totals) {
  progress_.rows.fetch_sub(totals.rows, relaxed);
  progress_.bytes.fetch_sub(totals.bytes, relaxed);
}

Schedule::Schedule(std::vector<unsigned> table_ids, unsigned lanes, std::uint64_t chunk_bytes, bool with_meanwhile)
    : chunk_bytes_(chunk_bytes), with_meanwhile_(with_meanwhile), waiting_(std::move(table_ids)), lanes_(lanes) {
  std::ranges::reverse(waiting_);
}

TableWork& Schedule::table(const Work& work) const {
  base::MutexLock lock(mutex_);
  return work_of(work.table);
}

bool Schedule::may_have_rows(const Work& work) const {
  base::MutexLock lock(mutex_);
  return tables_.at(work.table).partly_copied;
}

void Schedule::note_opened(std::vector<Todo> tables) {
  base::MutexLock lock(mutex_);
  opening_ = false;
  for (Todo& table : tables) add(std::move(table));
  tell_all();
}

void Schedule::give_back(const Open& open) {
  base::MutexLock lock(mutex_);
  opening_ = false;
  waiting_.insert(waiting_.end(), open.table_ids.rbegin(), open.table_ids.rend());
  tell_lanes();
}

void Schedule::add(Todo todo) {
  const std::size_t table = find_place(tables_, [](const TableState& state) { return !state.work; });
  const std::uint64_t bytes = todo.table->planned().bytes_estimated / std::max<std::size_t>(todo.ranges.size(), 1);
  TableState& state = tables_[table];
  state = {};
  state.work = std::move(todo.table);
  state.partly_copied = todo.partly_copied;
  state.indexes = todo.indexes;
  for (const Range& range : todo.ranges) {
    state.next_range = std::max(state.next_range, range.keys.range + 1);
    if (!range.last_line || !range.last_line->chunk.last) add_range(table, range, bytes);
  }
  if (state.ranges_left == 0) finish_rows(table);
}

std::size_t Schedule::add_range(std::size_t table, const Range& range, std::uint64_t bytes) {
  const std::size_t place = find_place(ranges_, [](const RangeState& state) { return !state.used; });
  RangeState& state = ranges_[place];
  state = {};
  state.used = true;
  state.table = table;
  state.keys = range.keys;
  state.bytes_left = bytes;
  state.can_be_cut = work_of(table).key().can_cut();
  if (range.last_line) {
    state.until = range.last_line->chunk.until;
    state.read = state.committed = range.last_line->chunk.sequence + 1;
  }
  ++tables_[table].ranges;
  ++tables_[table].ranges_left;
  ++ranges_left_;
  return place;
}

bool Schedule::wait_for_turn(unsigned lane, const std::stop_token& stop) {
  // Before the lock, so that it goes after it: a callback that runs is waited for.
  const std::stop_callback wake(stop, [this] { wake_all(); });
  base::MutexLock lock(mutex_);
  while (true) {
    if (error_) std::rethrow_exception(error_);
    if (stop.stop_requested() || is_all_done()) return false;
    if (lane < lanes_) return true;
    release_ranges(lane);
    turn_.wait(mutex_);
  }
}

void Schedule::release_ranges(unsigned lane) {
  bool any = false;
  for (RangeState& range : ranges_) {
    if (!range.used || range.lane != lane || range.done) continue;
    // Or its next chunk could be committed by another lane before its last one is.
    DARBE_ASSERT(!range.reading && range.read == range.committed);
    range.lane.reset();
    any = true;
  }
  if (any) tell_lanes();
}

std::optional<Task> Schedule::take(unsigned lane, const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] { wake_all(); });
  base::MutexLock lock(mutex_);
  while (true) {
    if (error_) std::rethrow_exception(error_);
    if (stop.stop_requested() || is_all_done() || lane >= lanes_) {
      drop_wish_to_cut(lane);
      return std::nullopt;
    }
    if (std::optional<Task> task = choose(lane)) {
      if (!std::holds_alternative<Cut>(*task)) drop_wish_to_cut(lane);
      return task;
    }
    changed_.wait(mutex_);
  }
}

void Schedule::wake_all() {
  base::MutexLock lock(mutex_);
  tell_all();
}

// Who waits for a turn, maybe with sixty others, is not woken by each commit.
void Schedule::tell_lanes() {
  changed_.notify_all();
  if (is_all_done()) turn_.notify_all();
}

void Schedule::tell_all() {
  changed_.notify_all();
  turn_.notify_all();
}

void Schedule::drop_wish_to_cut(unsigned lane) {
  for (RangeState& range : ranges_)
    if (range.cutter == lane) range.cutter.reset();
  tell_lanes();
}

bool Schedule::is_all_done() const {
  return waiting_.empty() && !opening_ && ranges_left_ == 0 && builds_.empty() && building_ == 0;
}

std::optional<Task> Schedule::choose(unsigned lane) {
  if (auto build = choose_build(std::max(1U, lanes_ / 2))) return build;
  if (auto open = choose_open()) return open;
  if (auto stride = choose_stride(lane)) return stride;
  if (has_a_range(lane)) return std::nullopt;  // which somebody is about to cut
  if (auto cut = choose_cut(lane)) return cut;
  if (auto build = choose_build(lanes_)) return build;
  return choose_meanwhile();
}

// Not for builds that are over before anybody has opened a session.
std::optional<Task> Schedule::choose_meanwhile() {
  if (building_bytes_ < chunk_bytes_ / short_builds_share || (whole_.empty() && !meanwhile_more_)) return std::nullopt;
  return Meanwhile{std::exchange(whole_, {})};
}

std::optional<Task> Schedule::choose_build(std::size_t builds_max) {
  if (builds_.empty() || building_ >= builds_max) return std::nullopt;
  // The largest first, or the copy would end with one lane that builds it and others that have nothing to do.
  const auto largest =
      std::max_element(builds_.begin(), builds_.end(), [this](std::size_t one, std::size_t other) REQUIRES(mutex_) {
        return work_of(one).shape().index_bytes < work_of(other).shape().index_bytes;
      });
  const Work work{*largest, std::nullopt};
  builds_.erase(largest);
  ++building_;
  building_bytes_ += work_of(work.table).shape().index_bytes;
  if (building_bytes_ >= chunk_bytes_ / short_builds_share) tell_lanes();  // who waits may have a Meanwhile now
  work_of(work.table).progress().phase.store(tables::Phase::building_indexes, relaxed);
  return Build{work};
}

// Before the lanes run out of ranges; not while the tables that wait for their indexes, and are held, are many.
std::optional<Task> Schedule::choose_open() {
  if (waiting_.empty() || opening_ || builds_.size() >= tables_opened_at_once) return std::nullopt;
  const auto free = std::ranges::count_if(
      ranges_, [](const RangeState& range) { return range.used && !range.lane && !range.read_all; });
  if (static_cast<std::size_t>(free) >= lanes_) return std::nullopt;
  opening_ = true;
  const std::size_t count = std::min(tables_opened_at_once, waiting_.size());
  Open open{{waiting_.rbegin(), waiting_.rbegin() + static_cast<std::ptrdiff_t>(count)}};
  waiting_.resize(waiting_.size() - count);
  return open;
}

bool Schedule::has_a_range(unsigned lane) const {
  return std::any_of(ranges_.begin(), ranges_.end(),
                     [&](const RangeState& range) { return range.used && range.lane == lane && !range.read_all; });
}

// What was begun is ended first, so that its index build begins the sooner; then the largest.
bool Schedule::comes_before(const RangeState& one, const RangeState& other) {
  return std::pair(one.read > 0, one.bytes_left) > std::pair(other.read > 0, other.bytes_left);
}

std::optional<Task> Schedule::choose_stride(unsigned lane) {
  RangeState* chosen = nullptr;
  for (RangeState& range : ranges_) {
    if (!range.used || range.read_all) continue;
    if (range.lane == lane) {
      chosen = &range;
      break;
    }
    if (!range.lane && !range.cutter && (chosen == nullptr || comes_before(range, *chosen))) chosen = &range;
  }
  if (chosen == nullptr || chosen->cutter) return std::nullopt;
  chosen->lane = lane;
  chosen->reading = true;
  work_of(chosen->table).progress().phase.store(tables::Phase::copying, relaxed);
  Stride stride{{chosen->table, static_cast<std::size_t>(chosen - ranges_.data())}, rest_of(*chosen), 0};
  const TableWork& work = work_of(chosen->table);
  if (work.key().can_cut())
    stride.rows_max = std::clamp<std::uint64_t>(chunk_bytes_ / row_bytes(chosen->table), 1, work.chunk_rows_max());
  return stride;
}

// The owner of the largest range goes on to the end of its stride, and then waits until the range is cut.
std::optional<Task> Schedule::choose_cut(unsigned lane) {
  if (!waiting_.empty() || opening_) return std::nullopt;
  RangeState* largest = nullptr;
  for (RangeState& range : ranges_) {
    if (!range.used) continue;
    if (range.cutter == lane && !range.read_all) {
      largest = &range;
      break;
    }
    if (range.read_all || !range.can_be_cut || range.cutter || range.bytes_left < 2 * chunk_bytes_) continue;
    if (largest == nullptr || range.bytes_left > largest->bytes_left) largest = &range;
  }
  if (largest == nullptr) return std::nullopt;
  largest->cutter = lane;
  if (largest->reading) return std::nullopt;
  return Cut{{largest->table, static_cast<std::size_t>(largest - ranges_.data())},
             rest_of(*largest),
             largest->bytes_left / row_bytes(largest->table),
             tables_[largest->table].next_range++};
}

std::uint64_t Schedule::row_bytes(std::size_t table) const {
  const tables::Totals& read = tables_[table].read;
  const std::uint64_t expected = work_of(table).shape().average_row_bytes;
  const std::uint64_t bytes = read.rows != 0 ? read.bytes / read.rows : expected != 0 ? expected : row_bytes_guessed;
  return std::max<std::uint64_t>(bytes, 1);
}

tables::Chunk Schedule::rest_of(const RangeState& range) const {
  tables::Chunk rest = range.keys;
  if (range.until) rest.after = range.until;
  rest.sequence = range.read;
  return rest;
}

void Schedule::note_read(const Work& work, const tables::Chunk& end, const tables::Totals& totals) {
  base::MutexLock lock(mutex_);
  RangeState& range = ranges_.at(*work.range);
  tables_[work.table].read += totals;
  range.reading = false;
  range.read_all = end.last;
  range.until = end.until;
  range.read = end.sequence + 1;
  // What is left of a range that was larger than expected is at least a chunk.
  range.bytes_left = range.bytes_left > totals.bytes + chunk_bytes_ ? range.bytes_left - totals.bytes : chunk_bytes_;
  if (range.done) free_range(range);
  tell_lanes();
}

void Schedule::note_committed(const Work& work, const tables::LedgerLine& line) {
  base::MutexLock lock(mutex_);
  set_committed(ranges_.at(*work.range), line);
  bytes_committed_ += line.source.bytes;
  ++chunks_committed_;
  tell_lanes();
}

void Schedule::set_committed(RangeState& range, const tables::LedgerLine& line) {
  range.committed = line.chunk.sequence + 1;
  range.read = std::max(range.read, range.committed);
  if (!line.chunk.last || range.done) return;
  range.done = range.read_all = true;
  --ranges_left_;
  const std::size_t table = range.table;
  // Its reader may not have noted yet what it read.
  if (!range.reading) free_range(range);
  if (--tables_[table].ranges_left == 0) finish_rows(table);
}

void Schedule::free_range(RangeState& range) {
  const std::size_t table = range.table;
  range = {};
  --tables_[table].ranges;
  free_table_if_unused(table);
}

void Schedule::free_table_if_unused(std::size_t table) {
  if (tables_[table].done && tables_[table].ranges == 0) tables_[table] = {};
}

void Schedule::note_cut(const Cut& cut, const tables::Key& middle, unsigned lane) {
  base::MutexLock lock(mutex_);
  RangeState& lower = ranges_.at(*cut.work.range);
  Range upper;
  upper.keys = cut.rest;
  upper.keys.range = cut.upper;
  upper.keys.after = middle;
  upper.keys.sequence = 0;
  lower.keys.until = middle;
  lower.cutter.reset();
  lower.bytes_left /= 2;
  const std::uint64_t half = lower.bytes_left;
  ranges_[add_range(cut.work.table, upper, half)].lane = lane;  // `lower` is no longer valid
  tell_lanes();
}

void Schedule::note_no_middle(const Cut& cut) {
  base::MutexLock lock(mutex_);
  RangeState& range = ranges_.at(*cut.work.range);
  range.can_be_cut = false;
  range.cutter.reset();
  tell_lanes();
}

void Schedule::note_building(unsigned lane) {
  base::MutexLock lock(mutex_);
  release_ranges(lane);
}

void Schedule::note_built(const Work& work) {
  base::MutexLock lock(mutex_);
  --building_;
  building_bytes_ -= work_of(work.table).shape().index_bytes;
  finish_table(work.table);
  tell_lanes();
}

void Schedule::finish_rows(std::size_t table) {
  if (!tables_[table].indexes) return finish_table(table);
  builds_.push_back(table);
  work_of(table).progress().phase.store(tables::Phase::rows_copied, relaxed);
}

void Schedule::note_meanwhile(bool more) {
  base::MutexLock lock(mutex_);
  meanwhile_more_ = more;
  if (more) tell_lanes();
}

void Schedule::finish_table(std::size_t table) {
  tables_[table].done = true;
  if (with_meanwhile_) whole_.push_back(work_of(table).planned().id);
  work_of(table).note_done();
  free_table_if_unused(table);
}

std::vector<Schedule::Unsettled> Schedule::unsettled(unsigned lane) {
  base::MutexLock lock(mutex_);
  std::vector<Unsettled> ranges;
  for (std::size_t i = 0; i < ranges_.size(); ++i) {
    if (!ranges_[i].used || ranges_[i].lane != lane) continue;
    if (ranges_[i].done)
      free_range(ranges_[i]);  // its reader will not tell any more what it read
    else
      ranges.push_back({{ranges_[i].table, i}, ranges_[i].keys.range});
  }
  return ranges;
}

void Schedule::settle(const Work& work, const std::optional<tables::LedgerLine>& last_line) {
  base::MutexLock lock(mutex_);
  RangeState& range = ranges_.at(*work.range);
  range.reading = false;
  range.read_all = false;
  range.until = last_line ? last_line->chunk.until : std::nullopt;
  range.read = last_line ? last_line->chunk.sequence + 1 : 0;
  // At most the chunk whose commit was not answered is new.
  if (last_line && range.read > range.committed) work_of(work.table).note_copied(last_line->source);
  if (last_line) set_committed(range, *last_line);
  tell_lanes();
}

void Schedule::give_back(const Build& build) {
  base::MutexLock lock(mutex_);
  --building_;
  building_bytes_ -= work_of(build.work.table).shape().index_bytes;
  builds_.push_back(build.work.table);
  work_of(build.work.table).progress().phase.store(tables::Phase::rows_copied, relaxed);
  tell_lanes();
}

void Schedule::give_back(const Cut& cut) {
  base::MutexLock lock(mutex_);
  RangeState& range = ranges_.at(*cut.work.range);
  range.cutter.reset();
  tell_lanes();
}

void Schedule::abort(std::exception_ptr error) {
  base::MutexLock lock(mutex_);
  if (!error_) error_ = std::move(error);
  tell_all();
}

void Schedule::set_lanes(unsigned lanes) {
  DARBE_ASSERT(lanes > 0);
  base::MutexLock lock(mutex_);
  if (lanes == lanes_) return;
  lanes_ = lanes;
  tell_all();
}

Pulse Schedule::pulse() const {
  base::MutexLock lock(mutex_);
  return {base::Clock::now(), bytes_committed_, chunks_committed_, building_};
}

bool Schedule::wait_while_busy(base::Clock::duration a_while, const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] { wake_all(); });
  base::MutexLock lock(mutex_);
  const auto end = base::Clock::now() + a_while;
  while (!error_ && !stop.stop_requested() && !is_all_done()) {
    const auto left = end - base::Clock::now();
    if (left <= base::Clock::duration::zero()) return true;
    turn_.wait_for(mutex_, left);
  }
  return false;
}

}  // namespace darbe::copy
