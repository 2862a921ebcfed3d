// The frozen replica's end of a lane.
#include <algorithm>

#include "base/error.h"
#include "copy/encoder.h"
#include "copy/lane.h"
#include "copy/opening.h"

namespace darbe::copy {

namespace {

// Large enough that neither the queue's lock nor TLS records show in a profile.
constexpr std::size_t block_bytes = 256 * 1024;

// A stride's rows as chunks in the lane's queue.
class ChunkCutter {
 public:
  ChunkCutter(Lane& lane, const Work& work, const tables::Table& table, tables::Chunk first)
      : lane_(lane),
        work_(work),
        columns_(table.stored_columns().size()),
        chunk_(std::move(first)),
        encoder_(block_bytes, [this](std::string text) {
          const std::size_t size = text.size();
          lane_.blocks.push({.kind = Block::Kind::text, .text = std::move(text), .totals = std::exchange(untold_, {})},
                            size);
        }) {
    begin();
  }

  void add(mysql::RowView row, const tables::Totals& totals) {
    encoder_.add(row.first(columns_));  // what stands behind them is proof only
    totals_ += totals;
    untold_ += totals;
  }
  const tables::Totals& totals() const { return totals_; }
  const tables::Chunk& chunk() const { return chunk_; }

  // What was added up to here is a chunk; what comes is another one.
  void cut(const tables::Key& until) {
    const std::optional<tables::Key> range_until = chunk_.until;
    chunk_.until = until;
    end();
    chunk_.after = until;
    chunk_.until = range_until;
    ++chunk_.sequence;
    totals_ = untold_ = {};
    begin();
  }
  // The stride's last chunk; it ends its range where no key is given.
  void finish(const std::optional<tables::Key>& until) {
    if (until) chunk_.until = until;
    chunk_.last = !until;
    end();
  }

 private:
  void begin() { lane_.blocks.push({.kind = Block::Kind::begin, .work = work_, .chunk = chunk_}); }
  void end() {
    encoder_.finish();
    lane_.blocks.push({.kind = Block::Kind::end, .work = work_, .chunk = chunk_, .totals = totals_});
  }

  Lane& lane_;
  const Work work_;
  const std::size_t columns_;
  tables::Chunk chunk_;
  tables::Totals totals_;
  tables::Totals untold_;  // of these, since the last piece of text
  Encoder encoder_;
};

// The server is asked for about a chunk's rows at a time, by what the rows so far took. Where they grow, or more are
// read because none of them could end the chunk, one answer makes several chunks.
class StrideReader {
 public:
  StrideReader(const Options& options, tables::RowReader& reader, TableWork& table, const Stride& stride, Lane& lane)
      : options_(options),
        reader_(reader),
        table_(table),
        stride_(stride),
        cutter_(lane, stride.work, table.shape(), stride.rest) {}

  // Returns what was read; chunk() is its end then.
  tables::Totals read() {
    tables::Totals all;
    bool more = true;
    // A key that can't be written as a literal can't end a chunk: then the same rows are counted off and read beyond,
    // twice as many each time, or a table full of such keys would take the square of its rows.
    for (tables::Window window{stride_.rows_max, 0}; more; window.rows_max *= 2) {
      window.skipped = all.rows;
      const std::uint64_t rows = read_window(window, all);
      more = window.rows_max != 0 && rows == window.rows_max && !end_;
    }
    if (options_.still_frozen) options_.still_frozen(reader_.connection());
    cutter_.finish(end_);
    return all;
  }
  const tables::Chunk& chunk() const { return cutter_.chunk(); }
  bool met_large_row() const { return largest_ > tables::small_row_bytes_max; }

 private:
  // Adds what it reads to `all`; the number of rows comes back, and the last one's key where there are as many as
  // asked.
  std::uint64_t read_window(const tables::Window& window, tables::Totals& all) {
    std::uint64_t rows = 0;
    end_.reset();
    all += reader_.read(
        table_.shape(), stride_.rest,
        [&](mysql::RowView row, const tables::Totals& totals) {
          cutter_.add(row, totals);
          largest_ = std::max(largest_, totals.bytes);
          if (++rows == window.rows_max)
            end_ = table_.key().key_of(row);
          else if (window.rows_max != 0 && is_enough(cutter_.totals()))
            cut_after(row);
        },
        window);
    return rows;
  }

