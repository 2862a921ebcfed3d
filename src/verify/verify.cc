#include "verify/verify.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/mutex.h"
#include "base/retry.h"
#include "base/task_group.h"
#include "mysql/quote.h"
#include "verify/hidden_decimals.h"

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
  tables::Table shape;
  tables::PlannedTable planned;
  std::vector<std::string> indexes;  // a count through any of them must give all rows
  tables::TableProgress* progress = nullptr;
  std::size_t chunks = 0;
  std::atomic<std::size_t> chunks_left = 0;
  std::atomic<std::uint64_t> rows = 0;  // by the ledger
};

struct ChunkTask {
  TableTask* table = nullptr;
  std::optional<LedgerLine> line;  // none: count the table
};

// Counts first, which are found on the way, and then chunks in order. Lines of the ledger are read some at a time, for
// a large table has more than anybody should hold. No waiting: a count is handed to whoever finished its table.
class Tasks {
 public:
  void add_table(TableTask& table) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    tables_.push_back({&table, std::nullopt});
  }
  void add_count(TableTask& table) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    counts_.push_back(&table);
  }
  // Throws: what reading the ledger on `session` throws.
  std::optional<ChunkTask> take(mysql::Connection& session) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    if (!counts_.empty()) {
      TableTask* const table = counts_.front();
      counts_.pop_front();
      return ChunkTask{table, std::nullopt};
    }
    if (lines_.empty()) read_lines(session);
    if (lines_.empty()) return std::nullopt;
    ChunkTask task = std::move(lines_.front());
    lines_.pop_front();
    return task;
  }

 private:
  struct Place {
    TableTask* table;
    std::optional<tables::Chunk> after;
  };

  void read_lines(mysql::Connection& session) REQUIRES(mutex_) {
    while (lines_.empty() && !tables_.empty()) {
      Place& place = tables_.front();
      for (LedgerLine& line : ledger::read_unverified(session, place.table->planned.id, place.after, lines_at_a_time)) {
        place.after = line.chunk;
        lines_.push_back({place.table, std::move(line)});
      }
      if (lines_.size() < lines_at_a_time) tables_.pop_front();
    }
  }

  static constexpr unsigned lines_at_a_time = 256;

  base::Mutex mutex_;
  std::deque<TableTask*> counts_ GUARDED_BY(mutex_);
  std::deque<ChunkTask> lines_ GUARDED_BY(mutex_);
  std::deque<Place> tables_ GUARDED_BY(mutex_);
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
  Worker(const Options& options, Tasks& tasks, Findings& findings, std::stop_token stop)
      : options_(options), tasks_(tasks), findings_(findings), stop_(std::move(stop)) {}

  void run() {
    while (const auto task = retried([&] { return tasks_.take(ledger_session()); }))
      retried([&] { task->line ? verify(*task->table, *task->line) : count(*task->table); });
  }

 private:
  tables::RowReader& target() {
    if (!target_) target_.emplace(options_.target, stop_);
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
    return *ledger_;
  }

  void verify(TableTask& table, const LedgerLine& line) {
    table.progress->phase.store(tables::Phase::verifying, relaxed);
    const Found found = read_target(table, line.chunk);
    fault::point<"verify.chunk_read">();
    tables::Totals expected = line.source;
    if (const auto differs = difference(table, line.chunk, expected, found))
      expected = repair(table, line, found.totals, *differs);
    ledger::mark_verified(ledger_session(), line);
    fault::point<"verify.chunk_marked">();
    table.progress->rows.fetch_add(expected.rows, relaxed);
    table.progress->bytes.fetch_add(expected.bytes, relaxed);
    table.rows.fetch_add(expected.rows);
    if (--table.chunks_left == 0) finish_chunks(table);
  }

  void finish_chunks(TableTask& table) {
    if (table.planned.counted)
      table.progress->phase.store(tables::Phase::verified, relaxed);
    else
      tasks_.add_count(table);
  }

  struct Found {
    tables::Totals totals;
    bool may_hide_decimals = false;
  };

  Found read_target(const TableTask& table, const tables::Chunk& chunk) {
    DecimalWatch watch(table.shape);
    tables::RowReader::Row see;
    if (watch.needed()) see = [&watch](mysql::RowView row, const tables::Totals&) { watch.see(row); };
    const tables::Totals totals = target().read(table.shape, chunk, see);
    return {totals, watch.found()};
  }

  // How a chunk differs, if it does.
  std::optional<std::string> difference(const TableTask& table, const tables::Chunk& chunk,
                                        const tables::Totals& expected, const Found& found) {
    if (found.totals != expected) return compare(table, chunk, find_differences).text();
    if (!found.may_hide_decimals) return std::nullopt;
    const Differences differences = compare(table, chunk, find_hidden_decimals);
    return differences.empty() ? std::nullopt : std::optional(differences.text());
  }

  Differences compare(const TableTask& table, const tables::Chunk& chunk, decltype(find_differences) find) {
    if (options_.still_frozen) options_.still_frozen(frozen().connection());
    Differences differences = find(table.shape, chunk, frozen(), target());
    if (options_.still_frozen) options_.still_frozen(frozen().connection());
    return differences;
  }

  tables::Totals repair(const TableTask& table, const LedgerLine& line, const tables::Totals& found,
                        const std::string& first) {
    const std::string name = tables::describe(table.shape, line.chunk);
    log::warning("{} differs: {}", name, first);
    if (!options_.copy_again) throw_mismatch(name, line.source, found, first);
    const tables::Totals copied = options_.copy_again(table.shape, table.planned, line.chunk, stop_);
    fault::point<"verify.copied_again">();
    const Found again = read_target(table, line.chunk);
    if (const auto second = difference(table, line.chunk, copied, again))
      throw_mismatch(name, copied, again.totals, *second);
    findings_.add_repair({name, first});
    return copied;
  }

  [[noreturn]] static void throw_mismatch(const std::string& name, const tables::Totals& source,
                                          const tables::Totals& target, const std::string& differences) {
    throw Error(Kind::mismatch,
                fmt::format("{} differs: {} rows on the frozen replica, {} on the target; {}", name, source.rows,
                            target.rows, differences),
                "Find out what else writes to the target, or what its server does to these values.");
  }

  void count(TableTask& table) {
    if (table.chunks > 1) count_frozen(table);
    count_an_index(table);
    ledger::mark_counted(ledger_session(), table.planned.id);
    fault::point<"verify.table_counted">();
    table.progress->phase.store(tables::Phase::verified, relaxed);
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
  Findings& findings_;
  std::stop_token stop_;
  std::optional<tables::RowReader> target_;
  std::optional<tables::RowReader> frozen_;
  std::optional<mysql::Connection> ledger_;
};

