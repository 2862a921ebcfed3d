// What darbe status says, and how.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/explain.h"
#include "plan/journal_table.h"
#include "watch/health.h"

namespace darbe::cli {

struct StepStatus {
  std::string name;
  std::string standing;  // done | begun | not begun | unknown (the journal can't be read)
  std::optional<engine::Explanation> explanation{};
};

struct Status {
  std::string new_instance_id;
  std::string source_id;
  std::string instance_status;  // AWS's word for the target
  std::string phase;            // the target's tag: building | serving
  std::string mark_as_serving;  // the command for a shell
  std::string run_id;
  std::vector<StepStatus> steps;
  watch::Observation seen;
  std::optional<std::vector<plan::AuditLine>> audit;  // what setup has changed so far, where it was asked for
  std::vector<watch::Reason> reasons;                 // for a person to come; empty: healthy
  std::string next;
};

// The next command.
std::string next_of(const Status& status);

std::string to_text(const Status& status);
// One JSON object on one line.
std::string to_json(const Status& status);

// For --watch: one line about this look, after one for each reason that is new since `before` and each that is gone.
std::string watch_lines(const Status& status, const std::vector<watch::Reason>& before);

}  // namespace darbe::cli
