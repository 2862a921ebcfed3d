// One signed request to AWS and its answer, of whatever protocol: repeated by the rules, with a clock that is off and
// credentials that ended mended once on the way.
#pragma once

#include <atomic>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/configuration.h"
#include "aws/retries.h"
#include "http/client.h"

namespace darbe::aws {

struct Message {
  std::string service;  // in endpoints
  std::string action;
  std::vector<std::pair<std::string, std::string>> headers;  // signed too; Content-Type among them
  std::string body;
};

// Threads may share it.
class Transport {
 public:
  explicit Transport(Configuration configuration) : configuration_(std::move(configuration)) {}

  const Configuration& configuration() const { return configuration_; }

  // An answer of HTTP 200. Throws: ApiError; Error{transient} when no answer came, after all tries; Error{interrupted};
  // what the source of credentials throws.
  http::Answer send(const Message& message, std::stop_token stop);

 private:
  http::Answer send_by_the_rules(const Message& message, const std::stop_token& stop);
  http::Answer send_and_mend(const Message& message, const std::stop_token& stop);
  http::Answer send_once(const Message& message, const std::optional<Credentials>& credentials,
                         const std::stop_token& stop);
  std::optional<Credentials> credentials(std::string_view rejected, const std::stop_token& stop) const;

  const Configuration configuration_;
  RetryBudget budget_;
  std::atomic<bool> was_answered_ = false;  // ever
};

}  // namespace darbe::aws
