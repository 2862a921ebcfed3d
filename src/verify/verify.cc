#include "verify/verify.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/mutex.h"
#include "base/retry.h"
#include "base/task_group.h"
#include "mysql/quote.h"
#include "mysql/server_life.h"
#include "tables/json_doubles.h"
#include "verify/hidden_types.h"

namespace darbe::verify {

namespace {

using base::Error;
using base::Kind;
using tables::LedgerLine;
namespace ledger = tables::ledger;

constexpr base::RetryPolicy chunk_policy{
    .tries = 15, .base = std::chrono::milliseconds(500), .at_most = std::chrono::seconds(30)};
constexpr auto relaxed = std::memory_order_relaxed;

struct TableTask {
  explicit TableTask(const tables::PlannedTable& of_plan)
      : planned(of_plan), asked(of_plan.asked), asked_by_ledger(of_plan.asked) {}

  const tables::PlannedTable planned;
  tables::Table shape;
  std::set<std::string> indexes;  // a count through any of them must give all rows
  tables::TableProgress* progress = nullptr;
  std::size_t chunks = 0;
  bool has_documents = false;
  bool is_sampled_whole = false;
  std::atomic<std::size_t> chunks_left = 0;
  std::atomic<std::uint64_t> rows = 0;  // by the ledger
  base::Mutex mutex;                    // held while a chunk is marked, or all marks are taken back
  // What a sample has found otherwise in its documents on the target: from then on all of them are asked. The ledger
  // may not know of it yet.
  tables::AskedTypes asked GUARDED_BY(mutex);
  tables::AskedTypes asked_by_ledger GUARDED_BY(mutex);
};
// Shared by those who verify its chunks; the last one of them counts it, and it is gone.
using SharedTable = std::shared_ptr<TableTask>;

struct ChunkTask {
  SharedTable table;
  std::optional<LedgerLine> line;  // none: count the table
};

// What tells a chunk from all others.
using ChunkNumbers = std::array<unsigned, 3>;
ChunkNumbers numbers_of(const LedgerLine& line) { return {line.table_id, line.chunk.range, line.chunk.sequence}; }

// What a worker asks with.
struct Sessions {
  mysql::Connection& frozen;
  mysql::Connection& target;
};

// Indexes of plain columns hold an entry for each row; those of expressions may hold several, or none. MariaDB reads
// the table in place of an index with a column's prefix. Grouped by the names' bytes: to MySQL below 8.0 and MariaDB
// names are equal that differ in case or accents.
std::map<tables::TableName, std::set<std::string>> countable_indexes(mysql::Connection& target,
                                                                     const std::vector<tables::TableName>& names) {
  const mysql::Result result = target.query(
      fmt::format("SELECT MIN(TABLE_SCHEMA) AS of_schema, MIN(TABLE_NAME) AS of_table, MIN(INDEX_NAME) AS name FROM "
                  "information_schema.STATISTICS WHERE {} AND INDEX_NAME <> 'PRIMARY' AND INDEX_TYPE = 'BTREE'"
                  " GROUP BY CAST(TABLE_SCHEMA AS BINARY), CAST(TABLE_NAME AS BINARY), CAST(INDEX_NAME AS BINARY)"
                  " HAVING SUM(COLUMN_NAME IS NULL) = 0{}",
                  tables::among(names), target.flavor().is_mariadb() ? " AND SUM(SUB_PART IS NOT NULL) = 0" : ""),
      "listing the indexes");
  std::map<tables::TableName, std::set<std::string>> indexes;
  for (std::size_t row = 0; row < result.size(); ++row)
    indexes[{result.text(row, "of_schema"), result.text(row, "of_table")}].insert(result.text(row, "name"));
  return indexes;
}

// Chunks in order, the largest tables first; but a count comes before any, as soon as its table's last chunk is
// verified. Tables are opened, and lines of the ledger read, some at a time: there are more than anybody should hold.
// No waiting: a count is handed to whoever finished its table.
class Tasks {
 public:
  enum class Take { all, without_keyless_documents };

