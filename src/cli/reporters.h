// Three ways of telling a run: live on a terminal, as log lines in a pipe, as JSON events (one a line) for programs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "steps/reporter.h"

namespace darbe::cli {

enum class Output { automatic, text, json };

// `automatic` is live on a terminal, log lines elsewhere. JSON goes to standard output, nothing else does; text goes to
// standard error, so that a report can be piped.
std::unique_ptr<steps::Reporter> make_reporter(Output output);

// 12.3 MB, 4.5 GB: decimal units.
std::string human_bytes(std::uint64_t bytes);
// 45 s, 3 min 20 s, 2 h 5 min.
std::string human_seconds(double seconds);
// 1,234,567
std::string human_count(std::uint64_t count);

}  // namespace darbe::cli
