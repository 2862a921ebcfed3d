#include "lab/faults.h"

namespace darbe::lab {

void Faults::order(ActionFault fault) {
  base::MutexLock lock(mutex_);
  faults_.push_back(std::move(fault));
}

void Faults::clear() {
  base::MutexLock lock(mutex_);
  faults_.clear();
  clock_ahead_ = {};
}

std::optional<ActionFault> Faults::strike(std::string_view action) {
  base::MutexLock lock(mutex_);
  for (ActionFault& fault : faults_) {
    if (fault.action != "*" && fault.action != action) continue;
    if (fault.skip > 0) {
      --fault.skip;
    } else if (fault.times > 0) {
      --fault.times;
      return fault;
    }
  }
  return std::nullopt;
}

std::int64_t Faults::open_ticket() {
  base::MutexLock lock(mutex_);
  const auto ticket = static_cast<std::int64_t>(tickets_.size()) + 1;
  tickets_[ticket] = std::nullopt;
  return ticket;
}

void Faults::close_ticket(std::int64_t ticket, const std::string& error) {
  base::MutexLock lock(mutex_);
  tickets_[ticket] = error;
}

std::optional<Value> Faults::ticket(std::int64_t ticket) {
  base::MutexLock lock(mutex_);
  const auto found = tickets_.find(ticket);
  if (found == tickets_.end()) return std::nullopt;
  Value value;
  value["id"] = ticket;
  value["done"] = found->second.has_value();
  value["error"] = found->second.value_or("");
  return value;
}

Value Faults::described() {
  base::MutexLock lock(mutex_);
  Value::List list;
  for (const ActionFault& fault : faults_) {
    Value value;
    value["action"] = fault.action;
    value["fault"] = fault.lost ? "lose" : fault.stuck ? "stick" : fault.hidden ? "hide" : "fail";
    value["code"] = fault.code;
    value["times"] = fault.times;
    value["skip"] = fault.skip;
    list.push_back(value);
  }
  Value answer;
  answer["faults"] = list;
  return answer;
}

void Faults::set_clock(std::chrono::minutes ahead) {
  base::MutexLock lock(mutex_);
  clock_ahead_ = ahead;
}

std::chrono::system_clock::time_point Faults::now() {
  base::MutexLock lock(mutex_);
  return std::chrono::system_clock::now() + clock_ahead_;
}

}  // namespace darbe::lab