  Tasks(tables::Progress& progress, const std::vector<unsigned>& table_ids, Take take = Take::all)
      : progress_(progress), take_(take), waiting_(table_ids.begin(), table_ids.end()) {}

  void add(const std::vector<unsigned>& table_ids) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    waiting_.insert(waiting_.end(), table_ids.begin(), table_ids.end());
  }
  void add_count(SharedTable table) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    counts_.push_back(std::move(table));
  }
  // Nothing once there is no more to do. Throws: what reading on the sessions throws; Error{failed} for a table that
  // was not copied to its end.
  std::optional<ChunkTask> take(const Sessions& sessions) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    while (counts_.empty() && lines_.empty() && (!opened_.empty() || !waiting_.empty()))
      opened_.empty() ? open_tables(sessions) : read_lines(sessions.target);
    if (!counts_.empty()) {
      SharedTable table = std::move(counts_.front());
      counts_.pop_front();
      return ChunkTask{std::move(table), std::nullopt};
    }
    if (lines_.empty()) return std::nullopt;
    ChunkTask task = std::move(lines_.front());
    lines_.pop_front();
    at_work_.insert(numbers_of(*task.line));
    return task;
  }
  // Whoever took the chunk is done with it. Requires: no chunk's mark is taken back meanwhile.
  void note_marked(const LedgerLine& line) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    at_work_.erase(numbers_of(line));
  }
  // No chunk of the table is marked any more: all are given out once more, but those that are at work, whose workers do
  // what is to be done now.
  void begin_anew(const SharedTable& table, const tables::AskedTypes& asked) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    const auto is_of_table = [&table](const auto& other) { return other.table == table; };
    std::erase_if(lines_, is_of_table);
    std::erase_if(opened_, is_of_table);
    opened_.push_front({table, std::nullopt});
    std::erase(with_documents_, table->planned.name);
    std::erase(with_other_integers_, table->planned.name);
    note_documents(*table, asked);
  }
  void add_findings(Outcome& outcome) const EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    outcome.not_transactional = not_transactional_;
    outcome.in_memory = in_memory_;
    outcome.with_documents = with_documents_;
    outcome.with_other_integers = with_other_integers_;
  }

 private:
  struct Place {
    SharedTable table;
    std::optional<tables::Chunk> after;
  };

  void read_lines(mysql::Connection& session) REQUIRES(mutex_) {
    Place& place = opened_.front();
    unsigned lines = 0;
    for (LedgerLine& line : ledger::read_unverified(session, place.table->planned.id, place.after, lines_at_a_time)) {
      place.after = line.chunk;
      ++lines;
      if (!at_work_.contains(numbers_of(line))) lines_.push_back({place.table, std::move(line)});
    }
    if (lines < lines_at_a_time) opened_.pop_front();
  }

  void open_tables(const Sessions& sessions) REQUIRES(mutex_) {
    const std::size_t count = std::min(tables_at_a_time, waiting_.size());
    const std::vector<unsigned> ids(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    const std::vector<tables::PlannedTable> planned = ledger::read_planned(sessions.target, ids);
    const std::vector<tables::TableName> names = tables::names_of(planned);
    const auto lines = ledger::summarize(sessions.target, ids);
    auto indexes = countable_indexes(sessions.target, names);
    std::map<tables::TableName, tables::Table> shapes;
    for (tables::Table& shape : tables::read_tables(sessions.frozen, names))
      shapes.emplace(shape.name, std::move(shape));
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    for (const tables::PlannedTable& table : planned) {
      const auto shape = shapes.find(table.name);
      if (shape == shapes.end())
        throw Error(Kind::failed, fmt::format("{} is gone from the frozen replica", table.name.text()));
      const auto summary = lines.find(table.id);
      open(table, std::move(shape->second), std::move(indexes[table.name]),
           summary == lines.end() ? tables::LedgerSummary() : summary->second);
    }
  }

  void open(const tables::PlannedTable& planned, tables::Table shape, std::set<std::string> indexes,
            const tables::LedgerSummary& lines) REQUIRES(mutex_) {
    if (!tables::is_copied(planned, lines))
      throw Error(Kind::failed, fmt::format("{} was not copied to its end", planned.name.text()),
                  "The target has lost chunks that it had: undo this run and begin a new one.");
    const bool has_documents = DecimalWatch(shape).needed();
    if (has_documents && shape.key_columns.empty() && take_ == Take::without_keyless_documents) return;
    const auto table = std::make_shared<TableTask>(planned);
    table->has_documents = has_documents;
    table->is_sampled_whole = lines.copied.rows <= documents_sampled;
    table->shape = std::move(shape);
    table->indexes = std::move(indexes);
    table->indexes.erase(table->shape.key_name);  // which has the rows themselves
    table->chunks = lines.chunks;
    table->rows = lines.verified.rows;
    table->chunks_left = lines.chunks - lines.chunks_verified;
    if (!table->shape.is_transactional())
      (table->shape.is_in_memory() ? in_memory_ : not_transactional_).push_back(planned.name);
    note_documents(*table, planned.asked);
    table->progress = &progress_.begin(planned.name, {.tables = 1,
                                                      .rows_estimated = lines.copied.rows,
                                                      .bytes_estimated = lines.copied.bytes,
                                                      .rows = lines.verified.rows,
                                                      .bytes = lines.verified.bytes});
    if (table->chunks_left != 0)
      opened_.push_back({table, std::nullopt});
    else if (planned.counted)
      progress_.done(*table->progress);
    else
      counts_.push_back(table);
  }

  // What is not proven of a table's documents where all of them are asked for so much.
  void note_documents(const TableTask& table, const tables::AskedTypes& asked) REQUIRES(mutex_) {
    if (!table.has_documents) return;
    if (!table.is_sampled_whole && !asked.all()) with_documents_.push_back(table.planned.name);
    if (asked.integers && table.shape.key_columns.empty()) with_other_integers_.push_back(table.planned.name);
  }

  static constexpr unsigned lines_at_a_time = 256;
  static constexpr std::size_t tables_at_a_time = 64;

  tables::Progress& progress_;
  const Take take_;
  mutable base::Mutex mutex_;
  std::deque<unsigned> waiting_ GUARDED_BY(mutex_);
  std::deque<Place> opened_ GUARDED_BY(mutex_);
  std::deque<SharedTable> counts_ GUARDED_BY(mutex_);
  std::deque<ChunkTask> lines_ GUARDED_BY(mutex_);
  std::set<ChunkNumbers> at_work_ GUARDED_BY(mutex_);
  std::vector<tables::TableName> not_transactional_ GUARDED_BY(mutex_);
  std::vector<tables::TableName> in_memory_ GUARDED_BY(mutex_);
  std::vector<tables::TableName> with_documents_ GUARDED_BY(mutex_);
  std::vector<tables::TableName> with_other_integers_ GUARDED_BY(mutex_);
};

