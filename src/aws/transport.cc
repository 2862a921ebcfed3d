#include "aws/transport.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "aws/error.h"
#include "aws/json.h"
#include "aws/sigv4.h"
#include "aws/xml.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/random.h"
#include "base/retry.h"

namespace darbe::aws {

using base::Clock;

namespace {

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

Headers signed_headers(const Message& message, const Endpoint& endpoint, const Credentials& credentials,
                       TimePoint now) {
  const Url url = split_url(endpoint.url);
  const std::string time = signing_time(now);
  Headers headers = {{"Host", url.host}, {"X-Amz-Date", time}};
  headers.insert(headers.end(), message.headers.begin(), message.headers.end());
  if (!credentials.session_token.empty()) {
    headers.emplace_back("X-Amz-Security-Token", credentials.session_token.reveal());
  }
  const SigningInput input{"POST", url.target, headers, message.body, time, endpoint.signing_region, message.service};
  const std::string signed_with = signature(input, credentials.secret_access_key);
  headers.emplace_back("Authorization", authorization(input, credentials.access_key_id, signed_with));
  return headers;
}

std::string header_of(const http::Answer& answer, const std::string& name) {
  const auto header = answer.headers.find(name);
  return header == answer.headers.end() ? "" : header->second;
}

std::optional<std::chrono::milliseconds> retry_after(const http::Answer& answer) {
  const std::string text = header_of(answer, "x-amz-retry-after");
  int milliseconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  if (text.empty() || error != std::errc() || milliseconds < 0) return std::nullopt;
  return std::chrono::milliseconds(milliseconds);
}

// <ErrorResponse><Error>… of the query protocol, <Response><Errors><Error>… of ec2's.
Complaint read_xml_complaint(const std::string& body) {
  const XmlElement root = parse_xml(body);
  const XmlElement& error = root.has("Errors") ? root.child("Errors").child("Error") : root.child("Error");
  const std::string& id = root.has("RequestID") ? root.text("RequestID") : root.text("RequestId");
  return {{}, error.text("Code"), error.text("Message"), 0, id};
}

// {"__type": "com.amazonaws.kms#NotFoundException", "message": …} of the JSON protocol.
Complaint read_json_complaint(const http::Answer& answer) {
  const Fields fields = parse_json(answer.body, "AWS's answer");
  std::string code = field(fields, "__type");
  code.erase(0, code.rfind('#') + 1);
  const std::string message = field(fields, "message");
  return {{}, code, message.empty() ? field(fields, "Message") : message, 0, header_of(answer, "x-amzn-requestid")};
}

// A proxy or a load balancer on the way may answer in its own words.
Complaint read_complaint(const http::Answer& answer) {
  try {
    return answer.body.starts_with('{') ? read_json_complaint(answer) : read_xml_complaint(answer.body);
  } catch (const base::Error&) {
    return {{}, {}, answer.body.substr(0, 200), 0, {}};
  }
}

[[noreturn]] void throw_complaint(const std::string& action, const http::Answer& answer) {
  Complaint complaint = read_complaint(answer);
  complaint.action = action;
  complaint.http_status = answer.status;
  complaint.retry_after = retry_after(answer);
  complaint.date = header_of(answer, "date");
  if (complaint.code.empty()) complaint.code = fmt::format("HTTP {}", answer.status);
  throw ApiError(std::move(complaint));
}

// A clock that is off shows in several ways; whether it is, the answer's Date tells.
bool corrects_the_clock(const ApiError& error, SigningClock& clock) {
  const bool may_be_the_clock =
      error.meaning() == Meaning::clock_skew || error.meaning() == Meaning::unknown_credentials;
  if (!may_be_the_clock || !clock.correct(error.date())) return false;
  log::warning("this machine's clock is off: AWS says it is {}. Requests are signed with AWS's time; set the clock.",
               error.date());
  return true;
}

// EC2 says RequestExpired of a session's end, too.
bool may_have_expired(const ApiError& error, const std::optional<Credentials>& credentials) {
  const bool is_temporary = credentials && !credentials->session_token.empty();
  return error.meaning() == Meaning::expired_token || (error.meaning() == Meaning::clock_skew && is_temporary);
}

// One call's time in a storm.
class Storm {
 public:
  // How long to wait before the next round; nothing if patience has an end.
  std::optional<Clock::duration> next_pause(const RetryRules& rules, const std::string& action,
                                            const std::exception& error, int failure) const {
    const auto pause = storm_pause_after(rules, failure);
    if (Clock::now() + pause - begin_ > patience_for(rules, action, setback_of(error).trouble)) return std::nullopt;
    log::warning("{}; AWS is asked again in {:.0f} s", base::text_of(error), base::Seconds(pause).count());
    return pause;
  }

