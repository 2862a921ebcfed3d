// What darbe status saw, in Prometheus' text format, and the small server that shows it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "cli/status_report.h"

namespace darbe::cli {

struct Listen {
  std::string address = "127.0.0.1";  // "::1" without brackets
  unsigned short port = 0;            // 0: a free one
  bool operator==(const Listen&) const = default;
};

// "9500" (loopback), "10.0.0.5:9500", "[::1]:9500". Throws: Error{usage}.
Listen parse_listen(std::string_view text);

// How often was looked, and how often a server didn't answer.
struct Looks {
  std::uint64_t all = 0;
  std::uint64_t failed = 0;
};

// Every figure of `status` that can be told, each with its meaning.
std::string metrics_of(const Status& status, const Looks& looks);

// Serves GET /metrics on a thread of its own while it lives. Another thread may call show().
class MetricsServer {
 public:
  // Listens at once. `on_error` is called from the server's thread if serving ends. Throws: Error{failed} if the
  // address can't be bound.
  MetricsServer(const Listen& listen, std::function<void(const std::string&)> on_error);
  ~MetricsServer();
  std::string url() const;
  // The page from now on. 503 is answered before the first one, and after `until` if no other has come.
  void show(std::string page, base::Clock::time_point until);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace darbe::cli