// What the threads find together.
class Findings {
 public:
  void add_repair(Repair repair) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    repaired_.push_back(std::move(repair));
  }
  void add_count() { ++counted_; }
  std::vector<Repair> repaired() const EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    return repaired_;
  }
  std::uint64_t counted() const { return counted_; }

 private:
  mutable base::Mutex mutex_;
  std::vector<Repair> repaired_ GUARDED_BY(mutex_);
  std::atomic<std::uint64_t> counted_ = 0;
};

// One thread's sessions, opened when they are needed and again when they are lost.
class Worker {
  // Before its callers, for its type is deduced.
  template <typename Work>
  auto retried(const Work& work) {
    return base::retry(chunk_policy, stop_, work, [](const std::exception& error, int) {
      log::warning("verifying goes on after: {}", base::text_of(error));
    });
  }

 public:
  Worker(const Options& options, Tasks& tasks, tables::Progress& progress, Findings& findings, std::stop_token stop)
      : options_(options), tasks_(tasks), progress_(progress), findings_(findings), stop_(std::move(stop)) {}

  // False if there is nothing to do.
  bool run_one() {
    const auto task = retried([&] { return tasks_.take({frozen().connection(), ledger_session()}); });
    if (!task) return false;
    retried([&] { task->line ? verify(task->table, *task->line) : count(*task->table); });
    return true;
  }

