#include "lab/front.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "lab/authentication.h"
#include "lab/identifiers.h"
#include "lab/json_wire.h"
#include "lab/permissions.h"
#include "lab/rules.h"

namespace darbe::lab {
namespace {

constexpr const char* json_type = "application/x-amz-json-1.1";

std::string header(const http::Request& request, const std::string& name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? std::string() : found->second;
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

Value as_value(const Form& form) {
  Value::Members members;
  for (const auto& [name, value] : form) members.emplace(name, value);
  return members;
}

Value json_or_nothing(const std::string& body) {
  try {
    return from_json(body);
  } catch (const base::Error&) {
    return {};
  }
}

// EC2 has a word of its own for keys that nobody knows, and the JSON protocol one for each mistake of a signature.
Refusal in_words_of(const ApiModel& model, const Refusal& refusal) {
  if (model.protocol() == Protocol::ec2 && refusal.code() == "InvalidClientTokenId")
    return {"AuthFailure", "AWS was not able to validate the provided access credentials", 401};
  static const std::map<std::string, std::string> of_json = {
      {"InvalidClientTokenId", "UnrecognizedClientException"},
      {"SignatureDoesNotMatch", "InvalidSignatureException"},
      {"RequestExpired", "InvalidSignatureException"},
      {"IncompleteSignature", "IncompleteSignatureException"},
      {"MissingAuthenticationToken", "MissingAuthenticationTokenException"},
      {"ExpiredToken", "ExpiredTokenException"},
      {"MissingAction", "UnknownOperationException"},
      {"InvalidAction", "UnknownOperationException"}};
  const auto found = of_json.find(refusal.code());
  if (model.protocol() != Protocol::json || found == of_json.end()) return refusal;
  const bool old = refusal.code() == "RequestExpired";
  return {found->second, fmt::format("{}{}", old ? "Signature expired: " : "", refusal.what())};
}

std::set<std::string> actions_in(const std::vector<PolicyQuestion>& questions) {
  std::set<std::string> actions;
  for (const PolicyQuestion& question : questions) actions.insert(question.action);
  return actions;
}

void strike(const std::optional<ActionFault>& fault) {
  if (fault && !fault->lost && !fault->stuck && !fault->hidden)
    throw Refusal(fault->code, fault->message, fault->status);
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

void Front::act(const Asked& asked, LogEntry& entry) {
  const std::string& name = asked.operation.name;
  const std::string& service = asked.service.model.service();
  const Action* action = nullptr;
  for (const Actions* actions : asked.service.actions)
    if (const auto found = actions->find(name); found != actions->end()) action = &found->second;
  if (!action)
    throw Refusal("InvalidAction", fmt::format("The lab does not play {}: docs/lab.md lists what it plays.", name));
  const Call call{name, asked.parameters, asked.caller};
  const auto check = [&](const View& view) {
    const Wanted wanted{service, name, asked.parameters, view.store};
    const auto questions = questions_of(wanted);
    entry.permissions = actions_in(questions);
    check_permissions(questions, wanted, asked.caller);
    check_rules(service, {name, asked.parameters, view.store, view.offers});
    if (asked.parameters.at("DryRun").truth())
      throw Refusal("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412);
  };
  if (const Look* look = std::get_if<Look>(action)) {
    parts_.state.look([&](const Store& store) {
      const View view{store, parts_.state.offers(), std::chrono::system_clock::now(), parts_.state.metrics()};
      check(view);
      entry.answer = (*look)(view, call);
    });
    return;
  }
  parts_.state.change([&](World& world) {
    check(world);
    entry.answer = std::get<Change>(*action)(world, call);
    if (asked.stuck) world.tasks.clear();
  });
}

// What a request asks before the model is looked at.
struct Front::Question {
  std::string service;  // a guess: only the signature tells
  std::string version;
  std::string action;
  Form form;      // of the form protocols
  Value content;  // of the JSON protocol

  explicit Question(const http::Request& request, const std::map<std::string, Service>& services);
};

Front::Question::Question(const http::Request& request, const std::map<std::string, Service>& services) {
  const JsonTarget target = parse_target(header(request, "x-amz-target"));
  const bool json = !target.prefix.empty();
  if (!json) form = form_of(request);
  if (json) content = json_or_nothing(request.body);
  action = json ? target.action : value_in(form, "Action");
  version = value_in(form, "Version");
  service = "rds";
  for (const auto& [name, one] : services)
    if (json ? one.model.target_prefix() == target.prefix : one.model.version() == version) service = name;
}

const Operation& Front::operation_in(const ApiModel& model, const Question& question) {
  if (question.action.empty())
    throw Refusal("MissingAction", "The request is missing an action or a required parameter.");
  const Operation* operation = model.operation(question.action);
  const bool right_version = model.protocol() == Protocol::json || question.version == model.version();
  if (!operation || !right_version)
    throw Refusal("InvalidAction", fmt::format("Could not find operation {} for version {}", question.action,
                                               question.version.empty() ? "NO_VERSION_SPECIFIED" : question.version));
  return *operation;
}

http::Response Front::answered(const Service& service, const Operation& operation, const LogEntry& entry) const {
  if (service.model.protocol() == Protocol::json)
    return {200, {{"content-type", json_type}}, answer_json(operation, entry.answer), false};
  return {200,
          {{"content-type", "text/xml"}},
          answer_xml({service.model, entry.request_id}, operation, entry.answer),
          false};
}

http::Response Front::refused(const Service& service, const Refusal& refusal, LogEntry& entry) const {
  entry.status = refusal.status() ? refusal.status() : service.model.http_status(refusal.code());
  entry.code = refusal.code();
  entry.message = refusal.what();
  if (service.model.protocol() == Protocol::json)
    return {entry.status, {{"content-type", json_type}}, error_json(service.model, refusal), false};
  return {entry.status, {{"content-type", "text/xml"}}, error_xml({service.model, entry.request_id}, refusal), false};
}

http::Response Front::handle(const http::Request& request) {
  const auto now = std::chrono::system_clock::now();
  const Question question(request, services_);
  LogEntry entry;
  entry.time = now;
  entry.service = question.service;
  entry.action = question.action;
  entry.parameters = question.content.is_null() ? as_value(question.form) : question.content;
  entry.request_id = new_uuid();
  const Service* service = &services_.at(entry.service);
  http::Response response;
  try {
    const aws::Authorization authorization = signature_of(request);
    service = &service_named(authorization.service);
    entry.service = authorization.service;
    Caller caller;
    parts_.state.look(
        [&](const Store& store) { caller = authenticate(request, authorization, store, parts_.faults.now()); });
    entry.caller = caller.arn;
    const Operation& operation = operation_in(service->model, question);
    // A dry run does nothing that could fail half-way.
    const bool is_dry = value_in(question.form, "DryRun") == "true";
    const auto fault = is_dry ? std::nullopt : parts_.faults.strike(operation.name);
    strike(fault);
    const Value parameters = service->model.protocol() == Protocol::json
                                 ? parse_json_parameters(operation, request.body)
                                 : parse_parameters(service->model, operation, question.form);
    act({*service, operation, parameters, caller, fault && fault->stuck}, entry);
    if (fault && fault->hidden) entry.answer = Value();
    response = answered(*service, operation, entry);
    response.lost = entry.lost = fault && fault->lost;
  } catch (const Refusal& refusal) {
    response = refused(*service, in_words_of(service->model, refusal), entry);
  } catch (const std::exception& error) {
    log::error("{}: {}", entry.action, base::text_of(error));
    response = refused(*service, Refusal("InternalFailure", base::text_of(error), 500), entry);
  }
  response.headers["x-amzn-requestid"] = entry.request_id;
  response.headers["date"] = base::http_date(parts_.faults.now());
  parts_.log.write(entry);
  return response;
}

}  // namespace darbe::lab