  bool is_enough(const tables::Totals& chunk) const {
    return chunk.bytes >= options_.chunk_bytes + options_.chunk_bytes / 2 || chunk.rows >= table_.chunk_rows_max();
  }

  void cut_after(mysql::RowView row) {
    if (const auto key = table_.key().key_of(row)) cutter_.cut(*key);
  }

  const Options& options_;
  tables::RowReader& reader_;
  TableWork& table_;
  const Stride& stride_;
  ChunkCutter cutter_;
  std::optional<tables::Key> end_;
  std::uint64_t largest_ = 0;  // of its rows, in bytes
};

// A lane's reader at work.
class LaneReader {
 public:
  // `reading` ends what `reader` does, `enough` what others do for the lane.
  LaneReader(const Job& job, Lane& lane, LaneMemory& memory, tables::RowReader& reader, std::stop_source& reading,
             std::stop_token enough)
      : job_(job),
        schedule_(job.schedule),
        lane_(lane),
        memory_(memory),
        reader_(reader),
        reading_(reading),
        enough_(std::move(enough)),
        large_row_is_next_(memory.large_row) {}

  void operator()(const Stride& stride) {
    TableWork& table = schedule_.table(stride.work);
    std::optional<tables::LargeRows> large;
    if (needs_large_rows(table.shape()) && !take_large_rows(large)) return;
    ask_frozen([&] { table.statement(reader_.connection()); });
    StrideReader rows(job_.options, reader_, table, stride, lane_);
    try {
      tables::Totals totals;
      ask_frozen([&] { totals = rows.read(); });
      large_row_is_next_ = rows.met_large_row();
      schedule_.note_read(stride.work, rows.chunk(), totals);
    } catch (const tables::LargeRow&) {
      // In its turn, for what was read before it is still on its way to the target.
      lane_.blocks.push({.kind = Block::Kind::large_row, .text = tables::describe(table.shape(), rows.chunk())});
      has_ended_ = true;
    }
  }
  bool has_ended() const { return has_ended_; }

  void operator()(const Build& build) {
    {
      base::MutexLock lock(memory_.mutex);
      memory_.build = build;
    }
    ask_frozen([&] { schedule_.table(build.work).statement(reader_.connection()); });
    lane_.blocks.push({.kind = Block::Kind::build, .work = build.work});
    lane_.answers.pop();
  }

  void operator()(const Cut& cut) {
    {
      base::MutexLock lock(memory_.mutex);
      memory_.cut = cut;
      memory_.middle.reset();
    }
    const auto middle = find_middle(cut);
    if (!note_middle(cut, middle)) return;
    tables::Chunk upper = cut.rest;
    upper.range = cut.upper;
    upper.after = middle;
    lane_.blocks.push({.kind = Block::Kind::cut, .work = cut.work, .chunk = upper});
    lane_.answers.pop();
  }

  // The ledger is on the target, whose session is the other end's.
  void operator()(const Open& open) {
    const std::stop_callback no_waiting(lane_.leave, [this] { reading_.request_stop(); });
    try {
      mysql::Connection target(job_.options.target, reading_.get_token());
      schedule_.note_opened(open_tables(job_.options, job_.progress, reader_.connection(), target, open.table_ids));
    } catch (const base::Error& error) {
      schedule_.give_back(open);
      if (!lane_.leave.stop_requested() || error.kind() != base::Kind::interrupted) throw;
    }
  }

  void operator()(const Meanwhile& meanwhile) {
    schedule_.note_meanwhile(job_.options.meanwhile(meanwhile.table_ids, enough_));
  }

 private:
  // Nobody should work on the frozen replica: a table that isn't there any more will not come back, unless the replica
  // has moved on, and all begins anew.
  template <typename Ask>
  void ask_frozen(const Ask& ask) {
    try {
      ask();
    } catch (const mysql::ServerError& error) {
      if (mysql::meaning_of(error) != mysql::Meaning::no_such_object) throw;
      if (job_.options.still_frozen) job_.options.still_frozen(reader_.connection());
      throw base::Error(base::Kind::failed, error.what(), advice_on_lost_table);
    }
  }