 private:
  tables::RowReader& target() {
    if (target_) return *target_;
    target_.emplace(options_.target, stop_);
    ledger::note_session(ledger_session(), target_->connection().id());
    return *target_;
  }
  tables::RowReader& frozen() {
    if (!frozen_ || !frozen_->connection().usable()) frozen_.emplace(options_.frozen, stop_);
    return *frozen_;
  }
  mysql::Connection& ledger_session() {
    if (ledger_ && ledger_->usable()) return *ledger_;
    ledger_.emplace(options_.target, stop_);
    ledger::leave_out_of_binlog(*ledger_);
    ledger::note_session(*ledger_, ledger_->id());
    return *ledger_;
  }

  void verify(const SharedTable& shared, LedgerLine line) {
    TableTask& table = *shared;
    table.progress->phase.store(tables::Phase::verifying, relaxed);
    Mark mark = Mark::refused;
    while (mark == Mark::refused) {
      const tables::AskedTypes asked = make_equal(shared, line);
      mark = try_mark(table, line, asked);
    }
    if (mark != Mark::last) return;
    if (table.planned.counted)
      progress_.done(*table.progress);
    else
      tasks_.add_count(shared);
  }

  // Returns what the chunk's documents were asked for. Where it was copied once more, `line` is of what was read then.
  tables::AskedTypes make_equal(const SharedTable& table, LedgerLine& line) {
    const Found found = read_target(*table, line.chunk);
    fault::point<"verify.chunk_read">();
    const Compared first = compare_chunk(table, line, found);
    return first.difference ? repair(table, line, found.totals, *first.difference) : first.asked;
  }

  struct Found {
    tables::Totals totals;
    bool may_hide_decimals = false;
  };

  Found read_target(const TableTask& table, const tables::Chunk& chunk) {
    return tables::with_large_rows(target(), [&]() -> Found {
      DecimalWatch watch(table.shape);
      tables::RowReader::Row see;
      if (watch.needed()) see = [&watch](mysql::RowView row, const tables::Totals&) { watch.see(row); };
      const tables::Totals totals = target().read(table.shape, chunk, see);
      return {totals, watch.found()};
    });
  }

  // How a chunk differs, if it does, and what its documents were asked for.
  struct Compared {
    std::optional<std::string> difference{};
    tables::AskedTypes asked{};
  };

  Compared compare_chunk(const SharedTable& table, const LedgerLine& line, const Found& found) {
    const tables::Table& shape = table->shape;
    const tables::Chunk& chunk = line.chunk;
    if (found.totals != line.source)
      return {.difference = compare([&] { return find_differences(shape, chunk, frozen(), target()); }).text()};
    const tables::AskedTypes asked = types_to_ask(table, chunk);
    // Integers that can't be mended for want of a key are named instead.
    const Hidden which{.decimals = found.may_hide_decimals,
                       .integers = asked.integers && !shape.key_columns.empty(),
                       .others = asked.others};
    if (!which.any()) return {.asked = asked};
    const Differences differences = compare([&] { return find_hidden_types(shape, chunk, which, frozen(), target()); });
    if (differences.empty()) return {.asked = asked};
    return {.difference = differences.text(), .asked = asked};
  }

  // What all of a chunk's documents are to be asked for, by what its first ones and those of other chunks showed.
  tables::AskedTypes types_to_ask(const SharedTable& table, const tables::Chunk& chunk) {
    if (!table->has_documents) return {};
    const tables::AskedTypes asked = ask_all_for(table, {});
    if (asked.all()) return asked;
    const Hidden sampled = sample_hidden_types(table->shape, chunk, frozen(), target());
    return ask_all_for(table, {.integers = sampled.integers, .others = sampled.others});
  }

