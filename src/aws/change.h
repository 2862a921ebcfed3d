// Calls that change something in the account, for those who keep a record of them.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "aws/form.h"

namespace darbe::aws {

struct Change {
  std::chrono::system_clock::time_point at;
  std::string action;      // "CreateDBInstance"
  std::string subject;     // what it names: an identifier, a group, an ARN; may be empty
  std::string request_id;  // AWS's; empty where no answer came
  std::string outcome;  // done | no answer (also to who was told to stop meanwhile) | the code of an error that doesn't
                        // say that nothing was done
};
// Called on the thread that made the call.
using OnChange = std::function<void(const Change&)>;

// The first of the parameters that name something.
std::string subject_of(const Form& form);

}  // namespace darbe::aws
