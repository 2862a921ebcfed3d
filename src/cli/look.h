// One look after another at a run, as darbe status takes them.
#pragma once

#include <optional>
#include <stop_token>

#include "aws/account.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/status_report.h"
#include "steps/observe.h"

namespace darbe::cli {

// One thread uses it. Borrows options and account.
class Looker {
 public:
  Looker(const CommonOptions& options, const aws::Account& account)
      : options_(options), account_(account), reporter_(make_reporter(options.output_kind())) {}

  // A server that doesn't answer is a reason in the status. Throws: Error{refused} when no run builds the instance;
  // what AWS and a wrong password lead to.
  Status look(std::stop_token stop);
  // With each step's standing and why: every step is asked as far as setup would get.
  Status look_and_explain(std::stop_token stop);

 private:
  enum class Explain { no, yes };
  Status look(Explain explain, std::stop_token stop);
  void look_at_servers(Status& status, Run& run, const Found& found, std::stop_token stop);

  const CommonOptions& options_;
  const aws::Account& account_;
  std::unique_ptr<steps::Reporter> reporter_;
  std::optional<Settings> settings_;  // a password is asked for once
  std::optional<plan::Plan> least_plan_;
  steps::Observer observer_;
};

}  // namespace darbe::cli