  // All documents of the table are asked for what was found, too, from now on, also those of chunks that were verified
  // without it. Returns what they are asked for.
  tables::AskedTypes ask_all_for(const SharedTable& shared, const tables::AskedTypes& found) {
    TableTask& table = *shared;
    base::MutexLock lock(table.mutex);
    // Before the ledger has it: no chunk is marked any more that was asked for less, even if no answer comes.
    table.asked.integers = table.asked.integers || found.integers;
    table.asked.others = table.asked.others || found.others;
    if (table.asked == table.asked_by_ledger) return table.asked;
    ledger::ask_all_documents(ledger_session(), table.planned.id, table.asked);
    table.asked_by_ledger = table.asked;
    table.chunks_left = table.chunks;
    table.rows = 0;
    table.progress->rows.store(0, relaxed);
    table.progress->bytes.store(0, relaxed);
    tasks_.begin_anew(shared, table.asked);
    if (table.chunks > 1)
      log::info("all documents of {} are asked for their types: its chunks are verified anew", table.shape.name.text());
    return table.asked;
  }

  template <typename Find>
  Differences compare(const Find& find) {
    if (options_.still_frozen) options_.still_frozen(frozen().connection());
    Differences differences = find();
    if (options_.still_frozen) options_.still_frozen(frozen().connection());
    return differences;
  }

  tables::AskedTypes repair(const SharedTable& table, LedgerLine& line, const tables::Totals& found,
                            const std::string& first) {
    const std::string name = tables::describe(table->shape, line.chunk);
    log::warning("{} differs: {}", name, first);
    if (!options_.copy_again) throw_mismatch(table->shape, name, line.source, found, first);
    line.source = options_.copy_again(table->shape, table->planned, line.chunk, stop_);
    fault::point<"verify.copied_again">();
    const Found again = read_target(*table, line.chunk);
    const Compared second = compare_chunk(table, line, again);
    if (second.difference) throw_mismatch(table->shape, name, line.source, again.totals, *second.difference);
    findings_.add_repair({name, first});
    return second.asked;
  }

  enum class Mark { refused, made, last };

  // Refused if the table's documents are asked for more by now than this chunk's were. A line may be gone with a crash
  // of the target's host, or another command's by now.
  Mark try_mark(TableTask& table, const LedgerLine& line, const tables::AskedTypes& asked) {
    base::MutexLock lock(table.mutex);
    if (table.asked != asked) return Mark::refused;
    if (!ledger::mark_verified(ledger_session(), line, asked))
      throw Error(
          Kind::failed,
          fmt::format("{} was verified, and the ledger has no such line of it any more",
                      tables::describe(table.shape, line.chunk)),
          "See that no other darbe is at work on the target, and run the same command again: it goes on with what "
          "the target's ledger has.");
    fault::point<"verify.chunk_marked">();
    table.progress->rows.fetch_add(line.source.rows, relaxed);
    table.progress->bytes.fetch_add(line.source.bytes, relaxed);
    table.rows.fetch_add(line.source.rows);
    tasks_.note_marked(line);
    return --table.chunks_left == 0 ? Mark::last : Mark::made;
  }

  [[noreturn]] void throw_mismatch(const tables::Table& shape, const std::string& name, const tables::Totals& source,
                                   const tables::Totals& target, const std::string& differences) {
    throw Error(Kind::mismatch,
                fmt::format("{} differs: {} rows on the frozen replica, {} on the target; {}", name, source.rows,
                            target.rows, differences),
                advice_on_lasting(shape, tables::reads_json_doubles(ledger_session())));
  }

  void count(TableTask& table) {
    if (table.chunks > 1) count_frozen(table);
    count_an_index(table);
    ledger::mark_counted(ledger_session(), table.planned.id);
    fault::point<"verify.table_counted">();
    progress_.done(*table.progress);
  }

  // A digest compares a chunk with itself; that the chunks together are the table, only a count without them tells.
  void count_frozen(const TableTask& table) {
    mysql::Connection& replica = frozen().connection();
    if (options_.still_frozen) options_.still_frozen(replica);
    const std::uint64_t rows = replica.number("SELECT COUNT(*) AS count FROM " + table.shape.name.quoted(),
                                              "counting " + table.shape.name.text());
    if (options_.still_frozen) options_.still_frozen(replica);
    if (rows != table.rows)
      throw Error(Kind::mismatch,
                  fmt::format("the chunks of {} hold {} rows, the frozen replica {}", table.shape.name.text(),
                              table.rows.load(), rows),
                  "This is a fault of Darbe's: please report it with the table's definition, and undo the run.");
  }

