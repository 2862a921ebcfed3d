#include "lab/control.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>

#include <fmt/format.h>

#include "base/error.h"
#include "lab/instance_values.h"
#include "lab/quotas.h"

namespace darbe::lab {
namespace {

constexpr std::string_view faults_path = "/lab/faults";

http::Response json_response(int status, const Value& value) {
  return {status, {{"content-type", "application/json"}}, to_json(value) + "\n", false};
}

http::Response problem(int status, const std::string& text) {
  Value value;
  value["error"] = text;
  return json_response(status, value);
}

const std::map<std::string, Instances::Fault>& server_faults() {
  using Fault = Instances::Fault;
  static const std::map<std::string, Fault> faults = {
      {"kill", Fault::kill}, {"start", Fault::start}, {"pause", Fault::pause}, {"resume", Fault::resume},
      {"move", Fault::move}, {"cut", Fault::cut},     {"slow", Fault::slow},   {"heal", Fault::heal}};
  return faults;
}

[[noreturn]] void refuse(const std::string& text) { throw base::Error(base::Kind::usage, text); }

Instance& named(World& world, const std::string& identifier) {
  if (Instance* instance = world.store.instance(identifier)) return *instance;
  refuse(fmt::format("there is no instance '{}'", identifier));
}

ActionFault action_fault(const Value& wanted) {
  ActionFault fault;
  fault.action = wanted.at("action").text();
  if (fault.action.empty()) refuse("name the action that shall fail, or \"*\"");
  fault.lost = wanted.at("fault").text() == "lose";
  fault.stuck = wanted.at("fault").text() == "stick";
  fault.hidden = wanted.at("fault").text() == "hide";
  fault.code = wanted.at("code").text("InternalFailure");
  fault.message = wanted.at("message").text("The lab was told to refuse this.");
  fault.status = static_cast<int>(wanted.at("status").number(fault.code == "InternalFailure" ? 500 : 400));
  fault.times = wanted.at("times").number(1);
  fault.skip = wanted.at("skip").number(0);
  return fault;
}

std::optional<std::int64_t> ticket_in(std::string_view target) {
  if (!target.starts_with("/lab/faults/")) return std::nullopt;
  target.remove_prefix(std::string_view("/lab/faults/").size());
  std::int64_t number = 0;
  const auto [end, wrong] = std::from_chars(target.data(), target.data() + target.size(), number);
  if (wrong != std::errc() || end != target.data() + target.size()) return std::nullopt;
  return number;
}

}  // namespace

Value Control::inflict(const std::string& identifier, const std::string& fault) {
  std::string resource_id;
  parts_.state.look([&](const Store& store) {
    if (const Instance* instance = store.instance(identifier)) resource_id = instance->resource_id();
  });
  const std::int64_t ticket = parts_.faults.open_ticket();
  const auto done = [&faults = parts_.faults, ticket](const std::string& error) { faults.close_ticket(ticket, error); };
  if (resource_id.empty() || !parts_.instances.inflict(resource_id, server_faults().at(fault), done))
    refuse(fmt::format("there is no instance '{}'", identifier));
  return *parts_.faults.ticket(ticket);
}

Value Control::open_maintenance_window(const std::string& identifier) {
  parts_.state.change([&](World& world) {
    Instance& instance = named(world, identifier);
    instance.apply_now = instance.has_pending();
    world.tasks.push_back({Task::Kind::apply_pending, instance.resource_id()});
  });
  return Value::Members{};
}

// The worker goes by the instance's own status, so that what was under way goes on beneath the word.
Value Control::set_said_status(const std::string& identifier, const std::string& word) {
  parts_.state.change([&](World& world) { named(world, identifier).said_status = word; });
  return Value::Members{};
}

// As when an administrator revokes a role's sessions: who has such credentials is told that they have expired.
Value Control::expire_sessions() {
  parts_.state.change([](World& world) {
    const auto long_ago = std::chrono::system_clock::to_time_t(world.now) - 1;
    for (auto& [key, credential] : world.store.credentials)
      if (credential.expires != 0) credential.expires = std::min<std::int64_t>(credential.expires, long_ago);
  });
  return Value::Members{};
}

Value Control::set_clock(const Value& minutes) {
  parts_.faults.set_clock(std::chrono::minutes(minutes.number()));
  return Value::Members{};
}

Value Control::set_quota(const std::string& name, const Value& max) {
  const auto known = quotas();
  if (std::none_of(known.begin(), known.end(), [&](const Quota& quota) { return quota.name == name; }))
    refuse(fmt::format("there is no quota '{}'", name));
  parts_.state.change([&](World& world) {
    world.store.quotas.erase(name);
    if (!max.is_null()) world.store.quotas[name] = max.number();
  });
  return Value::Members{};
}

Value Control::order(const Value& wanted) {
  const std::string fault = wanted.at("fault").text();
  if (fault == "fail" || fault == "lose" || fault == "stick" || fault == "hide") {
    parts_.faults.order(action_fault(wanted));
    return parts_.faults.described();
  }
  if (fault == "expire") return expire_sessions();
  if (fault == "clock") return set_clock(wanted.at("minutes"));
  if (fault == "quota") return set_quota(wanted.at("quota").text(), wanted.at("max"));
  if (fault == "maintenance") return open_maintenance_window(wanted.at("instance").text());
  if (fault == "status") return set_said_status(wanted.at("instance").text(), wanted.at("word").text());
  if (!server_faults().contains(fault))
    refuse(fmt::format(
        "no fault '{}': fail, lose, stick, hide, kill, start, pause, resume, move, cut, slow, heal, maintenance, "
        "status, expire, clock, quota",
        fault));
  return inflict(wanted.at("instance").text(), fault);
}

http::Response Control::handle(const http::Request& request) {
  try {
    if (request.method == "POST" && request.target == faults_path)
      return json_response(200, order(from_json(request.body)));
    if (request.method == "GET" && request.target == faults_path) return json_response(200, parts_.faults.described());
    if (request.method == "DELETE" && request.target == faults_path) {
      parts_.faults.clear();
      return json_response(200, parts_.faults.described());
    }
    const auto number = ticket_in(request.target);
    const auto ticket = number ? parts_.faults.ticket(*number) : std::nullopt;
    return ticket ? json_response(200, *ticket) : problem(404, "nothing here: see docs/lab.md");
  } catch (const std::exception& error) {
    return problem(400, base::text_of(error));
  }
}

}  // namespace darbe::lab
