// Faults that were ordered for API actions (docs/lab.md, "Faults"): an answer with a given code, or an answer that is
// lost after the action took effect, or an action whose work never begins, or an answer that shows nothing. And the
// tickets of faults that instances' workers carry out. And a clock that is off.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "lab/value.h"

namespace darbe::lab {

struct ActionFault {
  std::string action;  // "*": any
  bool lost = false;   // else refused with `code`
  std::string code;
  std::string message;
  int status = 400;
  std::int64_t times = 1;  // how often it still strikes
  std::int64_t skip = 0;   // how often the action passes first
  bool stuck = false;      // neither: it is answered, and its work never begins
  bool hidden = false;     // neither: it is answered as if nothing were there
};

class Faults {
 public:
  void order(ActionFault fault) EXCLUDES(mutex_);
  void clear() EXCLUDES(mutex_);
  // The fault that strikes this call of the action, counted as struck.
  std::optional<ActionFault> strike(std::string_view action) EXCLUDES(mutex_);

  // A ticket for work that ends later.
  std::int64_t open_ticket() EXCLUDES(mutex_);
  void close_ticket(std::int64_t ticket, const std::string& error) EXCLUDES(mutex_);
  // {id, done, error}; nothing for an unknown ticket.
  std::optional<Value> ticket(std::int64_t ticket) EXCLUDES(mutex_);

  Value described() EXCLUDES(mutex_);

  // How far ahead of this machine's the clock is that signatures are judged by, and that answers tell.
  void set_clock(std::chrono::minutes ahead) EXCLUDES(mutex_);
  std::chrono::system_clock::time_point now() EXCLUDES(mutex_);

 private:
  base::Mutex mutex_;
  std::chrono::minutes clock_ahead_ GUARDED_BY(mutex_){0};
  std::vector<ActionFault> faults_ GUARDED_BY(mutex_);
  std::map<std::int64_t, std::optional<std::string>> tickets_ GUARDED_BY(mutex_);
};

}  // namespace darbe::lab