  void count_an_index(const TableTask& table) {
    for (const std::string& index : table.indexes) {
      const auto rows = count_through(table.shape, index);
      if (!rows) continue;
      if (*rows != table.rows)
        throw Error(Kind::mismatch,
                    fmt::format("index {} of {} holds {} rows, the table {}", index, table.shape.name.text(), *rows,
                                table.rows.load()),
                    "Drop that index on the target and run the same command again.");
      return findings_.add_count();
    }
  }

  // A plain COUNT(*) is the engine's own affair, whatever index is named: some versions of 8.0 take the primary key,
  // MyISAM a number that it keeps. A sum has to see each entry, and costs no more. Nothing if the server does not use
  // that index (an invisible one).
  std::optional<std::uint64_t> count_through(const tables::Table& table, const std::string& index) {
    try {
      return ledger_session().number(fmt::format("SELECT COALESCE(SUM(1), 0) AS count FROM {} FORCE INDEX ({})",
                                                 table.name.quoted(), mysql::quote_name(index)),
                                     fmt::format("counting {} through {}", table.name.text(), index));
    } catch (const mysql::ServerError& error) {
      if (mysql::meaning_of(error) != mysql::Meaning::no_such_object) throw;
      return std::nullopt;
    }
  }

  const Options& options_;
  Tasks& tasks_;
  tables::Progress& progress_;
  Findings& findings_;
  std::stop_token stop_;
  std::optional<tables::RowReader> target_;
  std::optional<tables::RowReader> frozen_;
  std::optional<mysql::Connection> ledger_;
};

tables::Amount amount_of(const tables::PlanTotals& totals) {
  return {.tables = totals.tables,
          .rows_estimated = totals.copied.rows,
          .bytes_estimated = totals.copied.bytes,
          .rows = totals.verified.rows,
          .bytes = totals.verified.bytes};
}

// On a session of its own: another one may have been lost in the hours before.
tables::PlanTotals read_totals(const Options& options, const std::stop_token& stop) {
  mysql::Connection target(options.target, stop);
  return ledger::read_totals(target);
}

// Each has two on the target.
unsigned workers_max(const Options& options, mysql::Connection& target, const std::stop_token& stop) {
  mysql::Connection frozen(options.frozen, stop);
  return std::max(1U, std::min(mysql::sessions_to_take(target) / 2, mysql::sessions_to_take(frozen)));
}

// Marks are committed as rows are: a crash of the target's host may take the last ones along.
void require_lasting_marks(const Options& options, const std::string& target_started, const std::stop_token& stop) {
  mysql::Connection target(options.target, stop);
  ledger::leave_out_of_binlog(target);
  mysql::flush_to_disk(target, ledger::schema);  // who may not is warned by CatchUp
  if (mysql::server_started(target) == target_started || state(options.target, stop) == State::done) return;
  throw Error(Kind::failed, "the target was restarted, and does not know of all chunks that were verified",
              "Run the same command again: it verifies those once more.");
}

}  // namespace

Outcome run(const Options& options, tables::Progress& progress, std::stop_token stop) {
  DARBE_ASSERT(options.jobs > 0);
  mysql::Connection target(options.target, stop);
  const std::string target_started = mysql::server_started(target);
  if (!ledger::has_plan(target)) throw Error(Kind::failed, "nothing was copied yet");
  ledger::leave_out_of_binlog(target);
  ledger::end_sessions(target, ledger::Builds::let_end, stop);  // what a repair had open
  progress.start(tables::Progress::Stage::verify, amount_of(read_totals(options, stop)));
  Tasks tasks(progress, ledger::read_order(target));
  Findings findings;
  const unsigned count = std::min(options.jobs, workers_max(options, target, stop));
  base::TaskGroup workers(stop);
  for (unsigned i = 0; i < count; ++i)
    workers.start([&](std::stop_token worker_stop) {
      Worker worker(options, tasks, progress, findings, worker_stop);
      while (worker.run_one()) {
      }
    });
  workers.wait();
  require_lasting_marks(options, target_started, stop);
  const tables::PlanTotals totals = read_totals(options, stop);
  Outcome outcome{.tables = totals.tables,
                  .chunks = totals.chunks,
                  .rows = totals.verified.rows,
                  .bytes = totals.verified.bytes,
                  .tables_counted = findings.counted(),
                  .repaired = findings.repaired()};
  tasks.add_findings(outcome);
  return outcome;
}

