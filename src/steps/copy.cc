#include "steps/copy.h"

#include "base/fault.h"
#include "copy/copy.h"
#include "steps/copy_options.h"
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

}  // namespace

Standing Copy::check(Run& run, std::stop_token stop) {
  switch (copy::state(copy_options(run, stop), stop)) {
    case copy::State::absent:
      return Standing::absent;
    case copy::State::partial:
      return Standing::partial;
    case copy::State::done:
      return run.facts.tables > 0 ? Standing::done : Standing::partial;
  }
  return Standing::unknown;
}

void Copy::apply(Run& run, std::stop_token stop) {
  remember_size(run, stop);
  tables::Progress progress;
  const ProgressTeller teller(progress, run.report);
  const copy::Outcome outcome = copy::run(copy_options(run, stop), progress, stop);
  fault::point("copy.all_copied");
  run.facts.tables = outcome.tables.size();
  run.facts.rows = outcome.rows;
  run.facts.bytes = outcome.bytes;
  run.facts.copy_not_as_source = outcome.not_as_source;
  run.remember();
  mysql::Connection replica = run.replica(stop);
  require_frozen(run, replica);
}

void Copy::undo(Run&, std::stop_token) {}  // the rows go with the target

}  // namespace darbe::steps
