// One action of AWS's query and ec2 protocols (smithy.io, "AWS query protocol", "EC2 query protocol"): a signed POST of
// a form and an answer in XML, repeated while AWS is throttling, in trouble or out of reach. So every action may take
// effect twice: those who create look up by name and tag what "already exists".
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "aws/configuration.h"
#include "aws/form.h"
#include "aws/xml.h"
#include "base/retry.h"
#include "base/secret.h"

namespace darbe::aws {

struct Service {
  std::string_view name;     // in endpoints and signatures
  std::string_view version;  // of its API
};
inline constexpr Service rds{"rds", "2014-10-31"};
inline constexpr Service ec2{"ec2", "2016-11-15"};
inline constexpr Service sts{"sts", "2011-06-15"};

// An action's parameters as they are built up; what is not given is not sent.
class Parameters {
 public:
  // A parameter that was there before gets the new value.
  Parameters& add(const std::string& name, const std::string& value);
  Parameters& add(const std::string& name, const char* value) { return add(name, std::string(value)); }
  Parameters& add(const std::string& name, int value) { return add(name, std::to_string(value)); }
  Parameters& add(const std::string& name, bool value) { return add(name, value ? "true" : "false"); }
  Parameters& add(const std::string& name, const base::Secret& value) { return add(name, value.reveal()); }
  template <typename Value>
  Parameters& add(const std::string& name, const std::optional<Value>& value) {
    return value ? add(name, *value) : *this;
  }
  // "EnableCloudwatchLogsExports.member" -> "….1", "….2"; a list that is given but empty is sent as its name alone.
  Parameters& add_list(const std::string& name, const std::vector<std::string>& values);
  Parameters& add_list(const std::string& name, const std::optional<std::vector<std::string>>& values) {
    return values ? add_list(name, *values) : *this;
  }

  const Form& form() const { return form_; }

 private:
  Form form_;
};

// Threads may share it. Its functions' Throws: ApiError; Error{transient} when no answer came, after the last try;
// Error{interrupted}.
class Client {
 public:
  explicit Client(Configuration configuration, base::RetryPolicy retry = default_retry);

  const std::string& region() const { return configuration_.region; }

  // The answer's root element; for the query protocol the <ActionResult> in it.
  XmlElement call(const Service& service, const std::string& action, const Parameters& parameters,
                  std::stop_token stop) const;

  // Calls page after page and hands over each one's result, or its child `container` where that holds the page.
  std::vector<XmlElement> call_pages(const Service& service, const std::string& action, Parameters parameters,
                                     const std::string& container, std::stop_token stop) const;

  // Eight tries span half a minute on average, so a throttled account gets through and a link may flap.
  static constexpr base::RetryPolicy default_retry{8, std::chrono::milliseconds(500), std::chrono::seconds(20)};

 private:
  XmlElement call_once(const Service& service, const std::string& action, const std::string& body,
                       std::stop_token stop) const;

  Configuration configuration_;
  base::RetryPolicy retry_;
};

}  // namespace darbe::aws
