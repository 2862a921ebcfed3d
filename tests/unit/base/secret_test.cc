#include "base/secret.h"

#include <cstddef>
#include <new>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "base/random.h"

namespace darbe::base {
namespace {

TEST(Secret, PrintsAsStars) {
  const Secret secret("hunter2");
  EXPECT_EQ(fmt::format("password {}", secret), "password ****");
  EXPECT_EQ(secret.reveal(), "hunter2");
}

TEST(Secret, IsCopiedAndMovedWhole) {
  Secret secret("hunter2");
  const Secret copy = secret;
  const Secret moved = std::move(secret);
  EXPECT_EQ(copy.reveal(), "hunter2");
  EXPECT_EQ(moved.reveal(), "hunter2");
  EXPECT_TRUE(Secret().empty());
}

// Whether the object's own bytes hold the text: short ones lie there.
bool holds(const void* object, std::string_view text) {
  return std::string_view(static_cast<const char*>(object), sizeof(Secret)).find(text) != std::string_view::npos;
}

TEST(Secret, LeavesNothingBehindWhereItWas) {
  alignas(Secret) std::byte place[sizeof(Secret)];
  Secret* const secret = new (place) Secret("hunter2");
  EXPECT_TRUE(holds(place, "hunter2"));
  const Secret moved = std::move(*secret);
  EXPECT_FALSE(holds(place, "unter2"));
  *secret = Secret("other-one");
  *secret = Secret("new");
  EXPECT_FALSE(holds(place, "r-one"));
  *secret = moved;
  EXPECT_TRUE(holds(place, "hunter2"));
  secret->~Secret();
  EXPECT_FALSE(holds(place, "unter2"));
}

TEST(Random, IsHexadecimalAndDiffers) {
  const std::string one = random_hex(16);
  EXPECT_EQ(one.size(), 32u);
  EXPECT_EQ(one.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(one, random_hex(16));
}

TEST(Random, FractionStaysBelowOne) {
  for (int i = 0; i < 1'000; ++i) {
    const double fraction = random_fraction();
    EXPECT_GE(fraction, 0);
    EXPECT_LT(fraction, 1);
  }
}

// FIPS 180-4's own examples.
TEST(Sha256, FollowsTheStandard) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha1, FollowsTheStandard) {
  EXPECT_EQ(sha1("abc"), "\xa9\x99\x3e\x36\x47\x06\x81\x6a\xba\x3e\x25\x71\x78\x50\xc2\x6c\x9c\xd0\xd8\x9d");
}

}  // namespace
}  // namespace darbe::base
