// Plan and facts as JSON (RFC 8259), the form in which the journal keeps them.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "base/random.h"
#include "plan/facts.h"
#include "plan/journal_table.h"
#include "plan/plan.h"

namespace darbe::plan {

namespace {

namespace json = boost::json;

template <typename T>
void put(json::object& object, const char* key, const std::optional<T>& value) {
  if (value) object[key] = json::value_from(*value);
}

void get(const json::object& object, const char* key, std::string& value) {
  value = json::value_to<std::string>(object.at(key));
}
template <typename Number>
  requires std::is_integral_v<Number>
void get(const json::object& object, const char* key, Number& value) {
  value = object.at(key).to_number<Number>();
}
template <typename T>
void get(const json::object& object, const char* key, std::optional<T>& value) {
  if (const auto* found = object.if_contains(key)) value = json::value_to<T>(*found);
}

json::object object_of(const Request& request) {
  json::object object{{"region", request.region},
                      {"source_instance_id", request.source_instance_id},
                      {"new_instance_id", request.new_instance_id},
                      {"master_user_name", request.master_user_name}};
  put(object, "databases", request.databases);
  put(object, "users", request.users);
  put(object, "replica_instance_id", request.replica_instance_id);
  visit_overrides(request, [&](const char* name, const auto& value) { put(object, name, value); });
  put(object, "binlog_retention_hours", request.binlog_retention_hours);
  return object;
}

Request request_of(const json::object& object) {
  Request request;
  get(object, "region", request.region);
  get(object, "source_instance_id", request.source_instance_id);
  get(object, "new_instance_id", request.new_instance_id);
  get(object, "master_user_name", request.master_user_name);
  get(object, "databases", request.databases);
  get(object, "users", request.users);
  get(object, "replica_instance_id", request.replica_instance_id);
  visit_overrides(request, [&](const char* name, auto& value) { get(object, name, value); });
  get(object, "binlog_retention_hours", request.binlog_retention_hours);
  return request;
}

json::object object_of(const Names& names) {
  return {{"run_id", names.run_id},
          {"replica", names.replica},
          {"parameter_group", names.parameter_group},
          {"security_group", names.security_group},
          {"replication_user", names.replication_user},
          {"lock", names.lock}};
}

Names names_of(const json::object& object) {
  Names names;
  get(object, "run_id", names.run_id);
  get(object, "replica", names.replica);
  get(object, "parameter_group", names.parameter_group);
  get(object, "security_group", names.security_group);
  get(object, "replication_user", names.replication_user);
  get(object, "lock", names.lock);
  return names;
}

// Runs `read`; what Boost.JSON throws on a text of another shape becomes one of our errors.
template <typename Read>
auto parsed(const char* what, const Read& read) {
  try {
    return read();
  } catch (const boost::system::system_error& error) {
    throw base::Error(base::Kind::failed, fmt::format("the journal's {} can't be read: {}", what, error.what()),
                      another_version);
  } catch (const std::out_of_range& error) {
    throw base::Error(base::Kind::failed, fmt::format("the journal's {} lacks a member: {}", what, error.what()),
                      another_version);
  }
}

}  // namespace

std::vector<std::string> differences(const Request& then, const Request& now) {
  const json::object before = object_of(then), after = object_of(now);
  std::vector<std::string> sentences;
  for (const auto& [key, value] : before) {
    const auto* other = after.if_contains(key);
    if (other == nullptr)
      sentences.push_back(fmt::format("{} was {}, now it is not given", std::string(key), json::serialize(value)));
    else if (*other != value)
      sentences.push_back(
          fmt::format("{} was {}, now it is {}", std::string(key), json::serialize(value), json::serialize(*other)));
  }
  for (const auto& [key, value] : after)
    if (!before.contains(key))
      sentences.push_back(fmt::format("{} was not given, now it is {}", std::string(key), json::serialize(value)));
  return sentences;
}

std::string digest_of(const Request& request) {
  return base::sha256_hex(json::serialize(object_of(request))).substr(0, 12);
}

std::string to_json(const Plan& plan) {
  return json::serialize(json::object{{"request", object_of(plan.request)},
                                      {"names", object_of(plan.names)},
                                      {"account", plan.account},
                                      {"engine", plan.engine},
                                      {"source_engine_version", plan.source_engine_version},
                                      {"target_engine_version", plan.target_engine_version},
                                      {"source_resource_id", plan.source_resource_id},
                                      {"binlog_retention_hours", plan.binlog_retention_hours}});
}

Plan plan_from_json(const std::string& text) {
  return parsed("plan", [&] {
    const json::value value = json::parse(text);
    const json::object& object = value.as_object();
    Plan plan;
    plan.request = request_of(object.at("request").as_object());
    plan.names = names_of(object.at("names").as_object());
    get(object, "account", plan.account);
    get(object, "engine", plan.engine);
    get(object, "source_engine_version", plan.source_engine_version);
    get(object, "target_engine_version", plan.target_engine_version);
    get(object, "source_resource_id", plan.source_resource_id);
    get(object, "binlog_retention_hours", plan.binlog_retention_hours);
    return plan;
  });
}

std::string to_json(const Facts& facts) {
  json::object object;
  put(object, "target_resource_id", facts.target_resource_id);
  put(object, "replica_resource_id", facts.replica_resource_id);
  put(object, "security_group_id", facts.security_group_id);
  put(object, "retention_hours_before", facts.retention_hours_before);
  if (facts.frozen)
    object["frozen"] = json::object{{"file", facts.frozen->file},
                                    {"position", facts.frozen->position},
                                    {"gtid_executed", facts.frozen->gtid_executed},
                                    {"server_started", facts.frozen->server_started},
                                    {"not_before", facts.frozen->not_before}};
  object["accounts_not_as_source"] = json::value_from(facts.accounts_not_as_source);
  object["bytes_before"] = json::value_from(facts.bytes_before);
  object["rows"] = facts.rows;
  object["bytes"] = facts.bytes;
  object["tables"] = facts.tables;
  object["copy_not_as_source"] = json::value_from(facts.copy_not_as_source);
  object["chunks_equal"] = facts.chunks_equal;
  object["not_proven"] = json::value_from(facts.not_proven);
  object["objects_not_as_source"] = json::value_from(facts.objects_not_as_source);
  object["events_enabled_on_source"] = json::value_from(facts.events_enabled_on_source);
  object["replication_begun"] = facts.replication_begun;
  put(object, "target_started", facts.target_started);
  put(object, "caught_up_at", facts.caught_up_at);
  object["replica_released"] = facts.replica_released;
  return json::serialize(object);
}

Facts facts_from_json(const std::string& text) {
  return parsed("facts", [&] {
    const json::value value = json::parse(text);
    const json::object& object = value.as_object();
    Facts facts;
    get(object, "target_resource_id", facts.target_resource_id);
    get(object, "replica_resource_id", facts.replica_resource_id);
    get(object, "security_group_id", facts.security_group_id);
    get(object, "retention_hours_before", facts.retention_hours_before);
    if (const auto* frozen = object.if_contains("frozen")) {
      const json::object& at = frozen->as_object();
      facts.frozen.emplace();
      get(at, "file", facts.frozen->file);
      get(at, "position", facts.frozen->position);
      get(at, "gtid_executed", facts.frozen->gtid_executed);
      get(at, "server_started", facts.frozen->server_started);
      get(at, "not_before", facts.frozen->not_before);
    }
    facts.accounts_not_as_source = json::value_to<std::vector<std::string>>(object.at("accounts_not_as_source"));
    facts.bytes_before = json::value_to<std::map<std::string, std::uint64_t>>(object.at("bytes_before"));
    get(object, "rows", facts.rows);
    get(object, "bytes", facts.bytes);
    get(object, "tables", facts.tables);
    facts.copy_not_as_source = json::value_to<std::vector<std::string>>(object.at("copy_not_as_source"));
    get(object, "chunks_equal", facts.chunks_equal);
    facts.not_proven = json::value_to<std::vector<std::string>>(object.at("not_proven"));
    facts.objects_not_as_source = json::value_to<std::vector<std::string>>(object.at("objects_not_as_source"));
    facts.events_enabled_on_source =
        json::value_to<std::map<std::string, std::string>>(object.at("events_enabled_on_source"));
    facts.replication_begun = object.at("replication_begun").as_bool();
    get(object, "target_started", facts.target_started);
    get(object, "caught_up_at", facts.caught_up_at);
    facts.replica_released = object.at("replica_released").as_bool();
    return facts;
  });
}

}  // namespace darbe::plan
