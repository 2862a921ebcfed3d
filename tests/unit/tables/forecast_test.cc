#include "tables/forecast.h"

#include <gtest/gtest.h>

namespace darbe::tables {
namespace {

constexpr std::uint64_t mega = 1'000'000;

// Tables of which somebody looks at the progress once a second.
class ForecastTest : public testing::Test {
 protected:
  // Rows of a hundred bytes, as the server's statistics have them.
  Progress::Row& add(std::uint64_t bytes, std::uint64_t index_bytes = 0) {
    Progress::Row& row = rows_.emplace_back();
    row.name = {"shop", std::to_string(rows_.size())};
    row.rows_estimated = bytes / 100;
    row.bytes_estimated = bytes;
    row.index_bytes = index_bytes;
    return row;
  }
  Progress::Row& row(std::size_t index) { return rows_[index]; }

  void pass(int seconds, std::size_t index = 0, std::uint64_t bytes_per_second = 0) {
    for (int i = 0; i < seconds; ++i) {
      now_ += std::chrono::seconds(1);
      rows_[index].bytes += bytes_per_second;
      rows_[index].rows += bytes_per_second / 100;
      forecast_.see(snapshot(), now_);
    }
  }
  // As Progress would tell it: one by one are those that are worked on.
  Progress::Snapshot snapshot() const {
    Progress::Snapshot now;
    for (const Progress::Row& row : rows_) {
      const Amount amount{1, row.rows_estimated, row.bytes_estimated, row.index_bytes, row.rows, row.bytes};
      now.verifies = now.verifies || row.phase == Phase::verifying || row.phase == Phase::verified;
      if (row.phase == Phase::waiting)
        now.waiting += amount;
      else if (row.phase == Phase::copied || row.phase == Phase::verified)
        now.done += amount;
      else
        now.at_work.push_back(row);
    }
    now.done.index_bytes = 0;
    now.bytes_verified_ahead = verified_ahead_;
    return now;
  }
  void verify_ahead(std::uint64_t bytes) { verified_ahead_ = bytes; }
  double left() const { return forecast_.left().value_or(base::Seconds(-1)).count(); }
  bool is_known() const { return forecast_.left().has_value(); }

 private:
  std::vector<Progress::Row> rows_;
  std::uint64_t verified_ahead_ = 0;
  Forecast forecast_;
  Forecast::Time now_{};
};

TEST_F(ForecastTest, IsUnknownAfterMoreBytesWereTakenBackThanCame) {
  add(1000 * mega).phase = Phase::copying;
  pass(20, 0, 10 * mega);
  EXPECT_TRUE(is_known());
  row(0).bytes = row(0).rows = 0;
  pass(1);
  EXPECT_FALSE(is_known());
  pass(40, 0, 10 * mega);
  EXPECT_TRUE(is_known());
}

TEST_F(ForecastTest, IsUnknownBeforeAHundredthOfTheRowsHasCome) {
  add(1000 * mega).phase = Phase::copying;
  pass(5);
  EXPECT_FALSE(is_known());
  pass(5, 0, mega);
  EXPECT_FALSE(is_known());
  pass(30, 0, mega);
  EXPECT_TRUE(is_known());
}

TEST_F(ForecastTest, IsTheRestAtTheRateSoFarAndItsVerification) {
  add(1000 * mega).phase = Phase::copying;
  pass(51, 0, 10 * mega);
  EXPECT_NEAR(left(), 49 + 100 / 4.0, 2);
}

TEST_F(ForecastTest, FollowsTheRateOfTheLastMinutes) {
  add(100'000 * mega).phase = Phase::copying;
  pass(600, 0, 10 * mega);
  pass(200, 0, 100 * mega);
  const double rest = 100'000.0 - 6'000 - 20'000;
  EXPECT_NEAR(left(), rest / 100 + 100'000 / (26'000 / 800.0) / 4, 10);
}

TEST_F(ForecastTest, TakesTablesForAsLargeAsTheirRowsTurnOutToBe) {
  add(1000 * mega).phase = Phase::copying;
  add(1000 * mega);
  row(0).rows_estimated /= 2;  // half of its pages are empty
  row(1).rows_estimated /= 2;
  pass(26, 0, 10 * mega);
  EXPECT_EQ(bytes_expected(row(0)), 500 * mega);
  EXPECT_NEAR(left(), 74 + 100 / 4.0, 3);
}

TEST_F(ForecastTest, HoldsIndexesForAsDearAsRowsUntilOneIsBuilt) {
  add(100 * mega, 500 * mega).phase = Phase::copying;
  pass(11, 0, 10 * mega);
  row(0).phase = Phase::building_indexes;
  pass(1);
  EXPECT_NEAR(left(), 50 + 11 / 4.0, 3);
  pass(20);
  EXPECT_NEAR(left(), 30 + 11 / 4.0, 3);
}

TEST_F(ForecastTest, LearnsWhatIndexesTake) {
  add(100 * mega, 100 * mega).phase = Phase::copying;
  add(100 * mega, 400 * mega).phase = Phase::copying;
  pass(11, 0, 10 * mega);
  row(0).phase = Phase::building_indexes;
  pass(101, 1, mega);
  row(0).phase = Phase::copied;
  row(1).phase = Phase::building_indexes;
  pass(1);
  const double verification = 200 / (210 / 112.0) / 4;
  EXPECT_NEAR(left(), 400 + verification, 10);
}

TEST_F(ForecastTest, CountsBuildsThatGoOnTogetherOnce) {
  for (int i = 0; i < 2; ++i) add(100 * mega, 100 * mega).phase = Phase::copying;
  for (int i = 0; i < 10; ++i) {
    pass(1, 0, 10 * mega);
    pass(1, 1, 10 * mega);
  }
  row(0).phase = row(1).phase = Phase::building_indexes;
  pass(1);
  EXPECT_NEAR(left(), 10 + 20 / 4.0, 2);
}

TEST_F(ForecastTest, LeavesOutWhatIsVerifiedAhead) {
  add(400 * mega).phase = Phase::copying;
  add(100 * mega, 100 * mega).phase = Phase::copying;
  pass(41, 0, 10 * mega);
  row(0).phase = Phase::copied;
  pass(10, 1, 10 * mega);
  row(1).phase = Phase::building_indexes;
  pass(1);
  EXPECT_NEAR(left(), 10 + 50 / 4.0, 1.5);
  verify_ahead(400 * mega);
  pass(1);
  EXPECT_NEAR(left(), 9 + 10 / 4.0, 1.5);
  verify_ahead(600 * mega);
  pass(1);
  EXPECT_NEAR(left(), 8, 1.5);
}

TEST_F(ForecastTest, IsUnknownWhenNoRowsCome) {
  add(1000 * mega).phase = Phase::copying;
  pass(30, 0, 10 * mega);
  pass(110);
  EXPECT_TRUE(is_known());
  pass(20);
  EXPECT_FALSE(is_known());
}

TEST_F(ForecastTest, CountsInVerifyOnlyWhatIsToBeRead) {
  add(1000 * mega, 500 * mega).phase = Phase::verifying;
  pass(51, 0, 10 * mega);
  EXPECT_NEAR(left(), 49, 1);
  row(0).phase = Phase::verified;
  pass(1);
  EXPECT_EQ(left(), 0);
}

TEST_F(ForecastTest, GoesOnWithATableThatIsLargerThanExpected) {
  add(100 * mega).phase = Phase::copying;
  pass(20, 0, 10 * mega);
  EXPECT_GT(left(), 0);
}

}  // namespace
}  // namespace darbe::tables
