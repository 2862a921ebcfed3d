// A fresh account of the lab behind its front door, for tests: signed calls that must succeed, what it takes to sign
// others, and no workers.
#pragma once

#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "aws/xml.h"
#include "base/file.h"
#include "lab/front.h"
#include "signed_request.h"

namespace darbe::lab {

class Account : public testing::Test {
 protected:
  explicit Account(std::vector<EngineOffer> engines = {{"mysql", "9.7.4", "9.7", "mysql9.7", "MySQL 9.7.4", true}})
      : state_(folder_.path() / "state.json", {std::move(engines), catalog}, "eu-west-1"),
        log_(folder_.path() / "requests.log"),
        front_({state_, faults_, log_}, aws_models()) {
    state_.on_task([this](const Task& task) { tasks_.push_back(task); });
    state_.look([&](const Store& store) {
      signer_.key = store.credentials.begin()->first;
      signer_.secret = store.credentials.begin()->second.secret;
    });
  }

  aws::XmlElement rds(const std::string& action, const aws::Form& parameters) {
    return call("rds", action, "2014-10-31", parameters).child(action + "Result");
  }
  aws::XmlElement ec2(const std::string& action, const aws::Form& parameters) {
    return call("ec2", action, "2016-11-15", parameters);
  }
  aws::XmlElement sts(const std::string& action, const aws::Form& parameters) {
    return call("sts", action, "2011-06-15", parameters).child(action + "Result");
  }

  aws::XmlElement iam(const std::string& action, const aws::Form& parameters) {
    return call("iam", action, "2010-05-08", parameters).child(action + "Result");
  }

  aws::XmlElement monitoring(const std::string& action, const aws::Form& parameters) {
    return call("monitoring", action, "2010-08-01", parameters).child(action + "Result");
  }

  Value json(const std::string& service, const std::string& action, const Value& parameters) {
    Signer signer = signer_;
    signer.service = service;
    const std::string prefix = service == "kms" ? "TrentService." : "secretsmanager.";
    const http::Response response = front_.handle(signed_body(signer, to_json(parameters), prefix + action));
    EXPECT_EQ(response.status, 200) << action << ": " << response.body;
    if (response.status == 200) called_.insert(service + " " + action);
    return from_json(response.body);
  }

  static const ParameterCatalog& catalog(std::string_view family) {
    static const ParameterCatalog parameters(
        "mysql9.7", {{"max_connections", "100", "", "engine-default", "dynamic", "integer", "1-100000", true},
                     {"performance_schema", "1", "", "engine-default", "static", "boolean", "0,1", true},
                     {"port", "3306", "", "system", "static", "integer", "1-65535", false}});
    EXPECT_EQ(family, "mysql9.7");
    return parameters;
  }

  // What a worker does in the end.
  void settle() {
    state_.change([](World& world) {
      for (auto& [name, instance] : world.store.instances) instance.shape["DBInstanceStatus"] = "available";
      for (auto& [name, snapshot] : world.store.snapshots) snapshot["Status"] = "available";
    });
  }

  std::vector<std::string> subnets() {
    std::vector<std::string> ids;
    state_.look([&](const Store& store) {
      for (const auto& [id, subnet] : store.subnets) ids.push_back(id);
    });
    return ids;
  }

  std::set<std::string> called_;  // "SERVICE ACTION"
  std::vector<Task> tasks_;       // that workers would have got
  base::TemporaryFolder folder_;
  State state_;
  Faults faults_;
  RequestLog log_;
  Front front_;
  Signer signer_;

 private:
  aws::XmlElement call(const std::string& service, const std::string& action, const std::string& version,
                       const aws::Form& parameters) {
    aws::Form form = {{"Action", action}, {"Version", version}};
    form.insert(form.end(), parameters.begin(), parameters.end());
    Signer signer = signer_;
    signer.service = service;
    const http::Response response = front_.handle(signed_request(signer, form));
    EXPECT_EQ(response.status, 200) << action << ": " << response.body;
    if (response.status == 200) called_.insert(service + " " + action);
    return aws::parse_xml(response.body);
  }
};

}  // namespace darbe::lab
