#include "steps/run_lock.h"

#include <cstdint>
#include <future>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/retry.h"
#include "mysql/quote.h"
#include "mysql/server_life.h"

namespace darbe::steps {

namespace {

using base::Error;
using base::Kind;

constexpr int session_wait_timeout = 60;

[[noreturn]] void refuse(const mysql::ConnectOptions& server) {
  throw Error(
      Kind::refused, fmt::format("another darbe is at work on {}", server.host),
      fmt::format("Wait until it ends. If its machine is gone, its lock falls within {} s.", session_wait_timeout));
}

// A session that has or had the lock, on a server that may have been another one before a failover.
struct Holder {
  std::uint64_t session = 0;
  std::string server_started;
};

struct Held {
  mysql::Connection session;
  Holder holder;
};

// `lost`: who had the lock before; a server that did not see that session go keeps it until its wait_timeout.
Held take(mysql::ConnectOptions server, const std::string& name, const LockPatience& patience,
          const std::optional<Holder>& lost, const std::stop_token& stop) {
  server.answer_timeout = patience.answer_timeout;
  mysql::Connection session(server, stop);
  const Holder now{.session = session.id(), .server_started = mysql::server_started(session)};
  session.execute(fmt::format("SET SESSION wait_timeout = {}", session_wait_timeout));
  if (session.number(fmt::format("SELECT COALESCE(GET_LOCK({}, 0), 0)", mysql::quote_text(name))) == 1)
    return {std::move(session), now};
  const auto holds = session.value(fmt::format("SELECT IS_USED_LOCK({})", mysql::quote_text(name)));
  if (lost && lost->server_started == now.server_started && holds == std::to_string(lost->session))
    throw Error(Kind::transient, fmt::format("{} has not let the lock of a lost session go yet", server.host));
  refuse(server);
}

// Who can't be asked is taken to be here: then the tries have an end.
bool is_away(const LockPatience& patience, const std::stop_token& stop) {
  try {
    return patience.is_away && patience.is_away(stop);
  } catch (const Error&) {
    return false;
  }
}

Held take_again(const mysql::ConnectOptions& server, const std::string& name, const LockPatience& patience,
                const Holder& lost, const std::stop_token& stop) {
  const base::RetryPolicy policy{.tries = patience.tries, .base = std::chrono::milliseconds(500)};
  int not_counted = 0;
  return base::retry_as(
      stop, [&] { return take(server, name, patience, lost, stop); },
      [&](const std::exception&, int attempt) -> std::optional<base::Clock::duration> {
        if (is_away(patience, stop)) {
          not_counted = attempt;
          return patience.ping_every;
        }
        if (attempt - not_counted >= policy.tries) return std::nullopt;
        return base::random_pause_before(policy, attempt - not_counted + 1);
      });
}

// Pings until it is told to stop; a session that was lost (the server restarted) is opened anew and the lock taken
// again.
void keep(Held held, const mysql::ConnectOptions& server, const std::string& name,
          const std::function<void(const std::string&)>& lost, const LockPatience& patience,
          const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    base::sleep_for(patience.ping_every, stop);
    if (stop.stop_requested()) return;
    try {
      if (held.session.usable()) held.session.execute("DO 1", "ping");
      if (held.session.usable()) continue;
    } catch (const Error& error) {
      if (stop.stop_requested()) return;
      if (error.kind() != Kind::transient) return lost(base::text_of(error));
    }
    try {
      held = take_again(server, name, patience, held.holder, stop);
    } catch (const std::exception& error) {
      if (!stop.stop_requested()) lost(base::text_of(error));
      return;
    }
  }
}

void hold(const mysql::ConnectOptions& server, const std::string& name,
          const std::function<void(const std::string&)>& lost, const LockPatience& patience, std::promise<void> taken,
          const std::stop_token& ended) {
  std::optional<Held> held;
  try {
    held.emplace(take(server, name, patience, std::nullopt, ended));
  } catch (...) {
    return taken.set_exception(std::current_exception());
  }
  taken.set_value();
  keep(std::move(*held), server, name, lost, patience, ended);
}

}  // namespace

// The session belongs to the keeper, so that it outlives the stop: chunks at hand are still committed under the lock.
RunLock::RunLock(const mysql::ConnectOptions& server, const std::string& name,
                 std::function<void(const std::string&)> lost, std::stop_token stop, LockPatience patience) {
  std::promise<void> taken;
  std::future<void> answer = taken.get_future();
  keeper_ =
      std::jthread([server, name, lost = std::move(lost), patience = std::move(patience), taken = std::move(taken)](
                       std::stop_token ended) mutable { hold(server, name, lost, patience, std::move(taken), ended); });
  const std::stop_callback give_up(stop, [this] { keeper_.request_stop(); });
  answer.get();
}

void require_free_lock(const mysql::ConnectOptions& server, const std::string& name, std::stop_token stop) {
  mysql::ConnectOptions options = server;
  options.answer_timeout = LockPatience().answer_timeout;
  std::optional<std::string> holder;
  try {
    mysql::Connection session(options, stop);
    holder = session.value(fmt::format("SELECT IS_USED_LOCK({})", mysql::quote_text(name)));
  } catch (const Error&) {
    base::throw_if_stopped(stop);
  }
  if (holder) refuse(server);
}

}  // namespace darbe::steps
