#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command.h"
#include "golden.h"

namespace darbe::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

std::string help_of(const std::string& command) {
  std::vector<std::string> arguments = {"darbe", command, "--help"};
  std::erase(arguments, "");
  testing::internal::CaptureStdout();
  EXPECT_EQ(run_command(arguments, {}), 0);
  return testing::internal::GetCapturedStdout();
}

TEST(Help, ReadsAsInTheGoldenFiles) {
  expect_golden("help.txt", help_of(""));
  for (const std::string command : {"setup", "plan", "status", "undo"})
    expect_golden("help_" + command + ".txt", help_of(command));
}

TEST(Help, OfEachCommandTeachesByExampleAndTellsTheExitCodes) {
  for (const char* command : {"setup", "plan", "status", "undo"}) {
    const std::string help = help_of(command);
    EXPECT_THAT(help, HasSubstr(std::string("  darbe ") + command + " --region eu-west-1")) << command;
    EXPECT_THAT(help, ContainsRegex("Exit codes: 0 done, 1 failed.*2 wrong.*3 refused")) << command;
    for (const char* group : {"Which run:", "Access:", "Output:"}) EXPECT_THAT(help, HasSubstr(group)) << command;
  }
}

TEST(Help, FitsATerminalAndNamesNoTypesOfItsParser) {
  for (const char* command : {"setup", "plan", "status", "undo"}) {
    std::istringstream lines(help_of(command));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), 120u) << line;
      EXPECT_THAT(line, testing::Not(ContainsRegex("TEXT:|UINT|\\{auto\\}"))) << line;
    }
  }
}

TEST(Help, NamesTheChecksThatCanBeAllowed) { EXPECT_THAT(help_of("setup"), HasSubstr("nontransactional")); }

}  // namespace
}  // namespace darbe::cli
