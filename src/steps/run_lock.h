// One run at a time: a named lock (GET_LOCK) on a server, held by a session of its own that pings. The session's
// wait_timeout is short, so that the lock of a vanished machine falls within a minute (PROTOCOL.md, section 5).
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <thread>

#include "mysql/connection.h"

namespace darbe::steps {

class RunLock {
 public:
  // `lost` is called from the lock's own thread, once, when the lock can't be vouched for any more.
  // Throws: Error{refused} if somebody else holds it.
  RunLock(const mysql::ConnectOptions& server, const std::string& name, std::function<void(const std::string&)> lost,
          std::stop_token stop);

 private:
  std::jthread keeper_;
};

}  // namespace darbe::steps
