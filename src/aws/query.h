// One action of AWS's query and ec2 protocols (smithy.io, "AWS query protocol", "EC2 query protocol"): a signed POST of
// a form and an answer in XML, repeated while AWS is throttling, in trouble or out of reach. So every action may take
// effect twice: those who create look up by name and tag what "already exists". And of the JSON protocol's (smithy.io,
// "AWS JSON 1.1 protocol"), for the few services that speak nothing else.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "aws/configuration.h"
#include "aws/form.h"
#include "aws/json.h"
#include "aws/transport.h"
#include "aws/xml.h"
#include "base/secret.h"

namespace darbe::aws {

struct Service {
  std::string_view name;     // in endpoints and signatures
  std::string_view version;  // of its API
};
inline constexpr Service rds{"rds", "2014-10-31"};
inline constexpr Service ec2{"ec2", "2016-11-15"};
inline constexpr Service sts{"sts", "2011-06-15"};
inline constexpr Service iam{"iam", "2010-05-08"};
inline constexpr Service monitoring{"monitoring", "2010-08-01"};  // CloudWatch

struct JsonService {
  std::string_view name;
  std::string_view target;  // before the action in X-Amz-Target
};
inline constexpr JsonService kms{"kms", "TrentService"};
inline constexpr JsonService secretsmanager{"secretsmanager", "secretsmanager"};

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

// Threads may share it. Its functions' Throws: ApiError; Error{transient} when no answer came, after the last try
// (retries.h); Error{interrupted}; what the source of credentials throws.
class Client {
 public:
  explicit Client(Configuration configuration) : transport_(std::make_unique<Transport>(std::move(configuration))) {}

  const Configuration& configuration() const { return transport_->configuration(); }
  const std::string& region() const { return configuration().region; }

  // The answer's root element; for the query protocol the <ActionResult> in it.
  XmlElement call(const Service& service, const std::string& action, const Parameters& parameters,
                  std::stop_token stop) const;

  // Calls page after page and hands over each one's result, or its child `container` where that holds the page.
  std::vector<XmlElement> call_pages(const Service& service, const std::string& action, Parameters parameters,
                                     const std::string& container, std::stop_token stop) const;

  // The answer's fields, which may hold secrets.
  Fields call_json(const JsonService& service, const std::string& action, const Fields& parameters,
                   std::stop_token stop) const;

 private:
  std::unique_ptr<Transport> transport_;  // it counts what failed, whatever the constness of the calls
};

}  // namespace darbe::aws
