// The report of a run that is done, read from AWS, both servers and the journal.
#pragma once

#include <stop_token>

#include "cli/options.h"
#include "cli/report.h"
#include "steps/run.h"

namespace darbe::cli {

// `options`: this command's, which the commands that the report names need again.
Report report_of(Run& run, const CommonOptions& options, const std::stop_token& stop);

}  // namespace darbe::cli
