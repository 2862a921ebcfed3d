// What `darbe plan` prints: what setup would make and change, how long it should take, how small it can get, what would
// differ from the source, and what the checks found.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plan/target.h"
#include "preflight/check.h"
#include "preflight/work.h"

namespace darbe::cli {

struct StepTime {
  std::string step;
  std::optional<double> seconds;  // nothing: nobody can tell before
  std::string rests_on;
};

struct PlanReport {
  std::string new_instance_id;
  std::string source_instance_id;
  std::string run_id;
  std::vector<std::string> made;     // sentences
  std::vector<std::string> changed;  // on the source
  std::vector<std::string> windows;  // when AWS may restart instances or take backups; sentences
  std::vector<std::string> databases;
  std::uint64_t tables = 0;
  std::uint64_t rows = 0;                               // by the server's statistics
  std::map<std::string, std::uint64_t> tablespace_now;  // bytes per database; empty: not known
  std::uint64_t tablespace_at_most = 0;                 // bytes
  std::optional<unsigned> allocated_now_gib;            // the source's volume
  std::optional<unsigned> allocated_least_gib;          // the smallest that check `storage` lets pass
  std::vector<StepTime> times;                          // in the story's order
  std::vector<plan::Difference> differences;
  std::vector<preflight::Finding> findings;

  bool refused() const;
};

// How long each step should take.
std::vector<StepTime> step_times(const preflight::Work& work);

std::string to_text(const PlanReport& report);
// One JSON object: the members of PlanReport by the same names.
std::string to_json(const PlanReport& report);

}  // namespace darbe::cli