// Indexes of plain columns hold an entry for each row; those of expressions may hold several, or none. MariaDB reads
// the table in place of an index with a column's prefix.
std::map<tables::TableName, std::vector<std::string>> countable_indexes(mysql::Connection& target) {
  const mysql::Result result = target.query(
      fmt::format(
          "SELECT TABLE_SCHEMA AS schema_name, TABLE_NAME AS table_name, INDEX_NAME AS name FROM "
          "information_schema.STATISTICS"
          " WHERE INDEX_NAME <> 'PRIMARY' AND INDEX_TYPE = 'BTREE' GROUP BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME"
          " HAVING SUM(COLUMN_NAME IS NULL) = 0{} ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME",
          target.flavor().is_mariadb() ? " AND SUM(SUB_PART IS NOT NULL) = 0" : ""),
      "listing the indexes");
  std::map<tables::TableName, std::vector<std::string>> indexes;
  for (std::size_t row = 0; row < result.size(); ++row)
    indexes[{result.text(row, "schema_name"), result.text(row, "table_name")}].push_back(result.text(row, "name"));
  return indexes;
}

// All that this call works on.
struct Work {
  std::deque<TableTask> tables;  // a deque, for tasks point into it
  Tasks tasks;
  Outcome outcome;
  unsigned workers_max = 1;  // that both servers have sessions for
};

