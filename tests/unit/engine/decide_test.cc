#include "engine/decide.h"

#include <gtest/gtest.h>

namespace darbe::engine {
namespace {

struct Cell {
  Recorded journal;
  Standing servers;
  Decision decision;
};

class Decide : public testing::TestWithParam<Cell> {};

TEST_P(Decide, FollowsItsTable) { EXPECT_EQ(decide(GetParam().journal, GetParam().servers), GetParam().decision); }

INSTANTIATE_TEST_SUITE_P(Cells, Decide,
                         testing::Values(Cell{Recorded::not_done, Standing::absent, Decision::apply},
                                         Cell{Recorded::not_done, Standing::partial, Decision::apply},
                                         Cell{Recorded::not_done, Standing::done, Decision::record_done},
                                         Cell{Recorded::not_done, Standing::unknown, Decision::stop_unknown},
                                         Cell{Recorded::done, Standing::absent, Decision::stop_changed},
                                         Cell{Recorded::done, Standing::partial, Decision::stop_changed},
                                         Cell{Recorded::done, Standing::done, Decision::next},
                                         Cell{Recorded::done, Standing::unknown, Decision::stop_unknown},
                                         Cell{Recorded::done_passing, Standing::absent, Decision::apply},
                                         Cell{Recorded::done_passing, Standing::partial, Decision::apply},
                                         Cell{Recorded::done_passing, Standing::done, Decision::next},
                                         Cell{Recorded::done_passing, Standing::unknown, Decision::stop_unknown},
                                         Cell{Recorded::closed, Standing::absent, Decision::next},
                                         Cell{Recorded::closed, Standing::partial, Decision::next},
                                         Cell{Recorded::closed, Standing::done, Decision::next},
                                         Cell{Recorded::closed, Standing::unknown, Decision::next}));

TEST(AboveABegunStep, IsAskedOnlyWhileItDidNothing) {
  EXPECT_EQ(above_begun(Standing::absent), Above::ask);
  EXPECT_EQ(above_begun(Standing::partial), Above::skip);
  EXPECT_EQ(above_begun(Standing::done), Above::skip);
  EXPECT_EQ(above_begun(Standing::unknown), Above::stop_unknown);
}

}  // namespace
}  // namespace darbe::engine
