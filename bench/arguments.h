// The command line of `./dev bench copy`.
#pragma once

#include <string>
#include <vector>

namespace darbe::bench {

inline constexpr unsigned main_set_megabytes = 550;
inline constexpr unsigned rounds_of_a_full_run = 3;

struct Arguments {
  bool json = false;
  bool only_darbe = false;  // for profiling
  unsigned rounds = rounds_of_a_full_run;
  unsigned megabytes = main_set_megabytes;  // of the main set; the others are as much smaller or larger
  unsigned jobs = 0;
  std::vector<std::string> only{};  // names of parts; empty: all

  bool includes(const std::string& part) const;
  // What docs/benchmarks.md is written from.
  bool is_full_run() const;
  // A size that belongs to the main set's default size, in proportion; at least 1.
  unsigned scaled(unsigned size) const;
};

// Nothing if there is no more to do (--help); the exit status is then `status`.
struct CommandLine {
  Arguments arguments;
  bool leave = false;
  int status = 0;
};
CommandLine parse(int count, char** words);

}  // namespace darbe::bench
