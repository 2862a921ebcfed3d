#include "copy/copy.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/fault.h"
#include "base/log.h"
#include "copy/creation.h"
#include "copy/json_types.h"
#include "copy/opening.h"
#include "copy/pipeline.h"
#include "mysql/alone.h"
#include "mysql/server_life.h"
#include "tables/alter.h"
#include "tables/hidden_digits.h"
#include "tables/json_doubles.h"
#include "tables/privileges.h"
#include "tables/rows.h"

namespace darbe::copy {

namespace {

namespace ledger = tables::ledger;

// Of the target's server in one command. Who has more of them should look into it.
constexpr int restarts_max = 10;

void plan_table(ledger::PlanWriter& plan, const tables::Table& table, std::uint64_t chunk_bytes) {
  tables::PlannedTable planned;
  planned.name = table.name;
  planned.rows_estimated = table.rows_estimated;
  planned.bytes_estimated = table.data_bytes;
  if (!gets_keys_at_creation(table.data_bytes, chunk_bytes)) planned.index_bytes_estimated = table.index_bytes;
  plan.add(planned);
}

void make_plan_if_missing(mysql::Connection& frozen, mysql::Connection& target, const Options& options,
                          const std::vector<tables::Database>& databases) {
  ledger::create(target);
  ledger::note_session(target, target.id());  // which had no place to be noted in before
  if (ledger::has_plan(target)) return;
  tables::require_no_hidden_digits(frozen, databases);
  ledger::PlanWriter plan(target);
  tables::list_tables(frozen, databases,
                      [&](const tables::Table& table) { plan_table(plan, table, options.chunk_bytes); });
  if (options.still_frozen) options.still_frozen(frozen);
  plan.commit();
  fault::point<"copy.planned">();
}

tables::Amount amount_of(const tables::PlanTotals& totals) {
  return {.tables = totals.tables,
          .rows_estimated = totals.rows_estimated,
          .bytes_estimated = totals.bytes_estimated,
          .index_bytes = totals.index_bytes_estimated,
          .rows = totals.copied.rows,
          .bytes = totals.copied.bytes};
}

bool counters_reach(mysql::Connection& frozen, mysql::Connection& target, const std::vector<tables::TableName>& names) {
  const auto there = tables::read_counters(target, names);
  return std::ranges::all_of(tables::read_counters(frozen, names), [&](const auto& wanted) {
    const auto found = there.find(wanted.first);
    return found != there.end() && found->second >= wanted.second;
  });
}

// Others hold them in memory: a restart forgets those above the rows, as one of the source would have.
bool keeps_counters(const mysql::Flavor& flavor) {
  return flavor.is_mariadb() ? flavor.at_least(10, 2, 4) : flavor.at_least(8, 0);
}

void drop(mysql::Connection& target, const tables::TableName& name) {
  try {
    mysql::execute_alone(target, "DROP TABLE IF EXISTS " + name.quoted(), "dropping " + name.text());
  } catch (const mysql::ServerError& error) {
    if (mysql::meaning_of(error) != mysql::Meaning::no_such_object) throw;  // the database is gone with it
  }
}

// A number that somebody gave is what he gets.
unsigned lanes_to_begin_with(const Options& options, mysql::Connection& frozen, mysql::Connection& target) {
  if (!options.pacing.decide) return options.jobs;
  return std::min({options.jobs, mysql::sessions_to_take(frozen), mysql::sessions_to_take(target)});
}

// A command that was killed may have left the server to it, for hours.
void tell_of_earlier_builds(mysql::Connection& target) {
  constexpr std::size_t longest = 200;
  for (const std::string& statement : tables::alters_in_place(target))
    log::warning("waiting for the target's server, which is still at work for an earlier command: {}",
                 statement.substr(0, longest));
}

// With sessions of its own: those of before the rows may have been lost in the hours since. On the target it is one
// from the beginning to the flush: what it flushes is what the lanes have committed.
Outcome finish(const Options& options, const std::vector<tables::Database>& databases,
               const FirstSession& first_session, const std::stop_token& stop) {
  mysql::Connection frozen(options.frozen, stop);
  mysql::Connection target = open_same_target(options.target, first_session, stop);
  ledger::for_each_window(target, [&](const std::vector<tables::PlannedTable>& tables) {
    raise_counters(target, tables::read_counters(frozen, tables::names_of(tables)));
  });
  analyze_tables(target, databases);
  std::vector<std::string> sentences = refusals(target);
  for (const auto& copy_more : {copy_encryption, copy_histograms})
    for (std::string& sentence : copy_more(frozen, target, databases)) sentences.push_back(std::move(sentence));
  mysql::flush_to_disk(target, ledger::schema);  // who may not is warned by CatchUp
  fault::point<"copy.counters_raised">();
  const tables::PlanTotals totals = ledger::read_totals(target);
  return {.tables = totals.tables,
          .rows = totals.copied.rows,
          .bytes = totals.copied.bytes,
          .not_as_source = std::move(sentences),
          .left_out_of_binlog = ledger::leave_out_of_binlog(target)};
}

}  // namespace

Outcome run(const Options& options, Progress& progress, std::stop_token stop) {
  DARBE_ASSERT(options.jobs > 0);
  mysql::Connection frozen(options.frozen, stop);
  mysql::Connection target = open_target(options.target, stop);
  const FirstSession first_session{target.id(), mysql::server_started(target)};
  if (options.still_frozen) options.still_frozen(frozen);
  tables::require_all_readable(frozen, options.databases);
  const std::vector<tables::Database> databases = tables::read_databases(frozen, options.databases);
  ledger::end_sessions(target, ledger::Builds::let_end, stop);
  tell_of_earlier_builds(target);
  create_databases(target, databases);
  make_plan_if_missing(frozen, target, options, databases);
  progress.start(Progress::Stage::copy, amount_of(ledger::read_totals(target)));
  Schedule schedule(ledger::read_order(target), lanes_to_begin_with(options, frozen, target), options.chunk_bytes,
                    static_cast<bool>(options.meanwhile));
  run_pipeline(options, schedule, progress, first_session, stop);
  return finish(options, databases, first_session, stop);
}

Outcome through_restarts(const std::function<Outcome()>& copy) {
  for (int restarts = 0;; ++restarts) {
    try {
      return copy();
    } catch (const TargetRestarted& error) {
      if (restarts == restarts_max) throw;
      log::warning("copying goes on with what the ledger has: {}", error.what());
    }
  }
}

State state(const Options& options, std::stop_token stop) {
  mysql::Connection target(options.target, stop);
  if (!ledger::has_plan(target)) return State::absent;
  mysql::Connection frozen(options.frozen, stop);
  bool all = true;
  ledger::for_each_window(target, [&](std::vector<tables::PlannedTable> tables) {
    if (!all) return;
    const Window window = read_window(frozen, target, std::move(tables));
    all = window.is_complete() &&
          (!keeps_counters(target.flavor()) || counters_reach(frozen, target, tables::names_of(window.tables)));
  });
  return all ? State::done : State::partial;
}

tables::Totals copy_again(const Options& options, const tables::Table& table, const tables::PlannedTable& planned,
                          const tables::Chunk& chunk, std::stop_token stop) {
  Progress progress;
  TableWork work(table, planned, {}, progress, {options.chunk_bytes});
  const tables::Totals totals = run_again(options, work, chunk, stop);
  mysql::Connection target = open_target(options.target, stop);
  mysql::Connection frozen(options.frozen, stop);
  target.execute("BEGIN");
  restore_json_types(frozen, target, table, chunk,
                     tables::reads_json_doubles(target) ? Doubles::of_text : Doubles::made_again);
  if (options.still_frozen) options.still_frozen(frozen);
  target.execute("COMMIT", "committing the types in " + tables::describe(table, chunk));
  return totals;
}

void discard(const mysql::ConnectOptions& options, std::stop_token stop) {
  mysql::Connection target = open_target(options, stop);
  ledger::end_sessions(target, ledger::Builds::end, stop);
  if (!ledger::has_plan(target)) return;
  ledger::for_each_window(target, [&](const std::vector<tables::PlannedTable>& tables) {
    for (const tables::PlannedTable& planned : tables) {
      drop(target, planned.name);
      fault::point<"copy.dropped">();
    }
  });
  forget_refusals(target);
  ledger::clear(target);
}

}  // namespace darbe::copy
