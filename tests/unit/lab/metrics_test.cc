#include "lab/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/action.h"

namespace darbe::lab {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const Metrics::TimePoint noon(std::chrono::hours(12));

std::vector<double> values(const std::vector<Datapoint>& datapoints) {
  std::vector<double> values;
  for (const Datapoint& datapoint : datapoints) values.push_back(datapoint.value);
  return values;
}

TEST(Metrics, AreKnownAMinuteLate) {
  Metrics metrics;
  metrics.add("db-A", "ReplicaLag", {noon, 7});
  const Metrics::Span hour{noon - 1h, noon + 1h};
  EXPECT_THAT(metrics.known("db-A", "ReplicaLag", hour, noon + 59s), IsEmpty());
  EXPECT_THAT(metrics.names("db-A", noon + 59s), IsEmpty());
  EXPECT_THAT(values(metrics.known("db-A", "ReplicaLag", hour, noon + 60s)), ElementsAre(7));
  EXPECT_THAT(metrics.names("db-A", noon + 60s), ElementsAre("ReplicaLag"));
  metrics.forget("db-A");
  EXPECT_THAT(metrics.names("db-A", noon + 1h), IsEmpty());
}

TEST(Metrics, AreThoseFromTheFirstMomentUpToTheLast) {
  Metrics metrics;
  for (int minute = 0; minute < 4; ++minute)
    metrics.add("db-A", "ReplicaLag", {noon + std::chrono::minutes(minute), static_cast<double>(minute)});
  EXPECT_THAT(values(metrics.known("db-A", "ReplicaLag", {noon + 1min, noon + 3min}, noon + 1h)), ElementsAre(1, 2));
}

TEST(Metrics, HaveShorterMinutesInAFasterLab) {
  EXPECT_EQ(shortened_minute(1), 60s);
  EXPECT_EQ(shortened_minute(10), 6s);
  EXPECT_EQ(shortened_minute(1000), 1s);
}

// Through the action: two minutes in one period.
class MetricData : public testing::Test {
 protected:
  MetricData() {
    Instance& instance = store_.instances["putio16"];
    instance.shape["DBInstanceIdentifier"] = "putio16";
    instance.shape["DbiResourceId"] = "db-A";
    for (const auto& [time, value] : {std::pair(noon, 10.0), {noon + 1min, 30.0}, {noon + 2min, 50.0}})
      metrics_.add("db-A", "FreeStorageSpace", {time, value});
  }

  Value ask(const std::string& action, const Value& request) {
    return std::get<Look>(monitoring_actions().at(action))({store_, offers_, noon + 1h, metrics_},
                                                           {action, request, {}});
  }
  Value result_of(const std::string& statistic, std::int64_t period, const std::string& identifier = "putio16") {
    Value query;
    query["Id"] = "q";
    query["MetricStat"]["Metric"]["Namespace"] = "AWS/RDS";
    query["MetricStat"]["Metric"]["MetricName"] = "FreeStorageSpace";
    query["MetricStat"]["Metric"]["Dimensions"] =
        Value::List{Value::Members{{"Name", "DBInstanceIdentifier"}, {"Value", identifier}}};
    query["MetricStat"]["Period"] = period;
    query["MetricStat"]["Stat"] = statistic;
    Value request;
    request["MetricDataQueries"] = Value::List{query};
    request["StartTime"] = "1970-01-01T12:00:30Z";  // rounded down to its period
    request["EndTime"] = "1970-01-01T12:10:00Z";
    return ask("GetMetricData", request).at("MetricDataResults").list().front();
  }
  std::vector<double> numbers(const std::string& statistic, std::int64_t period) {
    std::vector<double> numbers;
    const Value result = result_of(statistic, period);
    for (const Value& value : result.at("Values").list()) numbers.push_back(value.real());
    return numbers;
  }

  Store store_;
  Offers offers_;
  Metrics metrics_;
};

TEST_F(MetricData, IsOneStatisticAPeriodTheNewestFirst) {
  EXPECT_THAT(numbers("Average", 60), ElementsAre(50, 30, 10));
  EXPECT_THAT(numbers("Average", 120), ElementsAre(50, 20));
  EXPECT_THAT(numbers("Minimum", 120), ElementsAre(50, 10));
  EXPECT_THAT(numbers("Maximum", 120), ElementsAre(50, 30));
  EXPECT_THAT(numbers("Sum", 120), ElementsAre(50, 40));
  EXPECT_THAT(numbers("SampleCount", 120), ElementsAre(1, 2));
  EXPECT_EQ(result_of("Average", 120).at("Timestamps").list().back().text(), "1970-01-01T12:00:00Z");
  EXPECT_THAT(result_of("Average", 60, "nobody").at("Values").list(), IsEmpty());
}

TEST_F(MetricData, HasPeriodsAsShortAsItsMinutes) {
  metrics_.set_minute(1s);
  metrics_.add("db-A", "FreeStorageSpace", {noon + 2min + 1s, 60});
  EXPECT_THAT(numbers("Average", 60), ElementsAre(60, 50, 30));  // what was at noon is before 12:00:30
}

}  // namespace
}  // namespace darbe::lab
