#include "cli/reporters.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace darbe::cli {
namespace {

boost::json::object event_of_progress(std::optional<base::Seconds> left) {
  testing::internal::CaptureStdout();
  make_reporter(Output::json)
      ->progress({{.table = "shop.t", .phase = "copying", .rows = 10, .bytes = 1000, .bytes_expected = 5000}},
                 {.tables = 3, .done = 1, .rows = 30, .bytes = 3000, .bytes_expected = 9000}, left);
  return boost::json::parse(testing::internal::GetCapturedStdout()).as_object();
}

TEST(JsonReporter, TellsTheTimeLeft) {
  const boost::json::object event = event_of_progress(base::Seconds(12.5));
  EXPECT_EQ(event.at("event"), "progress");
  EXPECT_EQ(event.at("seconds_left"), 12.5);
  EXPECT_EQ(event.at("tables").at(0).at("bytes_expected"), 5000);
  EXPECT_EQ(event.at("all").at("tables"), 3);
  EXPECT_EQ(event.at("all").at("bytes_expected"), 9000);
}

TEST(JsonReporter, SaysNullWhereTheTimeLeftIsNotKnown) {
  EXPECT_TRUE(event_of_progress(std::nullopt).at("seconds_left").is_null());
}

}  // namespace
}  // namespace darbe::cli
