// All processes that a test starts, directly or not, whatever they are called: each inherits a variable.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <fmt/format.h>

#include "base/random.h"

namespace darbe::lab_test {

class MarkedProcesses {
 public:
  MarkedProcesses() { setenv(name, value_.c_str(), 1); }
  ~MarkedProcesses() { unsetenv(name); }
  MarkedProcesses(const MarkedProcesses&) = delete;
  MarkedProcesses& operator=(const MarkedProcesses&) = delete;

  // Those that run now and whose command line has `word` in it, a line each: number and command line. The dead that
  // nobody has reaped yet are none.
  std::string running(const std::string& word = "") const {
    const std::string mark = fmt::format("{}={}", name, value_);
    std::string found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      if (contents(entry.path() / "environ").find(mark) == std::string::npos) continue;
      const std::string line = contents(entry.path() / "cmdline");
      if (line.find(word) != std::string::npos) found += fmt::format("{} {}\n", entry.path().filename().string(), line);
    }
    return found;
  }

 private:
  static constexpr const char* name = "DARBE_TEST_MARK";

  // With blanks between what /proc ends with zeros. Nothing of a process that ends meanwhile: to read of it fails.
  static std::string contents(const std::filesystem::path& path) {
    std::ostringstream read;
    read << std::ifstream(path).rdbuf();  // catches what an iterator over the same buffer throws
    std::string text = read.str();
    for (char& c : text)
      if (c == '\0') c = ' ';
    return text;
  }

  const std::string value_ = base::random_hex(8);
};

}  // namespace darbe::lab_test
