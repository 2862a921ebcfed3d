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
        account(configuration(), quick_retry) {}

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

  static constexpr base::RetryPolicy quick_retry{3, std::chrono::milliseconds(1), std::chrono::milliseconds(2)};

 private:
  http::Response next(const http::Request& request) {
    base::MutexLock lock(mutex_);
    requests_.push_back(request);
    return script_.at(std::min(requests_.size(), script_.size()) - 1);
  }
  Configuration configuration() const {
    const std::string url = fmt::format("http://127.0.0.1:{}", server_.port());
    const Credentials credentials{"AKIDEXAMPLE", base::Secret("secret"), base::Secret("token")};
    return {"eu-west-1", [=](std::stop_token) { return credentials; }, [=](std::string_view) { return url; }, ""};
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
