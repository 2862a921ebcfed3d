#include "replication/freeze.h"

#include <algorithm>
#include <regex>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "mysql/quote.h"
#include "mysql/server_life.h"
#include "replication/control.h"
#include "replication/status.h"

namespace darbe::replication {

namespace {

using base::Error;
using base::Kind;
using mysql::Connection;

// How long the replica runs before the next try: what holds it (a temporary table, an undecided transaction) is a
// matter of the source's application, and a stop and a start cost some seconds on RDS. Each time longer: one that
// passes over a large binlog begins that anew.
constexpr base::Clock::duration first_try_after = std::chrono::seconds(1);
constexpr base::Clock::duration next_try_at_latest_after = std::chrono::minutes(1);

// The GTID of the first transaction from there on, as SHOW BINLOG EVENTS words it: MySQL "SET @@SESSION.GTID_NEXT=
// 'uuid:5'", MariaDB "BEGIN GTID 0-1-100".
std::optional<std::string> gtid_at(Connection& source, const Coordinates& at) {
  constexpr int headers_at_most = 8;  // of a binlog, before its first transaction
  static const std::regex word(R"((?:GTID_NEXT= '|GTID )([-0-9a-zA-Z_:]+))");
  const mysql::Result events = source.query(fmt::format("SHOW BINLOG EVENTS IN {} FROM {} LIMIT {}",
                                                        mysql::quote_text(at.file), at.position, headers_at_most));
  for (std::size_t row = 0; row < events.size(); ++row) {
    if (events.text(row, "Event_type") != "Gtid") continue;
    const std::string& info = events.text(row, "Info");
    std::smatch found;
    if (std::regex_search(info, found, word)) return found[1];
  }
  return std::nullopt;
}

// What keeps a stopped replica from being a state one can copy; empty if nothing does.
std::string obstacle(Connection& replica, Connection& source, const Coordinates& at) {
  if (const auto tables = open_temporary_tables(replica); tables > 0)
    return fmt::format("{} temporary tables of the replication applier are open", tables);
  if (const auto transactions = prepared_xa_transactions(replica); transactions > 0)
    return fmt::format("{} XA transactions are prepared and not decided", transactions);
  if (is_behind_its_gtids(replica, source, at))
    return fmt::format("it connected again a moment ago and stands before what it has executed, at {}", text_of(at));
  return {};
}

void throw_unless_replica(const ReplicaStatus& status) {
  if (status.state == State::absent) throw Error(Kind::refused, "the server is not a replica: it has no source");
}

// Verify compares with this server: what it lacks would be missing on both sides.
void throw_unless_faithful(Connection& replica, const ReplicaStatus& status) {
  if (!status.last_sql_error.empty()) throw Error(Kind::failed, "the replica " + status.trouble(), status.advice());
  std::vector<std::string> left_out = status.other_filters;
  if (!status.wild_do_table.empty()) left_out.push_back("Replicate_Wild_Do_Table " + status.wild_do_table);
  const auto skipped = replica.query(
      "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('slave_skip_errors', 'replica_skip_errors', 'slave_exec_mode', "
      "'replica_exec_mode') AND Value NOT IN ('OFF', 'STRICT', '')");
  for (std::size_t row = 0; row < skipped.size(); ++row)
    left_out.push_back(fmt::format("{} {}", skipped.text(row, "Variable_name"), skipped.text(row, "Value")));
  if (left_out.empty()) return;
  throw Error(Kind::failed, fmt::format("the replica leaves out changes of its source: {}", fmt::join(left_out, "; ")),
              "Give the run up with `darbe undo`, take that out of the replica's parameter group, and begin again with "
              "a replica that never had it: what it left out is missing on it for good.");
}

bool stands_still(const ReplicaStatus& status) { return status.io_running == "No" && status.sql_running == "No"; }

}  // namespace

Frozen freeze(Connection& replica, Connection& source, std::chrono::seconds within, std::stop_token token) {
  const auto deadline = base::Clock::now() + within;
  for (auto pause = first_try_after;; pause = std::min(2 * pause, next_try_at_latest_after)) {
    const ReplicaStatus stopped = stop(replica, token);
    throw_unless_replica(stopped);
    throw_unless_faithful(replica, stopped);
    const std::string reason = obstacle(replica, source, stopped.executed);
    if (reason.empty()) return freeze_facts(replica);
    start(replica, token);
    if (base::Clock::now() > deadline)
      throw Error(Kind::refused, fmt::format("the replica can't be frozen: {}", reason),
                  "Where sessions or transactions hold it, end them on the source; then run the same command again.");
    base::sleep_for(pause, token);
    base::throw_if_stopped(token);
  }
}

bool is_behind_its_gtids(Connection& replica, Connection& source, const Coordinates& at) {
  const bool by_set = replica.flavor().has_gtid_executed();
  if (replica_gtids(replica).text.empty()) return false;
  try {
    const auto next = gtid_at(source, at);
    if (!next) return false;
    const std::string gtid = mysql::quote_text(*next);
    return replica.value(by_set ? fmt::format("SELECT GTID_SUBSET({}, @@GLOBAL.gtid_executed)", gtid)
                                : fmt::format("SELECT MASTER_GTID_WAIT({}, 0) = 0", gtid)) == "1";
  } catch (const mysql::ServerError& error) {
    if (error.kind() == Kind::transient) throw;
    log::debug("what the source wrote at {} can't be looked at: {}", text_of(at), error.what());
    return false;
  }
}

Frozen freeze_facts(Connection& replica) {
  const ReplicaStatus now = status(replica);
  throw_unless_replica(now);
  return {now.executed, replica_gtids(replica), mysql::server_started(replica)};
}

std::optional<std::string> moved(Connection& replica, const Frozen& then) {
  const ReplicaStatus now = status(replica);
  if (now.state == State::absent) return "the frozen replica is no replica any more";
  if (!stands_still(now)) return "replication runs on the frozen replica";
  return difference(then, freeze_facts(replica));
}

std::optional<std::string> difference(const Frozen& then, const Frozen& now) {
  if (then.at != now.at) return fmt::format("the frozen replica went from {} to {}", text_of(then.at), text_of(now.at));
  if (then.gtids != now.gtids)
    return fmt::format("the frozen replica's GTID set was '{}' and is '{}'", then.gtids.text, now.gtids.text);
  if (then.server_started != now.server_started) return "the frozen replica was restarted";
  return std::nullopt;
}

}  // namespace darbe::replication
