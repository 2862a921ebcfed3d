#include "preflight/listed.h"

#include <gtest/gtest.h>

namespace darbe::preflight {
namespace {

TEST(Listed, NamesAreFiveAtMost) {
  EXPECT_EQ(first_of({"a", "b"}), "a, b");
  EXPECT_EQ(first_of({"a", "b", "c", "d", "e"}), "a, b, c, d, e");
  EXPECT_EQ(first_of({"a", "b", "c", "d", "e", "f", "g"}), "a, b, c, d, e and 2 more");
}

TEST(Listed, NamesForSqlAreQuoted) { EXPECT_EQ(quoted_list({"a", "o'b"}), "'a', 'o''b'"); }

}  // namespace
}  // namespace darbe::preflight
