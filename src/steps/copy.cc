#include "steps/copy.h"

#include "base/fault.h"
#include "copy/copy.h"
#include "steps/copy_options.h"
#include "steps/full_storage.h"
#include "steps/progress_teller.h"
#include "steps/replica.h"
#include "steps/run.h"
#include "steps/tablespaces.h"

namespace darbe::steps {

using engine::Standing;

namespace {

void remember_size(Run& run, const std::stop_token& stop) {
  mysql::Connection replica = run.replica(stop);
  run.facts.bytes_before = tablespace_bytes(replica, run.databases(replica));
  run.remember();
}

copy::Outcome copy_once(Run& run, const std::stop_token& stop) {
  tables::Progress progress;
  const ProgressTeller teller(progress, run.report);
  copy::Options options = copy_options(run, stop);
  verify::Ahead ahead(verify_options(options));
  options.meanwhile = [&](const std::vector<unsigned>& table_ids, std::stop_token end) {
    const bool more = ahead.work(table_ids, std::move(end));
    progress.note_verified_ahead(ahead.bytes_verified());
    return more;
  };
  const copy::Outcome outcome = copy::run(options, progress, stop);
  warn_of_repairs(run, ahead.repaired());
  return outcome;
}

// A full volume is for the operator to grow; when that is done, nobody needs to tell us.
copy::Outcome copy_with_room(Run& run, const std::stop_token& stop) {
  while (true) {
    try {
      return copy::through_restarts([&] { return copy_once(run, stop); });
    } catch (const base::Error& error) {
      if (error.kind() == base::Kind::interrupted || !is_storage_full(run, error, stop)) throw;
      if (!wait_for_larger_storage(run, stop)) throw;
    }
  }
}

}  // namespace

Standing Copy::check(Run& run, std::stop_token stop) {
  switch (copy::state(copy_options(run, stop), stop)) {
    case copy::State::absent:
      run.saw("the ledger on the target holds no table");
      return Standing::absent;
    case copy::State::partial:
      run.saw("the ledger lacks chunks, or indexes are still to be built");
      return Standing::partial;
    case copy::State::done:
      run.saw("all rows of all planned tables are in the ledger, and all indexes are built");
      return run.facts.tables > 0 ? Standing::done : Standing::partial;
  }
  return Standing::unknown;
}

void Copy::apply(Run& run, std::stop_token stop) {
  remember_size(run, stop);
  const copy::Outcome outcome = copy_with_room(run, stop);
  fault::point<"copy.all_copied">();
  run.facts.tables = outcome.tables;
  run.facts.rows = outcome.rows;
  run.facts.bytes = outcome.bytes;
  run.facts.copy_not_as_source = outcome.not_as_source;
  run.remember();
  mysql::Connection replica = run.replica(stop);
  require_frozen(run, replica);
}

void Copy::undo(Run&, std::stop_token) {}  // the rows go with the target

}  // namespace darbe::steps
