#include "arguments.h"

#include <algorithm>
#include <thread>

#include <CLI/CLI.hpp>

namespace darbe::bench {

bool Arguments::includes(const std::string& part) const {
  return only.empty() || std::find(only.begin(), only.end(), part) != only.end();
}

bool Arguments::is_full_run() const {
  return !only_darbe && only.empty() && megabytes == main_set_megabytes && rounds >= rounds_of_a_full_run;
}

unsigned Arguments::scaled(unsigned size) const { return std::max(1U, size * megabytes / main_set_megabytes); }

CommandLine parse(int count, char** words) {
  CommandLine result;
  Arguments& arguments = result.arguments;
  // Twice as many as the target has processors, which are half of this machine's: the source and the clients take the
  // others.
  arguments.jobs = std::max(2U, std::thread::hardware_concurrency());
  std::string output = "text";
  CLI::App app("Darbe's copy, index builds and verification against others, on two real servers of this machine",
               "./dev bench copy");
  app.add_option("--output", output, "text or json")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  app.add_option("--rounds", arguments.rounds, "Interleaved rounds on the main set")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--megabytes", arguments.megabytes,
                 "Of values in the main set; the other sets grow and shrink with it")
      ->check(CLI::Range(1U, 1100U))
      ->capture_default_str();
  app.add_option("--jobs", arguments.jobs, "Darbe's workers")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--only", arguments.only, "Only this part; may be repeated")
      ->check(CLI::IsMember({"main", "wide", "texts", "small", "growth"}));
  app.add_flag("--only-darbe", arguments.only_darbe, "Nobody else: for profiling");
  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& error) {
    result.leave = true;
    result.status = app.exit(error) == 0 ? 0 : 2;
  }
  arguments.json = output == "json";
  return result;
}

}  // namespace darbe::bench
