#include "tables/digest.h"

#include <vector>

#include <gtest/gtest.h>

#include "base/error.h"

namespace darbe::tables {
namespace {

using mysql::Value;

Digest hash(const std::vector<Value>& row) {
  RowHasher hasher;
  return hasher.hash(row);
}

TEST(RowHasher, TellsRowsApartThatLookAlikeWhenJoined) {
  EXPECT_NE(hash({"ab", "c"}), hash({"a", "bc"}));
  EXPECT_NE(hash({"", Value()}), hash({Value(), ""}));
  EXPECT_NE(hash({""}), hash({Value()}));
  EXPECT_NE(hash({"NULL"}), hash({Value()}));
  EXPECT_NE(hash({"1"}), hash({"1", ""}));
}

TEST(RowHasher, GivesLargeRowsTheSameHashWhateverWayTheyAreRead) {
  const std::string large(100'000, 'x');
  std::string other = large;
  other.back() = 'y';
  EXPECT_EQ(hash({large, "1"}), hash({large, "1"}));
  EXPECT_NE(hash({large, "1"}), hash({other, "1"}));
  RowHasher used;
  used.hash(std::vector<Value>{"a longer row before"});
  EXPECT_EQ(used.hash(std::vector<Value>{"1"}), hash({"1"}));
}

TEST(Digest, DoesNotDependOnTheOrderOfRowsButOnTheirNumber) {
  Digest forth = hash({"1"});
  forth += hash({"2"});
  Digest back = hash({"2"});
  back += hash({"1"});
  EXPECT_EQ(forth, back);
  Digest doubled = forth;
  doubled += hash({"2"});
  EXPECT_NE(doubled, forth);
}

TEST(Digest, CarriesIntoItsUpperHalf) {
  Digest sum{1, ~0ULL};
  sum += Digest{0, 1};
  EXPECT_EQ(sum, (Digest{2, 0}));
}

TEST(Digest, IsReadAsItIsWritten) {
  const Digest digest{0x0123456789abcdefULL, 0xfedcba9876543210ULL};
  EXPECT_EQ(digest.hex(), "0123456789abcdeffedcba9876543210");
  EXPECT_EQ(Digest::from_hex(digest.hex()), digest);
  EXPECT_THROW(Digest::from_hex("12"), base::Error);
  EXPECT_THROW(Digest::from_hex("g123456789abcdeffedcba9876543210"), base::Error);
}

}  // namespace
}  // namespace darbe::tables
