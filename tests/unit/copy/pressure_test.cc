#include "copy/pressure.h"

#include <gtest/gtest.h>

namespace darbe::copy {
namespace {

TEST(CheckpointAge, FillsNoLogWithoutCapacity) {
  EXPECT_EQ(fullness({5, 0, 0}), 0);
  EXPECT_EQ(fullness({60, 100, 120}), 0.6);
}

TEST(CheckpointAge, IsReadFromInnodbsStatus) {
  EXPECT_EQ(parse_checkpoint_age("LOG\n---\nLog sequence number 1500\nLog flushed up to   1500\n"
                                 "Pages flushed up to 1500\nLast checkpoint at  1100\n0 pending log writes\n"),
            400U);
  EXPECT_EQ(parse_checkpoint_age("LOG\n---\nLog sequence number   1500\nLast checkpoint at    1500\n"), 0U);
  EXPECT_EQ(parse_checkpoint_age("LOG\n---\nLog sequence number 1 2\n"), std::nullopt);
  EXPECT_EQ(parse_checkpoint_age(""), std::nullopt);
}

}  // namespace
}  // namespace darbe::copy
