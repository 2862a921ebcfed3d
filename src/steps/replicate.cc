#include "steps/replicate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/fault.h"
#include "replication/control.h"
#include "replication/filters.h"
#include "replication/user.h"
#include "replication/wait.h"
#include "steps/following.h"
#include "steps/parameters.h"
#include "steps/run.h"

namespace darbe::steps {

namespace {

using base::Error;
using base::Kind;
using engine::Standing;
using replication::State;

// A receiver that reconnects looks broken for a moment.
constexpr base::Poll until_it_recovers{.every = std::chrono::seconds(1), .at_most = std::chrono::seconds(30)};

bool follows_source(const Run& run, const replication::ReplicaStatus& status) {
  return status.state != State::absent && status.source_user == run.plan.names.replication_user;
}

// It has events of the source, and may have applied some: from the coordinates once more, rows without a key would come
// twice. Parallel workers may have applied some behind one that stopped, and `executed` stays before that.
bool may_have_applied(const Run& run, const replication::ReplicaStatus& status) {
  const replication::Coordinates at{run.facts.frozen.value().file, run.facts.frozen->position};
  return follows_source(run, status) && (status.executed != at || status.received != at);
}

// Begun: on the way to being started, or since.
void remember_begun(Run& run, bool begun) {
  run.facts.replication_begun = begun;
  run.remember();
}

void point_at_source(Run& run, mysql::Connection& target, const std::stop_token& stop) {
  const base::Secret password = replication::make_replication_password();
  const aws::Instance instance = run.account.instances.get(run.source_id(), stop);
  mysql::Connection source(run.connect_options(instance), stop);
  replication::create_replication_user(source, run.plan.names.replication_user, password,
                                       [&run](const std::string& statement) { run.changed_source(statement); });
  replication::set_source(target,
                          {.host = instance.address,
                           .port = static_cast<unsigned>(instance.port.value_or(3306)),
                           .user = run.plan.names.replication_user,
                           .password = password,
                           .from = {.file = run.facts.frozen.value().file, .position = run.facts.frozen->position},
                           .tls = source.flavor().has_tls()},
                          stop);
}

// Copied anew as of the freeze, the target would never get the rows of what its GTIDs say that it has applied.
void require_no_gtids_since_freeze(const Run& run, mysql::Connection& target, const std::stop_token& stop) {
  mysql::Connection source = run.source(stop);
  const auto since = replication::applied_since(source, target, {run.facts.frozen.value().gtid_executed});
  if (since.text.empty()) return;
  throw Error(Kind::failed,
              fmt::format("{} has applied what {} wrote after the freeze ({}), and somebody reset its replication: by "
                          "GTID it would skip that, and its rows would be missing",
                          run.target_id(), run.source_id(), since.text),
              "Give the run up with `darbe undo`, and begin again.");
}

// The filter that a copy of only some databases needs; nothing for a copy of all.
std::optional<std::string> filter(const Run& run) {
  if (!run.plan.request.databases) return std::nullopt;
  return replication::wild_do_table(*run.plan.request.databases);
}

// RDS tells the server of a changed group some time after it has answered.
void wait_for_filter(Run& run, mysql::Connection& target, const std::string& wanted, const std::stop_token& stop) {
  base::poll_until({.every = run.settings.poll, .at_most = run.settings.patience}, stop, [&] {
    const std::string now = replication::status(target).wild_do_table;
    if (now != wanted) run.report.note(fmt::format("{} waits for its filter", run.target_id()));
    return now == wanted;
  });
}

void require_filter(const Run& run, mysql::Connection& target) {
  const std::string wanted = filter(run).value_or("");
  const replication::ReplicaStatus status = replication::status(target);
  if (status.wild_do_table != wanted)
    throw Error(Kind::failed,
                fmt::format("{} filters by '{}' instead of '{}'", run.target_id(), status.wild_do_table, wanted),
                "Look at replicate-wild-do-table in its parameter group; run the same command again.");
  if (!status.other_filters.empty())
    throw Error(
        Kind::failed,
        fmt::format("{} leaves out changes of the source: {}", run.target_id(), fmt::join(status.other_filters, "; ")),
        "Take that out of its parameter group and restart it; run the same command again.");
}

bool has_user(const Run& run, const std::stop_token& stop) {
  mysql::Connection source = run.source(stop);
  return replication::replication_user_exists(source, run.plan.names.replication_user);
}

// An undo that was cut short may have dropped it: the connection that is open still lives, and no other will.
void require_user(const Run& run, const std::stop_token& stop) {
  if (has_user(run, stop)) return;
  throw Error(Kind::failed,
              fmt::format("the replication user {} is gone from {}", run.plan.names.replication_user, run.source_id()),
              "Somebody dropped it, or began to undo the run: give it up with `darbe undo`, and begin again.");
}

}  // namespace

Standing Replicate::check(Run& run, std::stop_token stop) {
  mysql::Connection target = run.target(stop);
  auto status = replication::status(target);
  run.saw(fmt::format("replication on the target is {}", replication::name_of(status.state)));
  if (!follows_source(run, status)) {
    // Nobody knows how far it came, and from the coordinates once more, rows without a key would come twice. Where the
    // frozen replica is gone already, a person has to look.
    if (run.facts.frozen) require_no_gtids_since_freeze(run, target, stop);
    if (run.facts.replication_begun && !run.journal.done(name))
      throw engine::StartOver{"Freeze", fmt::format("somebody reset replication on {}", run.target_id())};
    return Standing::absent;
  }
  if (!run.journal.done(name))
    return status.state == State::on && has_user(run, stop) ? Standing::done : Standing::partial;
  require_user(run, stop);
  base::poll_until(until_it_recovers, stop,
                   [&] { return (status = replication::status(target)).state != State::broken; });
  if (status.state == State::broken)
    throw Error(Kind::failed,
                fmt::format("{} doesn't follow the source any more: {}", run.target_id(), status.trouble()),
                status.advice() +
                    " Then start replication with CALL mysql.rds_start_replication and run the same command again; "
                    "or give the run up with `darbe undo`.");
  return Standing::done;  // a target that restarted and stands still is started again by CatchUp
}

void Replicate::apply(Run& run, std::stop_token stop) {
  if (const auto value = filter(run)) set_parameter(run, "replicate-wild-do-table", *value, stop);
  fault::point<"replicate.filtered">();
  mysql::Connection target = run.target(stop);
  // Stopped first: what is applied while one asks is not in the answer.
  const replication::ReplicaStatus stopped = replication::stop(target, stop);
  if (may_have_applied(run, stopped)) {
    require_user(run, stop);
    expect_restart(run, stop);  // tells of one since an earlier command began to replicate
  } else {
    if (!follows_source(run, stopped)) require_no_gtids_since_freeze(run, target, stop);
    remember_begun(run, false);  // a kill on the way leaves it without a source, and nobody has reset it
    point_at_source(run, target, stop);
  }
  if (const auto value = filter(run)) wait_for_filter(run, target, *value, stop);
  require_filter(run, target);
  remember_begun(run, true);
  watch_for_restarts(run, stop);
  fault::point<"replicate.begun">();
  replication::start(target, stop);
}

void Replicate::undo(Run& run, std::stop_token stop) {
  const auto instance = run.find_source(stop);
  if (!instance) return;
  mysql::Connection source(run.connect_options(*instance), stop);
  replication::drop_replication_user(source, run.plan.names.replication_user,
                                     [&run](const std::string& statement) { run.changed_source(statement); });
  fault::point<"undo.user_dropped">();
}

}  // namespace darbe::steps
