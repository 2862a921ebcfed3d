// What a walk would decide now, line by line, and why; nothing is changed.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "engine/decide.h"
#include "engine/journal.h"
#include "engine/step.h"

namespace darbe::engine {

struct Explanation {
  std::string_view step;
  Recorded journal = Recorded::not_done;
  std::optional<Standing> servers;   // nothing: not asked, or no answer
  std::optional<Decision> decision;  // nothing: a walk would not get here, or the question failed
  std::string why;
};

// Asks the steps in order, as far as a walk would get without applying anything. `saw` returns what the last check
// noted on its way. An exception of a check is its line's `why`. Throws: Error{interrupted}.
std::vector<Explanation> explain(const Story& story, Run& run, const Journal& journal,
                                 const std::function<std::string()>& saw, std::stop_token stop);

}  // namespace darbe::engine
