#include "steps/run_lock.h"

#include <future>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/retry.h"
#include "mysql/quote.h"

namespace darbe::steps {

namespace {

using base::Error;
using base::Kind;

// A quarter of the session's wait_timeout: three pings may fail before the server lets the lock go.
constexpr std::chrono::seconds ping_every{15};
constexpr int session_wait_timeout = 60;

mysql::Connection take(const mysql::ConnectOptions& server, const std::string& name, const std::stop_token& stop) {
  mysql::Connection session(server, stop);
  session.execute(fmt::format("SET SESSION wait_timeout = {}", session_wait_timeout));
  if (session.number(fmt::format("SELECT COALESCE(GET_LOCK({}, 0), 0)", mysql::quote_text(name))) == 1) return session;
  throw Error(
      Kind::refused, fmt::format("another darbe is at work on {}", server.host),
      fmt::format("Wait until it ends. If its machine is gone, its lock falls within {} s.", session_wait_timeout));
}

// Pings until it is told to stop; a session that was lost (the server restarted) is opened anew and the lock taken
// again.
void keep(mysql::Connection session, const mysql::ConnectOptions& server, const std::string& name,
          const std::function<void(const std::string&)>& lost, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    base::sleep_for(ping_every, stop);
    if (stop.stop_requested()) return;
    try {
      if (session.usable()) session.execute("DO 1", "ping");
      if (session.usable()) continue;
    } catch (const Error& error) {
      if (stop.stop_requested()) return;
      if (error.kind() != Kind::transient) return lost(base::text_of(error));
    }
    try {
      base::retry({.tries = 20, .base = std::chrono::milliseconds(500)}, stop,
                  [&] { session = take(server, name, stop); });
    } catch (const std::exception& error) {
      if (!stop.stop_requested()) lost(base::text_of(error));
      return;
    }
  }
}

void hold(const mysql::ConnectOptions& server, const std::string& name,
          const std::function<void(const std::string&)>& lost, std::promise<void> taken, const std::stop_token& ended) {
  std::optional<mysql::Connection> session;
  try {
    session.emplace(take(server, name, ended));
  } catch (...) {
    return taken.set_exception(std::current_exception());
  }
  taken.set_value();
  keep(std::move(*session), server, name, lost, ended);
}

}  // namespace

// The session belongs to the keeper, so that it outlives the stop: chunks at hand are still committed under the lock.
RunLock::RunLock(const mysql::ConnectOptions& server, const std::string& name,
                 std::function<void(const std::string&)> lost, std::stop_token stop) {
  std::promise<void> taken;
  std::future<void> answer = taken.get_future();
  keeper_ = std::jthread([server, name, lost = std::move(lost), taken = std::move(taken)](
                             std::stop_token ended) mutable { hold(server, name, lost, std::move(taken), ended); });
  const std::stop_callback give_up(stop, [this] { keeper_.request_stop(); });
  answer.get();
}

}  // namespace darbe::steps