void add_table(Work& work, TableTask& table, const tables::LedgerSummary& lines) {
  if (!tables::is_copied(table.planned, lines))
    throw Error(Kind::failed, fmt::format("{} was not copied to its end", table.planned.name.text()));
  ++work.outcome.tables;
  work.outcome.chunks += lines.chunks;
  if (!table.shape.is_transactional()) work.outcome.not_transactional.push_back(table.planned.name);
  if (DecimalWatch(table.shape).needed()) work.outcome.with_documents.push_back(table.planned.name);
  table.chunks = lines.chunks;
  table.rows = lines.verified.rows;
  table.progress->rows_estimated.store(lines.copied.rows, relaxed);
  table.progress->bytes_estimated.store(lines.copied.bytes, relaxed);
  table.progress->rows.fetch_add(lines.verified.rows, relaxed);
  table.progress->bytes.fetch_add(lines.verified.bytes, relaxed);
  table.chunks_left = lines.chunks - lines.chunks_verified;
  if (table.chunks_left != 0)
    work.tasks.add_table(table);
  else if (table.planned.counted)
    table.progress->phase.store(tables::Phase::verified, relaxed);
  else
    work.tasks.add_count(table);
}

void gather(Work& work, const Options& options, tables::Progress& progress, const std::stop_token& stop) {
  mysql::Connection frozen(options.frozen, stop);
  mysql::Connection target(options.target, stop);
  auto plan = ledger::read_plan(target);
  if (!plan) throw Error(Kind::failed, "nothing was copied yet");
  // Each has two on the target.
  work.workers_max = std::max(1U, std::min(mysql::sessions_to_take(target) / 2, mysql::sessions_to_take(frozen)));
  std::map<tables::TableName, tables::Table> shapes;
  for (tables::Table& table : tables::read_tables(frozen, tables::read_databases(frozen, options.databases)))
    shapes.emplace(table.name, std::move(table));
  auto indexes = countable_indexes(target);
  std::vector<std::size_t> order(plan->size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return (*plan)[a].bytes_estimated > (*plan)[b].bytes_estimated;
  });
  auto lines = ledger::summarize(target);
  progress.start(*plan);
  for (const std::size_t i : order) {
    TableTask& table = work.tables.emplace_back();
    table.planned = (*plan)[i];
    table.progress = &progress.table(i);
    const auto shape = shapes.find(table.planned.name);
    if (shape == shapes.end())
      throw Error(Kind::failed, fmt::format("{} is gone from the frozen replica", table.planned.name.text()));
    table.shape = std::move(shape->second);
    table.indexes = indexes[table.planned.name];
    add_table(work, table, lines[table.planned.id]);
  }
}

}  // namespace

Outcome run(const Options& options, tables::Progress& progress, std::stop_token stop) {
  DARBE_ASSERT(options.jobs > 0);
  Work work;
  gather(work, options, progress, stop);
  Findings findings;
  base::TaskGroup workers(stop);
  for (unsigned i = 0; i < std::min(options.jobs, work.workers_max); ++i)
    workers.start([&](std::stop_token worker_stop) { Worker(options, work.tasks, findings, worker_stop).run(); });
  workers.wait();
  for (const tables::Progress::Row& row : progress.rows()) {
    work.outcome.rows += row.rows;
    work.outcome.bytes += row.bytes;
  }
  work.outcome.repaired = findings.repaired();
  work.outcome.tables_counted = findings.counted();
  return work.outcome;
}

State state(const mysql::ConnectOptions& options, std::stop_token stop) {
  mysql::Connection target(options, std::move(stop));
  const auto plan = ledger::read_plan(target);
  if (!plan) return State::absent;
  auto lines = ledger::summarize(target);
  bool begun = false;
  bool all = true;
  for (const tables::PlannedTable& table : *plan) {
    const tables::LedgerSummary& of_table = lines[table.id];
    begun = begun || of_table.chunks_verified != 0;
    all = all && table.counted && of_table.chunks_verified == of_table.chunks && tables::is_copied(table, of_table);
  }
  if (!begun) return State::absent;
  return all ? State::done : State::partial;
}

}  // namespace darbe::verify
