// Signed calls to a lab, for tests: answers as XML trees, refusals as their codes.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "aws/form.h"
#include "aws/sigv4.h"
#include "aws/xml.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/secret.h"
#include "http/client.h"
#include "lab_process.h"

namespace darbe::lab_test {

class ApiClient {
 public:
  explicit ApiClient(const LabProcess& lab) : ApiClient(lab, lab.environment()) {}
  // With the keys that `environment` has.
  ApiClient(const LabProcess& lab, const std::map<std::string, std::string>& environment)
      : lab_(lab),
        key_(environment.at("AWS_ACCESS_KEY_ID")),
        secret_(base::Secret(environment.at("AWS_SECRET_ACCESS_KEY"))) {}

  // The answer's result (without its wrapper). Throws: base::Error{failed} "CODE: message" when it is refused.
  aws::XmlElement ask(const std::string& action, const aws::Form& parameters) {
    const http::Answer answer = http::call(signed_call(action, parameters), {});
    const aws::XmlElement xml = aws::parse_xml(answer.body);
    if (answer.status == 200) return xml.has(action + "Result") ? xml.child(action + "Result") : xml;
    const auto& error = xml.has("Errors") ? xml.child("Errors").child("Error") : xml.child("Error");
    throw base::Error(base::Kind::failed, error.text("Code") + ": " + error.text("Message"));
  }

  // The code it is refused with; empty if it is not.
  std::string refusal(const std::string& action, const aws::Form& parameters) {
    try {
      ask(action, parameters);
      return "";
    } catch (const base::Error& error) {
      const std::string text = error.what();
      return text.substr(0, text.find(':'));
    }
  }

  aws::XmlElement instance(const std::string& identifier) {
    return ask("DescribeDBInstances", {{"DBInstanceIdentifier", identifier}}).child("DBInstances").child("DBInstance");
  }

  // Polls until it is available, with nothing pending; the statuses seen on the way come back, each once.
  std::vector<std::string> wait_until_available(const std::string& identifier) {
    std::vector<std::string> seen;
    aws::XmlElement now = instance(identifier);
    wait([&] {
      now = instance(identifier);
      const std::string status = now.text("DBInstanceStatus");
      if (seen.empty() || seen.back() != status) seen.push_back(status);
      return status == "available" && now.child("PendingModifiedValues").children().empty();
    });
    if (now.text("DBInstanceStatus") != "available")
      throw base::Error(base::Kind::failed,
                        fmt::format("{} is {}\n{}", identifier, now.text("DBInstanceStatus"), lab_.log()));
    return seen;
  }

  bool wait(const std::function<bool()>& ready) {
    return base::poll_until({std::chrono::milliseconds(30), std::chrono::seconds(120)}, {}, ready);
  }

 private:
  // Its name and its API's version. What isn't RDS's has one of these words in its name.
  static std::pair<std::string, std::string> service_of(const std::string& action) {
    const auto has = [&action](const char* word) { return action.find(word) != std::string::npos; };
    if (has("User") || has("AccessKey") || has("RolePolicy") || action == "CreateRole") return {"iam", "2010-05-08"};
    const bool is_subnet = has("Subnet") && !has("DBSubnet");
    if (has("SecurityGroup") || has("Vpc") || has("NetworkInterface") || is_subnet) return {"ec2", "2016-11-15"};
    return {"rds", "2014-10-31"};
  }

  http::Call signed_call(const std::string& action, const aws::Form& parameters) const {
    const auto& [service, version] = service_of(action);
    aws::Form form = {{"Action", action}, {"Version", version}};
    form.insert(form.end(), parameters.begin(), parameters.end());
    aws::SigningInput input;
    input.body = aws::form_encoded(form);
    input.time = aws::signing_time(std::chrono::system_clock::now());
    input.region = lab_.environment().at("AWS_REGION");
    input.service = service;
    input.headers = {{"host", lab_.endpoint_url().substr(std::string("http://").size())}, {"x-amz-date", input.time}};
    http::Call call;
    call.url = lab_.endpoint_url() + "/";
    call.headers = input.headers;
    call.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
    call.headers.emplace_back("authorization", aws::authorization(input, key_, aws::signature(input, secret_)));
    call.body = input.body;
    return call;
  }

  const LabProcess& lab_;
  const std::string key_;
  const base::Secret secret_;
};

}  // namespace darbe::lab_test
