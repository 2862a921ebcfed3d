#include "steps/lock_loss.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace darbe::steps {
namespace {

using base::Error;
using base::Kind;

std::optional<Error> ending_of(LockLoss& loss, Kind how_the_stop_ends_it) {
  try {
    loss.tell_of_it([&] { throw Error(how_the_stop_ends_it, "stopped"); });
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

TEST(LockLoss, IsAFailureAndNoInterruption) {
  LockLoss loss;
  loss.note("another darbe is at work");
  loss.note("and the source is gone");
  const auto error = ending_of(loss, Kind::interrupted);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), Kind::failed);
  EXPECT_THAT(error->what(), testing::EndsWith("lock is lost: another darbe is at work"));
  EXPECT_NE(error->advice(), "");
}

TEST(LockLoss, ChangesNothingOfACommandThatKeptItsLock) {
  LockLoss loss;
  EXPECT_EQ(ending_of(loss, Kind::interrupted)->kind(), Kind::interrupted);
  EXPECT_EQ(loss.tell_of_it([] { return 7; }), 7);
}

// What is finished is finished.
TEST(LockLoss, ChangesNothingOfWhatWentWell) {
  LockLoss loss;
  loss.note("another darbe is at work");
  EXPECT_EQ(loss.tell_of_it([] { return 7; }), 7);
}

}  // namespace
}  // namespace darbe::steps
