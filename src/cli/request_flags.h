// The flags that say what a run builds: setup's and plan's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/account.h"
#include "aws/instances.h"
#include "cli/options.h"
#include "plan/plan.h"

namespace darbe::cli {

// As the command line has it; lists are still one text.
struct RequestOptions {
  CommonOptions common;
  plan::Request request;
  std::string databases;
  std::string users;
  std::vector<std::string> allow;  // checks of preflight
  bool allow_in_use = false;
  std::string jobs = "auto";
  std::optional<unsigned> stop_below_free_storage;  // GiB
};

// The group in a command's help for flags on the work itself.
inline constexpr const char* how_it_works = "How it is done";

// With the flags that all commands share.
void add_request_flags(CLI::App& command, RequestOptions& options);

// What the flags ask for, completed from the account and the source.
plan::Request request_of(const RequestOptions& options, const aws::Account& account, const aws::Instance& source);

}  // namespace darbe::cli
