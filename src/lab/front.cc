#include "lab/front.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/log.h"
#include "base/random.h"
#include "lab/authentication.h"
#include "lab/rules.h"

namespace darbe::lab {
namespace {

std::string new_request_id() {
  const std::string hex = base::random_hex(16);
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4), hex.substr(16, 4),
                     hex.substr(20));
}

Form form_of(const http::Request& request) {
  if (request.method != "GET") return parse_form(request.body);
  const std::size_t question = request.target.find('?');
  return question == std::string::npos ? Form() : parse_form(request.target.substr(question + 1));
}

std::string value_in(const Form& form, const std::string& name) {
  const auto found = form.find(name);
  return found == form.end() ? std::string() : found->second;
}

// Before a signature names the service, the API version that the request speaks is all there is to go by.
std::string service_by_version(const Form& form) {
  const std::string version = value_in(form, "Version");
  if (version == "2016-11-15") return "ec2";
  if (version == "2010-08-01") return "monitoring";
  return version == "2011-06-15" ? "sts" : "rds";
}

Value as_value(const Form& form) {
  Value::Members members;
  for (const auto& [name, value] : form) members.emplace(name, value);
  return members;
}

const Operation& operation_in(const ApiModel& model, const Form& form) {
  const std::string action = value_in(form, "Action");
  if (action.empty()) throw Refusal("MissingAction", "The request is missing an action or a required parameter.");
  const std::string version = value_in(form, "Version");
  const Operation* operation = model.operation(action);
  if (!operation || version != model.version())
    throw Refusal("InvalidAction", fmt::format("Could not find operation {} for version {}", action,
                                               version.empty() ? "NO_VERSION_SPECIFIED" : version));
  return *operation;
}

// EC2 has a word of its own for keys that nobody knows.
Refusal in_words_of(const ApiModel& model, const Refusal& refusal) {
  if (model.protocol() != Protocol::ec2 || refusal.code() != "InvalidClientTokenId") return refusal;
  return {"AuthFailure", "AWS was not able to validate the provided access credentials", 401};
}

void strike(const std::optional<ActionFault>& fault) {
  if (fault && !fault->lost) throw Refusal(fault->code, fault->message, fault->status);
}

}  // namespace

Front::Front(Parts parts, std::vector<ApiModel> models) : parts_(parts) {
  for (ApiModel& model : models) {
    const std::string name = model.service();
    services_.emplace(name, Service{std::move(model), actions_of(name)});
  }
}

const Front::Service& Front::service_named(const std::string& name) const {
  const auto found = services_.find(name);
  if (found == services_.end())
    throw Refusal("SignatureDoesNotMatch",
                  fmt::format("Credential should be scoped to a service that the lab plays, not '{}'.", name), 403);
  return found->second;
}

Value Front::act(const Service& service, const Operation& operation, const Value& parameters, const Caller& caller) {
  const Action* action = nullptr;
  for (const Actions* actions : service.actions)
    if (const auto found = actions->find(operation.name); found != actions->end()) action = &found->second;
  if (!action)
    throw Refusal("InvalidAction",
                  fmt::format("The lab does not play {}: docs/lab.md lists what it plays.", operation.name));
  Value answer;
  const auto run = [&](World& world) {
    check_rules(service.model.service(), {operation.name, parameters, world.store, world.offers});
    if (parameters.at("DryRun").truth())
      throw Refusal("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412);
    answer = (*action)(world, {operation.name, parameters, caller});
  };
  if (changes_something(operation.name)) {
    parts_.state.change(run);
  } else {
    parts_.state.look([&](const Store& store) {
      Store copy = store;
      std::vector<Task> tasks;
      World world{copy, parts_.state.offers(), tasks, std::chrono::system_clock::now(), parts_.state.metrics()};
      run(world);
    });
  }
  return answer;
}

http::Response Front::refused(const Service& service, const Refusal& refusal, LogEntry& entry) const {
  entry.status = refusal.status() ? refusal.status() : service.model.http_status(refusal.code());
  entry.code = refusal.code();
  entry.message = refusal.what();
  return {entry.status, {{"content-type", "text/xml"}}, error_xml({service.model, entry.request_id}, refusal), false};
}

http::Response Front::handle(const http::Request& request) {
  const auto now = std::chrono::system_clock::now();
  const Form form = form_of(request);
  LogEntry entry;
  entry.time = now;
  entry.service = service_by_version(form);
  entry.action = value_in(form, "Action");
  entry.parameters = as_value(form);
  entry.request_id = new_request_id();
  const Service* service = &services_.at(entry.service);
  http::Response response;
  try {
    const aws::Authorization authorization = signature_of(request);
    service = &service_named(authorization.service);
    entry.service = authorization.service;
    Caller caller;
    parts_.state.look([&](const Store& store) { caller = authenticate(request, authorization, store, now); });
    const Operation& operation = operation_in(service->model, form);
    const auto fault = parts_.faults.strike(operation.name);
    strike(fault);
    const Value parameters = parse_parameters(service->model, operation, form);
    entry.answer = act(*service, operation, parameters, caller);
    response = {200,
                {{"content-type", "text/xml"}},
                answer_xml({service->model, entry.request_id}, operation, entry.answer),
                false};
    response.lost = entry.lost = fault && fault->lost;
  } catch (const Refusal& refusal) {
    response = refused(*service, in_words_of(service->model, refusal), entry);
  } catch (const std::exception& error) {
    log::error("{}: {}", entry.action, base::text_of(error));
    response = refused(*service, Refusal("InternalFailure", base::text_of(error), 500), entry);
  }
  response.headers["x-amzn-requestid"] = entry.request_id;
  parts_.log.write(entry);
  return response;
}

}  // namespace darbe::lab
