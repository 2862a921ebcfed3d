// A real HTTP server that plays AWS from a script: one answer per request, in order. The last answer repeats.
#pragma once

#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "aws/account.h"
#include "aws/form.h"
#include "base/mutex.h"
#include "http/server.h"

namespace darbe::aws {

inline const http::Response lost_answer{200, {}, "", true};

// As the query protocol answers.
inline http::Response answer(const std::string& action, const std::string& result) {
  return {200,
          {{"content-type", "text/xml"}},
          fmt::format("<{0}Response xmlns=\"http://rds.amazonaws.com/doc/2014-10-31/\"><{0}Result>{1}</{0}Result>"
                      "<ResponseMetadata><RequestId>b136</RequestId></ResponseMetadata></{0}Response>",
                      action, result)};
}
inline http::Response complaint(const std::string& code, const std::string& message = "No.", int status = 400) {
  return {status,
          {},
          fmt::format("<ErrorResponse xmlns=\"http://rds.amazonaws.com/doc/2014-10-31/\"><Error><Type>Sender</Type>"
                      "<Code>{}</Code><Message>{}</Message></Error><RequestId>b136</RequestId></ErrorResponse>",
                      code, message)};
}

// As EC2 answers.
inline http::Response ec2_answer(const std::string& action, const std::string& content) {
  return {200,
          {},
          fmt::format("<{0}Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>59db</requestId>{1}"
                      "</{0}Response>",
                      action, content)};
}
inline http::Response ec2_complaint(const std::string& code, int status = 400) {
  return {status,
          {},
          fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{}</Code>"
                      "<Message>No.</Message></Error></Errors><RequestID>59db</RequestID></Response>",
                      code)};
}

class ScriptedAws {
 public:
  explicit ScriptedAws(std::vector<http::Response> script)
      : script_(std::move(script)),
        server_("127.0.0.1", 0, [this](const http::Request& request) { return next(request); }),
        thread_([this](std::stop_token stop) { server_.run(stop); }),
        account(configuration()) {}

  std::vector<http::Request> requests() {
    base::MutexLock lock(mutex_);
    return requests_;
  }
  // A request's form, a field a line.
  std::string body(std::size_t number) {
    std::string lines;
    for (const auto& [name, value] : form_decoded(requests().at(number).body)) lines += name + "=" + value + "\n";
    return lines;
  }
  // The action of each request.
  std::vector<std::string> actions() {
    std::vector<std::string> result;
    for (const http::Request& request : requests()) result.push_back(form_decoded(request.body).at(0).second);
    return result;
  }

  std::string url() const { return fmt::format("http://127.0.0.1:{}", server_.port()); }

  // Three tries without pauses, and no patience after them.
  static RetryRules quick_retries() {
    RetryRules rules;
    rules.fault_base = rules.throttling_base = rules.at_most = std::chrono::milliseconds(1);
    rules.storm = rules.short_storm = std::chrono::milliseconds(0);
    rules.storm_base = rules.storm_at_most = std::chrono::milliseconds(1);
    return rules;
  }
  // Keys that last; the same address for each service.
  Configuration configuration() const {
    const Credentials keys{"AKIDEXAMPLE", base::Secret("secret"), base::Secret("token")};
    Configuration result;
    result.region = "eu-west-1";
    result.credentials = [keys](std::string_view, std::stop_token) { return keys; };
    result.endpoint = [url = url()](std::string_view) { return Endpoint{url, "eu-west-1"}; };
    result.retries = quick_retries();
    return result;
  }

 private:
  http::Response next(const http::Request& request) {
    base::MutexLock lock(mutex_);
    requests_.push_back(request);
    return script_.at(std::min(requests_.size(), script_.size()) - 1);
  }

  const std::vector<http::Response> script_;
  base::Mutex mutex_;
  std::vector<http::Request> requests_ GUARDED_BY(mutex_);
  http::Server server_;
  std::jthread thread_;

 public:
  Account account;
};

}  // namespace darbe::aws
