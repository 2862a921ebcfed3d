#include "replication/control.h"

#include <optional>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/fault.h"
#include "mysql/quote.h"

namespace darbe::replication {

namespace {

using base::Error;
using base::Kind;
using mysql::Connection;

constexpr base::Poll settling{std::chrono::milliseconds(100), settle_within};

// Calls one of RDS's procedures. What it signals is kept for the message in case the status disagrees afterwards; it
// may well have done what was asked, or found it done (facts/rds-mysql.md 1.5).
std::optional<std::string> call(Connection& server, const std::string& statement, const std::string& label) {
  try {
    server.execute(statement, label);
    return std::nullopt;
  } catch (const mysql::ServerError& error) {
    if (mysql::meaning_of(error) != mysql::Meaning::signalled) throw;
    return error.what();
  }
}

std::string because(const std::optional<std::string>& said, const ReplicaStatus& now) {
  const std::string trouble = now.trouble();
  std::string text = said ? ": " + *said : "";
  if (!trouble.empty()) text += "; " + trouble;
  return text;
}

std::string set_call(const mysql::Flavor& flavor, const SourceSpec& source) {
  return fmt::format("CALL {}({}, {}, {}, {}, {}, {}, {})", flavor.set_external_source(),
                     mysql::quote_text(source.host), source.port, mysql::quote_text(source.user),
                     mysql::quote_text(source.password.reveal()), mysql::quote_text(source.from.file),
                     source.from.position, source.tls ? 1 : 0);
}

bool points_at(const ReplicaStatus& status, const SourceSpec& source) {
  return status.source_host == source.host && status.source_port == source.port && status.source_user == source.user &&
         status.executed == source.from;
}

}  // namespace

ReplicaStatus stop(Connection& replica, std::stop_token token) {
  ReplicaStatus now = status(replica);
  if (now.state == State::absent || now.stands()) return now;
  const auto said = call(replica, "CALL mysql.rds_stop_replication", "stopping replication");
  const bool stopped = base::poll_until(settling, token, [&] {
    now = status(replica);
    return now.state == State::absent || now.stands();
  });
  if (!stopped) throw Error(Kind::failed, "replication does not stop" + because(said, now));
  return now;
}

ReplicaStatus start(Connection& replica, std::stop_token token) {
  ReplicaStatus now = status(replica);
  if (now.state == State::absent) throw Error(Kind::refused, "replication can't be started: no source is set");
  if (now.state == State::on && now.io_running == "Yes") return now;
  const auto said = call(replica, "CALL mysql.rds_start_replication", "starting replication");
  fault::point<"replication.started">();
  // The receiver connects for a moment before it runs; an error that is left over from before goes when it does.
  base::poll_until(settling, token, [&] {
    now = status(replica);
    const bool receiver_gave_up = now.io_running == "No" && !now.last_io_error.empty();
    return (now.state == State::on && now.io_running == "Yes") || now.stands() || receiver_gave_up ||
           !now.last_sql_error.empty();
  });
  if (now.state != State::on || now.io_running != "Yes")
    throw Error(Kind::failed, "replication does not start" + because(said, now), now.advice());
  return now;
}

void lift_delay(Connection& replica) {
  if (status(replica).delay_seconds == 0) return;
  const auto said = call(replica, "CALL mysql.rds_set_source_delay(0)", "lifting the replica's delay");
  const ReplicaStatus now = status(replica);
  if (now.delay_seconds != 0)
    throw Error(Kind::failed, fmt::format("the replica goes on being {} seconds late on purpose{}", now.delay_seconds,
                                          because(said, now)));
}

void set_source(Connection& replica, const SourceSpec& source, std::stop_token token) {
  reset(replica, token);
  const auto said = call(replica, set_call(replica.flavor(), source), "setting the source of replication");
  fault::point<"replication.source_set">();
  const ReplicaStatus now = status(replica);
  if (!points_at(now, source))
    throw Error(Kind::failed, fmt::format("the source of replication is not {} at {}{}", source.host,
                                          text_of(source.from), because(said, now)));
}

void reset(Connection& replica, std::stop_token token) {
  if (stop(replica, token).state == State::absent) return;
  const auto said = call(replica, fmt::format("CALL {}", replica.flavor().reset_external_source()),
                         "forgetting the source of replication");
  const ReplicaStatus now = status(replica);
  if (now.state != State::absent)
    throw Error(Kind::failed, "the source of replication is not forgotten" + because(said, now));
}

}  // namespace darbe::replication
