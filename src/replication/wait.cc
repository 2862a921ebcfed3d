#include "replication/wait.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "mysql/quote.h"

namespace darbe::replication {

namespace {

using base::Error;
using base::Kind;
using mysql::Connection;

// Asks for one slice at a time until the server says that it is there. `ask` returns what the wait function says.
enum class Answer { there, not_yet, not_applying };

// A receiver that lost its source is tried again by the server, for days: a failover passes within this time, and of
// anything longer a person must hear.
constexpr std::chrono::seconds disconnected_at_most{120};

[[noreturn]] void throw_stuck(const ReplicaStatus& status, const std::string& what) {
  const std::string trouble = status.trouble();
  throw Error(Kind::failed,
              fmt::format("{} at {}{}", what, text_of(status.executed), trouble.empty() ? "" : ": " + trouble),
              status.advice());
}

void wait_until_there(Connection& replica, const std::function<Answer()>& ask, const Progress& progress,
                      const std::stop_token& stop) {
  auto connected = base::Clock::now();
  for (;;) {
    base::throw_if_stopped(stop);
    const Answer answer = ask();
    if (answer == Answer::there) return;
    const ReplicaStatus now = status(replica);
    if (answer == Answer::not_applying || now.sql_running != "Yes") throw_stuck(now, "replication stopped");
    if (now.io_running == "Yes") connected = base::Clock::now();
    if (base::Clock::now() - connected > disconnected_at_most) throw_stuck(now, "replication does not get on");
    if (progress) progress(now);
  }
}

}  // namespace

void wait_for_coordinates(Connection& replica, const Coordinates& coordinates, const Progress& progress,
                          std::stop_token stop) {
  const std::string sql = fmt::format("SELECT {}({}, {}, 1)", replica.flavor().source_pos_wait(),
                                      mysql::quote_text(coordinates.file), coordinates.position);
  wait_until_there(
      replica,
      [&] {
        const auto said = replica.value(sql, "waiting for " + text_of(coordinates));
        if (!said) return Answer::not_applying;
        return *said == "-1" ? Answer::not_yet : Answer::there;
      },
      progress, stop);
}

void wait_for_gtids(Connection& replica, const GtidSet& gtids, const Progress& progress, std::stop_token stop) {
  if (gtids.text.empty()) return;
  const std::string sql = fmt::format("SELECT WAIT_FOR_EXECUTED_GTID_SET({}, 1)", mysql::quote_text(gtids.text));
  wait_until_there(
      replica, [&] { return replica.value(sql, "waiting for GTIDs") == "0" ? Answer::there : Answer::not_yet; },
      progress, stop);
}

GtidSet subtract(Connection& server, const GtidSet& from, const GtidSet& what) {
  return {server
              .value(fmt::format("SELECT GTID_SUBTRACT({}, {})", mysql::quote_text(from.text),
                                 mysql::quote_text(what.text)))
              .value_or("")};
}

GtidSet applied_since(Connection& source, Connection& replica, const GtidSet& at_freeze) {
  if (!replica.flavor().has_gtid_executed()) return {};
  const GtidSet executed = replica_gtids(replica);
  const GtidSet not_of_source = subtract(replica, executed, source_gtids(source));
  return subtract(replica, subtract(replica, executed, not_of_source), at_freeze);
}

Coordinates catch_up(Connection& source, Connection& replica, const GtidSet& at_freeze, const Progress& progress,
                     std::stop_token stop) {
  // Coordinates first: the set that is read after them holds all that is before them.
  const Coordinates coordinates = source_coordinates(source);
  if (gtid_mode_is_on(source) && source.flavor().at_least(5, 7))
    wait_for_gtids(replica, subtract(source, source_gtids(source), at_freeze), progress, stop);
  else
    wait_for_coordinates(replica, coordinates, progress, stop);
  return coordinates;
}

bool has_applied(Connection& replica, const Coordinates& coordinates) {
  const ReplicaStatus now = status(replica);
  return now.state != State::absent && now.executed >= coordinates;
}

}  // namespace darbe::replication