struct Ahead::Parts {
  explicit Parts(Options set) : options(std::move(set)) {}

  const Options options;
  std::stop_source end;
  tables::Progress progress;  // summed up only: the copy's own shows these tables as done
  // What is found in documents that can't be mended must be told, and run() does that.
  Tasks tasks{progress, {}, Tasks::Take::without_keyless_documents};
  Findings findings;
  base::Mutex mutex;
  std::vector<std::unique_ptr<Worker>> idle GUARDED_BY(mutex);
  unsigned workers GUARDED_BY(mutex) = 0;
  std::optional<unsigned> workers_at_most GUARDED_BY(mutex);

  // Nothing if there are as many as the servers have sessions for, beside those of the copy.
  std::unique_ptr<Worker> take_worker() EXCLUDES(mutex) {
    base::MutexLock lock(mutex);
    if (!idle.empty()) {
      std::unique_ptr<Worker> worker = std::move(idle.back());
      idle.pop_back();
      return worker;
    }
    if (!workers_at_most) {
      mysql::Connection target(options.target, end.get_token());
      workers_at_most = std::max(1U, workers_max(options, target, end.get_token()) / 2);
    }
    if (workers >= *workers_at_most) return nullptr;
    ++workers;
    return std::make_unique<Worker>(options, tasks, progress, findings, end.get_token());
  }
  void give_back(std::unique_ptr<Worker> worker) EXCLUDES(mutex) {
    base::MutexLock lock(mutex);
    idle.push_back(std::move(worker));
  }
};

Ahead::Ahead(Options options) : parts_(std::make_unique<Parts>(std::move(options))) {}

Ahead::~Ahead() = default;

bool Ahead::work(const std::vector<unsigned>& table_ids, std::stop_token stop) {
  const std::stop_callback link(std::move(stop), [this] { parts_->end.request_stop(); });
  if (parts_->end.stop_requested()) return false;
  try {
    parts_->tasks.add(table_ids);
    std::unique_ptr<Worker> worker = parts_->take_worker();
    if (!worker) return false;
    const bool done = worker->run_one();
    parts_->give_back(std::move(worker));
    return done;
  } catch (const Error& error) {
    if (!parts_->end.stop_requested())
      log::warning("no more is verified while indexes are built: {}", base::text_of(error));
    parts_->end.request_stop();
    return false;
  }
}

std::uint64_t Ahead::bytes_verified() const {
  const tables::Progress::Snapshot now = parts_->progress.snapshot();
  std::uint64_t bytes = now.done.bytes;
  for (const tables::Progress::Row& table : now.at_work) bytes += table.bytes;
  return bytes;
}

std::vector<Repair> Ahead::repaired() const { return parts_->findings.repaired(); }

State state(const mysql::ConnectOptions& options, std::stop_token stop) {
  mysql::Connection target(options, std::move(stop));
  if (!ledger::has_plan(target)) return State::absent;
  bool begun = false;
  bool all = true;
  ledger::for_each_window(target, [&](const std::vector<tables::PlannedTable>& tables) {
    const auto lines = ledger::summarize(target, tables::ids_of(tables));
    for (const tables::PlannedTable& table : tables) {
      const auto found = lines.find(table.id);
      const tables::LedgerSummary of_table = found == lines.end() ? tables::LedgerSummary() : found->second;
      begun = begun || of_table.chunks_verified != 0;
      all = all && table.counted && of_table.chunks_verified == of_table.chunks && tables::is_copied(table, of_table);
    }
  });
  if (!begun) return State::absent;
  return all ? State::done : State::partial;
}

}  // namespace darbe::verify
