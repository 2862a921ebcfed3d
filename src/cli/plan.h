// darbe plan. See plan.cc.
#pragma once

#include <functional>
#include <stop_token>

namespace CLI {
class App;
}

namespace darbe::cli {

// Adds the command to the parser; when the command line names it, `chosen` becomes what runs it.
void add_plan(CLI::App& app, std::function<int(std::stop_token)>& chosen);

}  // namespace darbe::cli
