#include "steps/catch_up.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/fault.h"
#include "mysql/server_life.h"
#include "plan/run_record.h"
#include "replication/wait.h"
#include "steps/following.h"
#include "steps/replica.h"
#include "steps/run.h"
#include "steps/source_schema.h"
#include "tables/ledger.h"

namespace darbe::steps {

namespace {

using engine::Standing;

constexpr std::size_t changes_named = 20;  // a warning is for reading; the report has all

void tell_schema_news(Run& run, const std::stop_token& stop) {
  mysql::Connection source = run.source(stop), target = run.target(stop);
  const SchemaNews news = schema_news(run, source, target);
  for (const std::string& sentence : news.attention) run.report.warning(sentence);
  if (news.changes.empty()) return;
  const auto named = std::min(news.changes.size(), changes_named);
  const auto last = news.changes.begin() + static_cast<std::ptrdiff_t>(named);
  const std::size_t more = news.changes.size() - named;
  run.report.warning(fmt::format("{}'s schema changed since the freeze: {}{}", run.source_id(),
                                 fmt::join(news.changes.begin(), last, "; "),
                                 more > 0 ? fmt::format("; and {} more", more) : ""));
}

// The load left the redo log to the operating system (flush_log_at_trx_commit = 2). What only the target will have
// from here on must be on its disk.
void flush_to_disk(Run& run, const std::stop_token& stop) {
  mysql::Connection target = run.target(stop);
  tables::ledger::leave_out_of_binlog(target);
  if (!mysql::flush_to_disk(target, tables::ledger::schema))
    run.report.warning(
        fmt::format("{} may not flush {}'s logs (RELOAD): until Settle its host's crash could take the last second of "
                    "commits along",
                    run.plan.request.master_user_name, run.target_id()));
  fault::point<"catch_up.flushed">();
}

}  // namespace

Standing CatchUp::check(Run& run, std::stop_token stop) {
  const auto with = [&run](Standing standing, std::string why) {
    run.saw(std::move(why));
    return standing;
  };
  if (!run.facts.caught_up_at) return with(Standing::absent, "the target was not waited for yet");
  mysql::Connection source = run.source(stop), target = run.target(stop);
  const replication::State state = replication::status(target).state;
  if (state != replication::State::on)
    return with(Standing::partial, fmt::format("replication on the target is {}", replication::name_of(state)));
  if (const auto doubt = restart_in_doubt(run, target)) return with(Standing::partial, *doubt);
  const replication::Coordinates now = replication::source_coordinates(source);
  if (!replication::has_applied(target, now))
    return with(Standing::partial, fmt::format("the target has not applied {} yet", replication::text_of(now)));
  if (!run.facts.replica_released || !replica_is_released(run, source, stop))
    return with(Standing::partial, fmt::format("read replica {} is not given up yet", run.replica_id()));
  return with(Standing::done,
              fmt::format("the target has applied {}, and the replica is given up", replication::text_of(now)));
}

void CatchUp::apply(Run& run, std::stop_token stop) {
  run.facts.caught_up_at = follow_to_now(run, stop);
  run.remember();
  fault::point<"catch_up.caught_up">();
  tell_schema_news(run, stop);
  run.facts.replica_released = true;
  run.remember();
  fault::point<"catch_up.replica_given_up">();
  flush_to_disk(run, stop);
  mysql::Connection source = run.source(stop);
  if (!is_held(run, source)) return;  // an earlier command gave it back
  remove_replica(run, stop);
  plan::record_held_replica(source, std::nullopt, [&run](const std::string& said) { run.changed_source(said); });
}

void CatchUp::undo(Run&, std::stop_token) {}  // nothing was made

}  // namespace darbe::steps