 private:
  const Clock::time_point begin_ = Clock::now();
};

}  // namespace

http::Answer Transport::send(const Message& message, std::stop_token stop) {
  const Storm storm;
  return base::retry_as(
      stop, [&] { return send_by_the_rules(message, stop); },
      [&](const std::exception& error, int failure) -> std::optional<Clock::duration> {
        // Where nobody ever answered, the address or the network is wrong, and somebody waits to hear it.
        if (!was_answered_ && !setback_of(error).is_answer) return std::nullopt;
        return storm.next_pause(configuration_.retries, message.action, error, failure);
      });
}

http::Answer Transport::send_by_the_rules(const Message& message, const std::stop_token& stop) {
  Trouble paid_for = Trouble::none;
  http::Answer answer = base::retry_as(
      stop, [&] { return send_and_mend(message, stop); },
      [&](const std::exception& error, int attempt) -> std::optional<Clock::duration> {
        const Setback setback = setback_of(error);
        if (attempt >= configuration_.retries.tries || !budget_.take(setback.trouble)) return std::nullopt;
        paid_for = setback.trouble;
        log::debug("{}; trying again", base::text_of(error));
        return pause_after(configuration_.retries, setback, attempt, base::random_fraction());
      });
  budget_.give_back(paid_for);
  return answer;
}

http::Answer Transport::send_and_mend(const Message& message, const std::stop_token& stop) {
  bool is_clock_mended = false;
  bool are_credentials_renewed = false;
  std::optional<Credentials> keys = credentials({}, stop);
  while (true) {
    try {
      return send_once(message, keys, stop);
    } catch (const ApiError& error) {
      if (!is_clock_mended && corrects_the_clock(error, *configuration_.clock)) {
        is_clock_mended = true;
      } else if (!are_credentials_renewed && may_have_expired(error, keys)) {
        are_credentials_renewed = true;
        const std::string rejected = keys ? keys->access_key_id : "";
        keys = credentials(rejected, stop);
        if (!keys || keys->access_key_id == rejected) throw;
      } else {
        throw;
      }
    }
  }
}

std::optional<Credentials> Transport::credentials(std::string_view rejected, const std::stop_token& stop) const {
  if (!configuration_.credentials) return std::nullopt;
  return configuration_.credentials(rejected, stop);
}

http::Answer Transport::send_once(const Message& message, const std::optional<Credentials>& credentials,
                                  const std::stop_token& stop) {
  const Endpoint endpoint = configuration_.endpoint(message.service);
  http::Call call;
  call.url = endpoint.url;
  call.body = message.body;
  call.ca_file = configuration_.ca_file;
  call.headers =
      credentials ? signed_headers(message, endpoint, *credentials, configuration_.clock->now()) : message.headers;
  call.headers.emplace_back("User-Agent", "darbe/" DARBE_VERSION);
  const http::Answer answer = base::in_context(message.action, [&] { return http::call(call, stop); });
  was_answered_ = true;
  log::debug("{} {}: HTTP {}", message.service, message.action, answer.status);
  if (answer.status != 200) throw_complaint(message.action, answer);
  return answer;
}

}  // namespace darbe::aws
