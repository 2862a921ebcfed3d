// The lab's API: takes an HTTP request apart, looks who signed it, what it asks and whether that is allowed, lets the
// action run, and words the answer. One thread at a time.
#pragma once

#include <map>
#include <string>

#include "http/server.h"
#include "lab/action.h"
#include "lab/api_model.h"
#include "lab/api_wire.h"
#include "lab/faults.h"
#include "lab/request_log.h"
#include "lab/state.h"

namespace darbe::lab {

class Front {
 public:
  struct Parts {
    State& state;
    Faults& faults;
    RequestLog& log;
  };
  Front(Parts parts, std::vector<ApiModel> models);

  http::Response handle(const http::Request& request);

 private:
  struct Service {
    ApiModel model;
    std::vector<const Actions*> actions;
  };

  struct Question;
  static const Operation& operation_in(const ApiModel& model, const Question& question);

  const Service& service_named(const std::string& name) const;
  struct Asked {
    const Service& service;
    const Operation& operation;
    const Value& parameters;
    const Caller& caller;
    bool stuck = false;  // it is granted, and nothing follows from it
  };
  // Leaves in `entry` what it asked IAM and what it answers.
  void act(const Asked& asked, LogEntry& entry);
  http::Response answered(const Service& service, const Operation& operation, const LogEntry& entry) const;
  http::Response refused(const Service& service, const Refusal& refusal, LogEntry& entry) const;

  Parts parts_;
  std::map<std::string, Service> services_;
};

}  // namespace darbe::lab
