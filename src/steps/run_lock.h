// One run at a time: a named lock (GET_LOCK) on a server, held by a session of its own that pings. The session's
// wait_timeout is short, so that the lock of a vanished machine falls within a minute (PROTOCOL.md, section 5).
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/clock.h"
#include "mysql/connection.h"

namespace darbe::steps {

// How long a lock that was lost is tried for.
struct LockPatience {
  // A quarter of the session's wait_timeout: three pings may fail before the server lets the lock go.
  base::Clock::duration ping_every = std::chrono::seconds(15);
  int tries = 20;
  // Of a ping: the server may be gone without a word, and another darbe hold the lock on its successor.
  std::chrono::seconds answer_timeout{20};
  // Whether the server is known to be away for longer: tries count from when it is not. Called from the lock's own
  // thread; an Error is a no. Empty: never.
  std::function<bool(std::stop_token)> is_away{};
};

class RunLock {
 public:
  // `lost` is called from the lock's own thread, once, when the lock can't be vouched for any more.
  // Throws: Error{refused} if somebody else holds it.
  RunLock(const mysql::ConnectOptions& server, const std::string& name, std::function<void(const std::string&)> lost,
          std::stop_token stop, LockPatience patience = {});

 private:
  std::jthread keeper_;
};

// Throws: Error{refused} if somebody holds that lock there. A server that can't be asked is taken to be free.
void require_free_lock(const mysql::ConnectOptions& server, const std::string& name, std::stop_token stop);

}  // namespace darbe::steps
