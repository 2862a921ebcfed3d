#include "copy/copy.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/fault.h"
#include "copy/creation.h"
#include "copy/json_types.h"
#include "copy/pipeline.h"
#include "tables/privileges.h"
#include "tables/rows.h"

namespace darbe::copy {

namespace {

using base::Error;
using base::Kind;
namespace ledger = tables::ledger;
using IndexNames = std::map<tables::TableName, std::vector<std::string>>;
using Summaries = std::map<unsigned, tables::LedgerSummary>;  // by table

// What the frozen replica holds.
struct Origin {
  std::vector<tables::Database> databases;
  std::vector<tables::Table> tables;
  IndexNames indexes;
};

Origin read_origin(mysql::Connection& frozen, const Options& options) {
  Origin origin;
  origin.databases = tables::read_databases(frozen, options.databases);
  origin.tables = tables::read_tables(frozen, origin.databases);
  origin.indexes = tables::read_index_names(frozen, origin.databases);
  return origin;
}

std::vector<tables::PlannedTable> make_plan(const Origin& origin) {
  std::vector<tables::PlannedTable> plan;
  for (const tables::Table& table : origin.tables) {
    tables::PlannedTable planned;
    planned.id = static_cast<unsigned>(plan.size() + 1);
    planned.name = table.name;
    planned.rows_estimated = table.rows_estimated;
    planned.bytes_estimated = table.data_bytes;
    planned.ranges = {tables::Chunk{}};
    plan.push_back(std::move(planned));
  }
  return plan;
}

std::vector<tables::PlannedTable> find_or_make_plan(mysql::Connection& frozen, mysql::Connection& target,
                                                    const Options& options, const Origin& origin) {
  ledger::create(target);
  if (auto plan = ledger::read_plan(target)) return *plan;
  std::vector<tables::PlannedTable> plan = make_plan(origin);
  if (options.still_frozen) options.still_frozen(frozen);
  ledger::write_plan(target, plan);
  fault::point<"copy.planned">();
  return plan;
}

bool has_all(const IndexNames& here, const IndexNames& there, const tables::TableName& name) {
  const auto wanted = there.find(name);
  if (wanted == there.end()) return true;
  const auto found = here.find(name);
  if (found == here.end()) return false;
  const std::set<std::string> names(found->second.begin(), found->second.end());
  return std::all_of(wanted->second.begin(), wanted->second.end(),
                     [&](const std::string& index) { return names.count(index) != 0; });
}

const tables::Table& shape_of(const Origin& origin, const tables::TableName& name) {
  const auto found =
      std::lower_bound(origin.tables.begin(), origin.tables.end(), name,
                       [](const tables::Table& table, const tables::TableName& wanted) { return table.name < wanted; });
  if (found != origin.tables.end() && found->name == name) return *found;
  throw Error(Kind::failed, fmt::format("{} is in the plan of the copy but not on the frozen replica", name.text()),
              "Undo this run and begin a new one.");
}

std::set<tables::TableName> names_of(const std::vector<tables::Table>& tables) {
  std::set<tables::TableName> names;
  for (const tables::Table& table : tables) names.insert(table.name);
  return names;
}

// What the target holds.
struct Standing {
  std::set<tables::TableName> tables;
  IndexNames indexes;
  Summaries lines;
};

Standing read_standing(mysql::Connection& target, const Origin& origin) {
  return {names_of(tables::read_tables(target, origin.databases)), tables::read_index_names(target, origin.databases),
          ledger::summarize(target)};
}

const tables::LedgerSummary& lines_of(const Standing& standing, const tables::PlannedTable& planned) {
  static const tables::LedgerSummary none;
  const auto found = standing.lines.find(planned.id);
  return found == standing.lines.end() ? none : found->second;
}

Schedule::Range range_to_do(const tables::Chunk& keys, const tables::LedgerSummary& lines) {
  Schedule::Range range{keys, std::nullopt};
  for (const tables::LedgerLine& line : lines.last_lines)
    if (line.chunk.range == keys.range) range.last_line = line;
  return range;
}

Schedule::Todo todo_for(const tables::PlannedTable& planned, const Origin& origin, const Standing& standing,
                        tables::TableProgress& progress, std::uint64_t chunk_bytes) {
  const tables::LedgerSummary& lines = lines_of(standing, planned);
  if (lines.chunks != 0 && standing.tables.count(planned.name) == 0)
    throw Error(Kind::failed, fmt::format("{} was copied, and is gone from the target", planned.name.text()),
                "Undo this run and begin a new one.");
  Schedule::Todo todo;
  todo.table = std::make_unique<TableWork>(shape_of(origin, planned.name), planned, progress, chunk_bytes);
  todo.partly_copied = lines.chunks != 0;
  todo.table->note_copied(lines.copied);
  for (const tables::Chunk& keys : planned.ranges) todo.ranges.push_back(range_to_do(keys, lines));
  const bool made_with_keys = todo.table->has_keys_from_the_start() && standing.tables.count(planned.name) == 0;
  todo.indexes = !made_with_keys && !has_all(standing.indexes, origin.indexes, planned.name);
  if (todo.indexes) progress.index_bytes.store(todo.table->shape().index_bytes, std::memory_order_relaxed);
  return todo;
}

std::uint64_t bytes_of(const std::map<tables::TableName, std::uint64_t>& bytes, const tables::TableName& name) {
  const auto found = bytes.find(name);
  return found == bytes.end() ? 0 : found->second;
}

Outcome read_outcome(mysql::Connection& frozen, mysql::Connection& target, const Origin& origin,
                     const std::vector<tables::PlannedTable>& plan) {
  Outcome outcome;
  const auto frozen_bytes = tables::read_tablespace_bytes(frozen, origin.databases);
  const auto target_bytes = tables::read_tablespace_bytes(target, origin.databases);
  Summaries lines = ledger::summarize(target);
  for (const tables::PlannedTable& planned : plan) {
    TableOutcome table;
    table.name = planned.name;
    const tables::LedgerSummary& copied = lines[planned.id];
    table.rows = copied.copied.rows;
    table.bytes = copied.copied.bytes;
    table.chunks = copied.chunks;
    table.has_primary_key = !shape_of(origin, planned.name).primary_key.empty();
    table.frozen_tablespace_bytes = bytes_of(frozen_bytes, planned.name);
    table.target_tablespace_bytes = bytes_of(target_bytes, planned.name);
    outcome.rows += table.rows;
    outcome.bytes += table.bytes;
    outcome.tables.push_back(std::move(table));
  }
  outcome.frozen_shared_bytes = bytes_of(frozen_bytes, {});
  outcome.target_shared_bytes = bytes_of(target_bytes, {});
  return outcome;
}

// The question may come before there is anything: nothing is created to answer it.
bool is_complete(const std::vector<tables::PlannedTable>& plan, const Origin& origin, const Standing& standing) {
  return std::all_of(plan.begin(), plan.end(), [&](const tables::PlannedTable& planned) {
    return tables::is_copied(planned, lines_of(standing, planned)) && standing.tables.count(planned.name) != 0 &&
           has_all(standing.indexes, origin.indexes, planned.name);
  });
}

bool counters_reach(mysql::Connection& target, const Origin& origin) {
  std::map<tables::TableName, std::uint64_t> counters;
  for (const tables::Table& table : tables::read_tables(target, origin.databases))
    if (table.auto_increment) counters[table.name] = *table.auto_increment;
  return std::all_of(origin.tables.begin(), origin.tables.end(), [&](const tables::Table& table) {
    return !table.auto_increment || bytes_of(counters, table.name) >= *table.auto_increment;
  });
}

// Others hold them in memory: a restart forgets those above the rows, as one of the source would have.
bool keeps_counters(const mysql::Flavor& flavor) {
  return flavor.is_mariadb() ? flavor.at_least(10, 2, 4) : flavor.at_least(8, 0);
}

void drop(mysql::Connection& target, const tables::TableName& name) {
  try {
    target.execute("DROP TABLE IF EXISTS " + name.quoted(), "dropping " + name.text());
  } catch (const mysql::ServerError& error) {
    if (mysql::meaning_of(error) != mysql::Meaning::no_such_object) throw;  // the database is gone with it
  }
}

// A number that somebody gave is what he gets.
unsigned lanes_to_begin_with(const Options& options, mysql::Connection& frozen, mysql::Connection& target) {
  if (!options.pacing.decide) return options.jobs;
  return std::min({options.jobs, mysql::sessions_to_take(frozen), mysql::sessions_to_take(target)});
}

// With sessions of its own: those of before the rows may have been lost in the hours since.
Outcome finish(const Options& options, const Origin& origin, const std::vector<tables::PlannedTable>& plan,
               const std::stop_token& stop) {
  mysql::Connection frozen(options.frozen, stop);
  mysql::Connection target = open_target(options.target, stop);
  raise_counters(target, origin.databases, origin.tables);
  analyze_tables(target, origin.databases);
  std::vector<std::string> sentences = refusals(target);
  for (const auto& copy_more : {copy_encryption, copy_histograms})
    for (std::string& sentence : copy_more(frozen, target, origin.databases)) sentences.push_back(std::move(sentence));
  fault::point<"copy.counters_raised">();
  Outcome outcome = read_outcome(frozen, target, origin, plan);
  outcome.not_as_source = std::move(sentences);
  outcome.left_out_of_binlog = ledger::leave_out_of_binlog(target);
  return outcome;
}

}  // namespace

Outcome run(const Options& options, Progress& progress, std::stop_token stop) {
  DARBE_ASSERT(options.jobs > 0);
  mysql::Connection frozen(options.frozen, stop);
  mysql::Connection target = open_target(options.target, stop);
  if (options.still_frozen) options.still_frozen(frozen);
  tables::require_all_readable(frozen, options.databases);
  const Origin origin = read_origin(frozen, options);
  create_databases(target, origin.databases);
  const std::vector<tables::PlannedTable> plan = find_or_make_plan(frozen, target, options, origin);
  const Standing standing = read_standing(target, origin);
  progress.start(plan);
  std::vector<Schedule::Todo> todo;
  for (std::size_t i = 0; i < plan.size(); ++i)
    todo.push_back(todo_for(plan[i], origin, standing, progress.table(i), options.chunk_bytes));
  Schedule schedule(std::move(todo), lanes_to_begin_with(options, frozen, target), options.chunk_bytes);
  run_pipeline(options, schedule, stop);
  return finish(options, origin, plan, stop);
}

State state(const Options& options, std::stop_token stop) {
  mysql::Connection target(options.target, stop);
  const auto plan = ledger::read_plan(target);
  if (!plan) return State::absent;
  mysql::Connection frozen(options.frozen, stop);
  const Origin origin = read_origin(frozen, options);
  const Standing standing = read_standing(target, origin);
  if (!is_complete(*plan, origin, standing)) return State::partial;
  return !keeps_counters(target.flavor()) || counters_reach(target, origin) ? State::done : State::partial;
}

tables::Totals copy_again(const Options& options, const tables::Table& table, const tables::PlannedTable& planned,
                          const tables::Chunk& chunk, std::stop_token stop) {
  tables::TableProgress progress;
  TableWork work(table, planned, progress, options.chunk_bytes);
  const tables::Totals totals = run_again(options, work, chunk, stop);
  mysql::Connection target = open_target(options.target, stop);
  mysql::Connection frozen(options.frozen, stop);
  target.execute("BEGIN");
  restore_json_types(frozen, target, table, chunk);
  if (options.still_frozen) options.still_frozen(frozen);
  target.execute("COMMIT", "committing the types in " + tables::describe(table, chunk));
  return totals;
}

void discard(const mysql::ConnectOptions& options, std::stop_token stop) {
  mysql::Connection target = open_target(options, stop);
  const auto plan = ledger::read_plan(target);
  if (!plan) return;
  for (const tables::PlannedTable& planned : *plan) {
    drop(target, planned.name);
    fault::point<"copy.dropped">();
  }
  forget_refusals(target);
  ledger::clear(target);
}

}  // namespace darbe::copy
