// The instance that a plan asks AWS for, and what of it will not be as on the source. One place computes both, so that
// what `darbe plan` says can't differ from what Provision asks for. Pure.
#pragma once

#include <string>
#include <vector>

#include "aws/instances.h"
#include "plan/plan.h"

namespace darbe::plan {

struct Target {
  aws::CreateInstance wanted;  // without password, and without what bears the run's marks: tags, its own group
  std::vector<std::string>
      gave_way;  // a sentence for each thing that AWS's storage rules don't let be as wanted; preflight says them
};

// What everything bears that the run makes, and the target besides while it is being built.
aws::Tags marks(const Plan& plan);
aws::Tags marks_of_target(const Plan& plan);

// Like the source but for what the request overrides.
Target target_of(const Plan& plan, const aws::Instance& source);

struct Difference {
  std::string what{};    // AWS's name for it: AllocatedStorage
  std::string source{};  // the source's value, as text; "none" where there is none
  std::string target{};
  std::string reason{};
  bool until_settled = false;  // Settle makes it as on the source

  bool operator==(const Difference&) const = default;
};

// Everything that the source has otherwise, in the order in which AWS's API names it.
std::vector<Difference> differences(const Plan& plan, const aws::Instance& source, const Target& target);

}  // namespace darbe::plan
