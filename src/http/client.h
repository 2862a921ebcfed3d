// One HTTP request and its answer, through libcurl.
#pragma once

#include <chrono>
#include <map>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace darbe::http {

struct Call {
  std::string method = "POST";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string ca_file;     // empty: the system's
  bool is_direct = false;  // past any proxy that http_proxy, https_proxy and no_proxy name
  std::chrono::milliseconds timeout{60'000};
};

struct Answer {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

// Throws: Error{transient} when there is no answer (refused, reset, timed out), naming host and reason;
// Error{interrupted} on a stop, at once.
Answer call(const Call& call, std::stop_token stop);

}  // namespace darbe::http
