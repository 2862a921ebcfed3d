#include "steps/objects.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "base/fault.h"
#include "objects/compare.h"
#include "steps/objects_options.h"
#include "steps/replica.h"
#include "steps/run.h"

namespace darbe::steps {

namespace {

void require_same_catalogs(Run& run, mysql::Connection& replica, mysql::Connection& target,
                           const std::stop_token& stop) {
  const auto comparison =
      objects::compare_catalogs(replica, target, wanted_objects(run, replica), reported_differences(run), stop);
  if (comparison.differences.empty()) return;
  require_frozen(run, replica);  // one that has moved on differs
  throw base::Error(base::Kind::mismatch,
                    fmt::format("the catalogs of {} and {} differ: {}", run.replica_id(), run.target_id(),
                                fmt::join(comparison.differences, "; ")),
                    "Please report this with the objects' definitions; `darbe undo` takes everything back.");
}

}  // namespace

engine::Standing Objects::check(Run& run, std::stop_token stop) {
  mysql::Connection replica = run.replica(stop), target = run.target(stop);
  const auto standing =
      objects::objects_standing(replica, target, wanted_objects(run, replica), reported_differences(run));
  run.saw(sentence_of(standing, "foreign keys, views, routines, triggers, events and finer grants"));
  return standing_of(standing, run.journal.done(name));
}

void Objects::apply(Run& run, std::stop_token stop) {
  mysql::Connection replica = run.replica(stop), target = run.target(stop);
  const auto outcome = objects::create_objects(replica, target, wanted_objects(run, replica), stop);
  fault::point<"objects.created">();
  run.facts.objects_not_as_source = outcome.not_as_source;
  run.facts.events_enabled_on_source.clear();
  mysql::Connection source = run.source(stop);
  for (const std::string& event : objects::enabled_events(source, wanted_objects(run, replica).databases))
    run.facts.events_enabled_on_source.emplace(event, "ENABLED");
  run.remember();
  require_same_catalogs(run, replica, target, stop);
  require_frozen(run, replica);
}

void Objects::undo(Run&, std::stop_token) {}  // they go with the target

}  // namespace darbe::steps
