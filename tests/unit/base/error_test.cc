#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace darbe::base {
namespace {

using testing::ElementsAre;

// An error with two levels of context around it.
std::exception_ptr chain() {
  try {
    in_context("step Copy", [] {
      in_context("table putio.files", [] { throw Error(Kind::transient, "link lost", "Look at the link."); });
    });
  } catch (...) {
    return std::current_exception();
  }
  return nullptr;
}

template <typename Ask>
auto ask(const std::exception_ptr& error, Ask question) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& known) {
    return question(known);
  }
}

TEST(Error, KeepsTheKindOfItsCauseThroughContexts) {
  EXPECT_EQ(kind_of(chain()), Kind::transient);
  EXPECT_THAT(ask(chain(), lines_of), ElementsAre("step Copy", "table putio.files", "link lost"));
  EXPECT_EQ(text_of(chain()), "step Copy: table putio.files: link lost");
  EXPECT_EQ(ask(chain(), advice_of), "Look at the link.");
}

TEST(Error, TakesTheAdviceNearestToTheCause) {
  try {
    try {
      throw Error(Kind::failed, "inner", "Inner advice.");
    } catch (...) {
      std::throw_with_nested(Error(Kind::failed, "outer", "Outer advice."));
    }
  } catch (const std::exception& error) {
    EXPECT_EQ(advice_of(error), "Inner advice.");
  }
}

TEST(Error, OfAnotherTypeIsAFailure) {
  EXPECT_EQ(kind_of(std::runtime_error("no")), Kind::failed);
  EXPECT_EQ(kind_of(std::make_exception_ptr(7)), Kind::failed);
  EXPECT_EQ(text_of(std::make_exception_ptr(7)), "an exception of unknown type");
  EXPECT_EQ(advice_of(std::runtime_error("no")), "");
}

TEST(Error, GivesContextToForeignExceptionsToo) {
  try {
    in_context("reading", [] { throw std::runtime_error("end of file"); });
    FAIL() << "nothing escaped";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Kind::failed);
    EXPECT_EQ(text_of(error), "reading: end of file");
  }
}

TEST(Context, HandsTheResultThrough) {
  EXPECT_EQ(in_context("counting", [] { return 7; }), 7);
}

TEST(ExitStatus, FollowsTheKind) {
  EXPECT_EQ(exit_status(Kind::usage), 2);
  EXPECT_EQ(exit_status(Kind::refused), 3);
  EXPECT_EQ(exit_status(Kind::mismatch), 4);
  EXPECT_EQ(exit_status(Kind::ambiguous), 5);
  EXPECT_EQ(exit_status(Kind::interrupted), 130);
  EXPECT_EQ(exit_status(Kind::transient), 1);
  EXPECT_EQ(exit_status(Kind::failed), 1);
}

TEST(AssertionDeathTest, EndsTheProcessWithItsCondition) {
  EXPECT_DEATH(DARBE_ASSERT(1 == 2), "broken invariant: 1 == 2");
  DARBE_ASSERT(1 == 1);
}

}  // namespace
}  // namespace darbe::base
