#include "lab/request_log.h"

#include <algorithm>

#include "base/clock.h"
#include "base/error.h"

namespace darbe::lab {
namespace {

bool is_secret(std::string_view name) {
  name.remove_prefix(name.rfind('.') + 1);  // npos + 1 is 0
  static const std::string_view secrets[] = {"MasterUserPassword", "TdeCredentialPassword", "SecretAccessKey",
                                             "SessionToken",       "SecretString",          "SecretBinary"};
  return std::find(std::begin(secrets), std::end(secrets), name) != std::end(secrets);
}

}  // namespace

Value starred(const Value& value) {
  if (value.is_list()) {
    Value::List list;
    for (const Value& item : value.list()) list.push_back(starred(item));
    return list;
  }
  if (!value.is_members()) return value;
  Value::Members members;
  for (const auto& [name, member] : value.members())
    members.emplace(name, is_secret(name) ? Value("****") : starred(member));
  return members;
}

RequestLog::RequestLog(const std::filesystem::path& file) : file_(file), out_(file, std::ios::app) {}

void RequestLog::write(const LogEntry& entry) {
  Value line;
  line["time"] = base::iso_time(entry.time);
  line["caller"] = entry.caller;
  line["service"] = entry.service;
  line["action"] = entry.action;
  line["parameters"] = starred(entry.parameters);
  line["answer"] = starred(entry.answer);
  line["status"] = entry.status;
  line["code"] = entry.code;
  line["message"] = entry.message;
  line["request_id"] = entry.request_id;
  line["lost"] = entry.lost;
  line["permissions"] = Value::List(entry.permissions.begin(), entry.permissions.end());
  out_ << to_json(line) << '\n' << std::flush;
  if (!out_) throw base::Error(base::Kind::failed, "can't write " + file_.string());
}

}  // namespace darbe::lab
