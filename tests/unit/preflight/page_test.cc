// docs/preflight.md against the checks that there are.
#include <algorithm>
#include <regex>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "preflight/check.h"

namespace darbe::preflight {
namespace {

using Row = std::pair<std::string, bool>;  // name, may be allowed

std::vector<Row> rows_of_the_page() {
  std::istringstream page(base::read_file(DARBE_SOURCE_DIR "/docs/preflight.md"));
  const std::regex row(R"(\| `([a-z-]+)` \|.*\| (yes|no) \|)");
  std::vector<Row> rows;
  std::smatch found;
  for (std::string line; std::getline(page, line);)
    if (std::regex_match(line, found, row)) rows.emplace_back(found[1], found[2] == "yes");
  return rows;
}

TEST(PreflightPage, HasEachCheckInItsOrderAndSaysWhichCanBeAllowed) {
  std::vector<Row> checks;
  for (const Check& check : all_checks()) checks.emplace_back(check.name, check.may_be_allowed);
  EXPECT_EQ(rows_of_the_page(), checks);
}

TEST(PreflightPage, SaysThatEachCheckHasItsOwnFile) {
  const std::regex definition(R"(std::vector<Finding> check_(\w+)\(const Subject)");
  for (const Check& check : all_checks()) {
    std::string name(check.name);
    std::ranges::replace(name, '-', '_');
    const std::string text = base::read_file(fmt::format("{}/src/preflight/{}.cc", DARBE_SOURCE_DIR, name));
    std::vector<std::string> defined;
    for (std::sregex_iterator found(text.begin(), text.end(), definition), end; found != end; ++found)
      defined.push_back((*found)[1]);
    EXPECT_THAT(defined, testing::ElementsAre(name));
  }
}

}  // namespace
}  // namespace darbe::preflight
