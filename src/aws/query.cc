#include "aws/query.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aws/actions.h"
#include "aws/error.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"

namespace darbe::aws {

namespace {

bool is_secret(const std::string& name) { return name.ends_with("Password") || name == "WebIdentityToken"; }

std::string starred(const Form& form) {
  std::vector<std::string> fields;
  for (const auto& [name, value] : form) {
    fields.push_back(fmt::format("{}={}", name, is_secret(name) ? "****" : value));
  }
  return fmt::format("{}", fmt::join(fields, " "));
}

// What an error leaves open: no answer came, or a stop ended the wait for it, or an earlier try may have done what this
// one was refused.
std::string outcome_of(const std::exception& error) {
  const auto* said = dynamic_cast<const ApiError*>(&error);
  const base::Kind kind = base::kind_of(error);
  if (said == nullptr) return kind == base::Kind::transient || kind == base::Kind::interrupted ? "no answer" : "";
  const bool open = said->meaning() == Meaning::already_exists || said->meaning() == Meaning::fault;
  return open ? said->code() : "";
}

http::Answer send_recorded(Transport& transport, const Message& message, const Form& form,
                           const std::stop_token& stop) {
  const OnChange& tell = transport.configuration().on_change;
  if (!tell || !effect_of(message.action)) return transport.send(message, stop);
  base::throw_if_stopped(stop);
  Change change{.at = std::chrono::system_clock::now(),
                .action = message.action,
                .subject = subject_of(form),
                .request_id = {},
                .outcome = "done"};
  try {
    http::Answer answer = transport.send(message, stop);
    if (const auto id = answer.headers.find("x-amzn-requestid"); id != answer.headers.end())
      change.request_id = id->second;
    tell(change);
    return answer;
  } catch (const std::exception& error) {
    change.outcome = outcome_of(error);
    if (const auto* said = dynamic_cast<const ApiError*>(&error)) change.request_id = said->request_id();
    if (!change.outcome.empty()) tell(change);
    throw;
  }
}

}  // namespace

Parameters& Parameters::add(const std::string& name, const std::string& value) {
  const auto there = std::find_if(form_.begin(), form_.end(), [&](const auto& field) { return field.first == name; });
  if (there != form_.end()) {
    there->second = value;
  } else {
    form_.emplace_back(name, value);
  }
  return *this;
}

Parameters& Parameters::add_list(const std::string& name, const std::vector<std::string>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) add(fmt::format("{}.{}", name, i + 1), values[i]);
  if (values.empty()) add(name.substr(0, name.rfind('.')), "");
  return *this;
}

XmlElement Client::call(const Service& service, const std::string& action, const Parameters& parameters,
                        std::stop_token stop) const {
  Form form = {{"Action", action}, {"Version", std::string(service.version)}};
  form.insert(form.end(), parameters.form().begin(), parameters.form().end());
  log::debug("{} {}", service.name, starred(form));
  const Message message{std::string(service.name),
                        action,
                        {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
                        form_encoded(form)};
  const http::Answer answer = send_recorded(*transport_, message, form, stop);
  answered(action);
  const XmlElement root = base::in_context(action, [&] { return parse_xml(answer.body); });
  return root.has(action + "Result") ? root.child(action + "Result") : root;
}

Fields Client::call_json(const JsonService& service, const std::string& action, const Fields& parameters,
                         std::stop_token stop) const {
  log::debug("{} {}", service.name, action);
  const Message message{
      std::string(service.name),
      action,
      {{"Content-Type", "application/x-amz-json-1.1"}, {"X-Amz-Target", fmt::format("{}.{}", service.target, action)}},
      json_object(parameters)};
  const http::Answer answer = transport_->send(message, stop);
  return parse_json(answer.body, fmt::format("the answer to {}", action));
}

std::vector<XmlElement> Client::call_pages(const Service& service, const std::string& action, Parameters parameters,
                                           const std::string& container, std::stop_token stop) const {
  const bool is_ec2 = service.name == ec2.name;
  std::vector<XmlElement> pages;
  while (true) {
    const XmlElement result = call(service, action, parameters, stop);
    pages.push_back(container.empty() ? result : result.child(container));
    const std::string next = pages.back().text(is_ec2 ? "nextToken" : "Marker");
    if (next.empty()) return pages;
    parameters.add(is_ec2 ? "NextToken" : "Marker", next);
  }
}

}  // namespace darbe::aws