  // ARCHIVE takes no row back, so its chunks can't be begun anew.
  bool needs_large_rows(const tables::Table& table) const {
    return large_row_is_next_ || (table.engine == "ARCHIVE" && tables::may_have_large_rows(table));
  }

  // Before the stride's first row goes to the target: the transaction that writes them may hold what another lane's
  // needs (MariaDB's AUTO-INC lock, until LOAD DATA ends). False if the lane leaves instead.
  bool take_large_rows(std::optional<tables::LargeRows>& large) {
    try {
      large.emplace(reader_, enough_);
      return true;
    } catch (const base::Error& error) {
      if (!lane_.leave.stop_requested() || error.kind() != base::Kind::interrupted) throw;
      return false;
    }
  }

  // Nothing when the operator asks to leave: this end's session is cut then, while the other end commits what it has.
  std::optional<tables::Key> find_middle(const Cut& cut) {
    const std::stop_callback no_waiting(lane_.leave, [this] { reading_.request_stop(); });
    try {
      return tables::find_middle(reader_.connection(), schedule_.table(cut.work).shape(), cut.rest, cut.rows);
    } catch (const base::Error& error) {
      if (!lane_.leave.stop_requested() || error.kind() != base::Kind::interrupted) throw;
      return std::nullopt;
    }
  }

  bool note_middle(const Cut& cut, const std::optional<tables::Key>& middle) {
    base::MutexLock lock(memory_.mutex);
    memory_.middle = middle;
    if (middle) return true;
    // Who leaves has not looked: the range's owner may still be asked for its next stride.
    lane_.leave.stop_requested() ? schedule_.give_back(cut) : schedule_.note_no_middle(cut);
    memory_.cut.reset();
    return false;
  }

  const Job& job_;
  Schedule& schedule_;
  Lane& lane_;
  LaneMemory& memory_;
  tables::RowReader& reader_;
  std::stop_source& reading_;
  const std::stop_token enough_;
  bool large_row_is_next_ = false;  // as far as one can tell
  bool has_ended_ = false;
};

}  // namespace

void read_lane(const Job& job, Lane& lane, LaneMemory& memory, std::stop_token stop) {
  std::stop_source reading;
  const std::stop_callback end_reading(stop, [&reading] { reading.request_stop(); });
  tables::RowReader reader =
      lane.unless_leaving([&] { return tables::RowReader(job.options.frozen, reading.get_token()); });
  if (job.options.still_frozen) job.options.still_frozen(reader.connection());
  // Whoever waits for work must also hear that the lane's other end has failed.
  std::stop_source enough;
  const auto end = [&enough] { enough.request_stop(); };
  const std::stop_callback on_leave(lane.leave, end);
  const std::stop_callback on_failure(stop, end);
  LaneReader read(job, lane, memory, reader, reading, enough.get_token());
  while (!read.has_ended()) {
    const std::optional<Task> task = job.schedule.take(lane.number, enough.get_token());
    if (!task) break;
    std::visit(read, *task);
  }
  lane.blocks.close();
}

void read_again(const Options& options, TableWork& table, const tables::Chunk& chunk, RowSize size, Lane& lane,
                std::stop_token stop) {
  tables::RowReader reader(options.frozen, stop);
  std::optional<tables::LargeRows> large;
  if (size == RowSize::any) large.emplace(reader, stop);
  if (options.still_frozen) options.still_frozen(reader.connection());
  table.statement(reader.connection());
  ChunkCutter rows(lane, {}, table.shape(), chunk);
  reader.read(table.shape(), chunk, [&](mysql::RowView row, const tables::Totals& totals) { rows.add(row, totals); });
  if (options.still_frozen) options.still_frozen(reader.connection());
  rows.finish(chunk.last ? std::nullopt : chunk.until);
  lane.blocks.close();
}

}  // namespace darbe::copy
