#include "aws/query.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aws/error.h"
#include "aws/sigv4.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "http/client.h"

namespace darbe::aws {

namespace {

// AWS's SDKs add at most this much to their own pause when the server names one.
constexpr std::chrono::milliseconds server_pause_max{5000};

// A person who waits longer than these take should know what for.
constexpr int quiet_tries = 3;

struct Url {
  std::string host;    // with the port, as the Host header has it
  std::string target;  // path and query
};

Url split_url(const std::string& url) {
  const auto scheme = url.find("://");
  if (scheme == std::string::npos) throw base::Error(base::Kind::usage, fmt::format("'{}' is not a URL", url));
  const auto begin = scheme + 3;
  const auto end = std::min(url.find('/', begin), url.size());
  return {url.substr(begin, end - begin), end == url.size() ? "/" : url.substr(end)};
}

Headers signed_headers(const Service& service, const std::string& region, const Url& url, const std::string& body,
                       const Credentials& credentials) {
  const std::string time = signing_time(std::chrono::system_clock::now());
  Headers headers = {
      {"Host", url.host}, {"X-Amz-Date", time}, {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  if (!credentials.session_token.empty()) {
    headers.emplace_back("X-Amz-Security-Token", credentials.session_token.reveal());
  }
  const SigningInput input{"POST", url.target, headers, body, time, region, std::string(service.name)};
  const std::string signed_with = signature(input, credentials.secret_access_key);
  headers.emplace_back("Authorization", authorization(input, credentials.access_key_id, signed_with));
  return headers;
}

std::string starred(const Form& form) {
  std::vector<std::string> fields;
  for (const auto& [name, value] : form) {
    fields.push_back(fmt::format("{}={}", name, name.ends_with("Password") ? "****" : value));
  }
  return fmt::format("{}", fmt::join(fields, " "));
}

std::optional<std::chrono::milliseconds> retry_after(const http::Answer& answer) {
  const auto header = answer.headers.find("x-amz-retry-after");
  if (header == answer.headers.end()) return std::nullopt;
  const std::string& text = header->second;
  int milliseconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  if (error != std::errc() || milliseconds < 0) return std::nullopt;
  return std::chrono::milliseconds(milliseconds);
}

// <ErrorResponse><Error>… of the query protocol, <Response><Errors><Error>… of ec2's.
Complaint read_complaint(const XmlElement& root) {
  const XmlElement& error = root.has("Errors") ? root.child("Errors").child("Error") : root.child("Error");
  const std::string& id = root.has("RequestID") ? root.text("RequestID") : root.text("RequestId");
  return {{}, error.text("Code"), error.text("Message"), 0, id, {}};
}

// A proxy or a load balancer on the way may answer in its own words.
Complaint read_complaint(const std::string& body) {
  try {
    return read_complaint(parse_xml(body));
  } catch (const base::Error&) {
    return {{}, {}, body.substr(0, 200), 0, {}, {}};
  }
}

[[noreturn]] void throw_complaint(const std::string& action, const http::Answer& answer) {
  Complaint complaint = read_complaint(answer.body);
  complaint.action = action;
  complaint.http_status = answer.status;
  complaint.retry_after = retry_after(answer);
  if (complaint.code.empty()) complaint.code = fmt::format("HTTP {}", answer.status);
  throw ApiError(std::move(complaint));
}

// Waits as long as the server asked, on top of the pause before the next try.
void heed_server(const std::exception& error, const std::stop_token& stop) {
  const auto* api_error = dynamic_cast<const ApiError*>(&error);
  if (api_error == nullptr || !api_error->retry_after()) return;
  base::sleep_for(std::min(*api_error->retry_after(), server_pause_max), stop);
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

Client::Client(Configuration configuration, base::RetryPolicy retry)
    : configuration_(std::move(configuration)), retry_(retry) {}

XmlElement Client::call(const Service& service, const std::string& action, const Parameters& parameters,
                        std::stop_token stop) const {
  Form form = {{"Action", action}, {"Version", std::string(service.version)}};
  form.insert(form.end(), parameters.form().begin(), parameters.form().end());
  log::debug("{} {}", service.name, starred(form));
  const std::string body = form_encoded(form);
  return base::retry(
      retry_, stop, [&] { return call_once(service, action, body, stop); },
      [&](const std::exception& error, int attempt) {
        log::write(attempt < quiet_tries ? log::Level::debug : log::Level::warning,
                   fmt::format("{}; trying again", base::text_of(error)));
        heed_server(error, stop);
      });
}

XmlElement Client::call_once(const Service& service, const std::string& action, const std::string& body,
                             std::stop_token stop) const {
  http::Call call;
  call.url = configuration_.endpoint(service.name);
  call.body = body;
  call.ca_file = configuration_.ca_file;
  call.headers =
      signed_headers(service, configuration_.region, split_url(call.url), body, configuration_.credentials(stop));
  call.headers.emplace_back("User-Agent", "darbe/" DARBE_VERSION);
  const http::Answer answer = base::in_context(action, [&] { return http::call(call, stop); });
  log::debug("{} {}: HTTP {}", service.name, action, answer.status);
  if (answer.status != 200) throw_complaint(action, answer);
  const XmlElement root = base::in_context(action, [&] { return parse_xml(answer.body); });
  return root.has(action + "Result") ? root.child(action + "Result") : root;
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
