// docs/preflight.md against the checks that there are.
#include <regex>
#include <sstream>

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

}  // namespace
}  // namespace darbe::preflight
