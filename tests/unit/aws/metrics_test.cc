#include "aws/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/error.h"
#include "aws/signing_clock.h"
#include "scripted_aws.h"

namespace darbe::aws {
namespace {

using testing::HasSubstr;

// A MetricDataResult; `values` newest first, a minute apart.
std::string result(const std::string& id, const std::vector<std::string>& values) {
  std::string times, numbers;
  for (std::size_t i = 0; i < values.size(); ++i) {
    times += fmt::format("<member>2026-11-22T18:{}:00Z</member>", 41 - i);
    numbers += fmt::format("<member>{}</member>", values[i]);
  }
  return fmt::format(
      "<member><Id>{}</Id><Label>x</Label><StatusCode>Complete</StatusCode><Timestamps>{}</Timestamps><Values>{}"
      "</Values></member>",
      id, times, numbers);
}

http::Response data(const std::string& results) {
  return answer("GetMetricData", "<MetricDataResults>" + results + "</MetricDataResults><Messages/>");
}

TEST(DiskMetrics, AreTheNewestDatapoints) {
  ScriptedAws aws({data(result("binlog", {"1048576.0"}) + result("free", {"2.147483648E10", "3E10"}))});
  const DiskMetrics metrics = disk_metrics(aws.account.client, "putio16");
  ASSERT_TRUE(metrics.free_space && metrics.binlog_size);
  EXPECT_EQ(metrics.free_space->bytes, 21'474'836'480U);
  EXPECT_EQ(metrics.free_space->time, read_iso_time("2026-11-22T18:41:00Z"));
  EXPECT_EQ(metrics.binlog_size->bytes, 1'048'576U);
}

TEST(DiskMetrics, TellOfADedicatedLogVolumeByItself) {
  ScriptedAws aws({data(result("free", {"3E10"}) + result("logs", {"2.147483648E10"}))});
  const DiskMetrics metrics = disk_metrics(aws.account.client, "putio16");
  ASSERT_TRUE(metrics.free_log_space);
  EXPECT_EQ(metrics.free_log_space->bytes, 21'474'836'480U);
  EXPECT_EQ(metrics.free_space->bytes, 30'000'000'000U);
}

TEST(DiskMetrics, AskForTheWorstOfTheInstancesOwnMinutes) {
  ScriptedAws aws({data("")});
  disk_metrics(aws.account.client, "putio16");
  const std::string body = aws.body(0);
  EXPECT_THAT(body, HasSubstr("Version=2010-08-01\n"));
  EXPECT_THAT(body, HasSubstr("MetricDataQueries.member.1.MetricStat.Metric.MetricName=FreeStorageSpace\n"));
  EXPECT_THAT(body, HasSubstr("MetricDataQueries.member.1.MetricStat.Stat=Minimum\n"));
  EXPECT_THAT(body, HasSubstr("MetricDataQueries.member.2.MetricStat.Metric.MetricName=BinLogDiskUsage\n"));
  EXPECT_THAT(body, HasSubstr("MetricDataQueries.member.2.MetricStat.Stat=Maximum\n"));
  EXPECT_THAT(body, HasSubstr("MetricDataQueries.member.2.MetricStat.Metric.Dimensions.member.1.Value=putio16\n"));
  EXPECT_THAT(body, HasSubstr("MetricDataQueries.member.3.MetricStat.Metric.MetricName=FreeStorageSpaceLogVolume\n"));
  EXPECT_THAT(body, HasSubstr("MetricDataQueries.member.3.MetricStat.Stat=Minimum\n"));
}

TEST(DiskMetrics, OfAnInstanceThatHasNoneAreNone) {
  for (const std::string& results : {std::string(), result("free", {}) + result("binlog", {})}) {
    ScriptedAws aws({data(results)});
    const DiskMetrics metrics = disk_metrics(aws.account.client, "putio16");
    EXPECT_FALSE(metrics.free_space || metrics.binlog_size);
  }
}

TEST(DiskMetrics, ThatAreNoNumbersAreNotTakenForAny) {
  for (const char* value : {"", "many", "-1", "NaN"}) {
    ScriptedAws aws({data(result("free", {value}))});
    EXPECT_THROW(disk_metrics(aws.account.client, "putio16"), base::Error) << value;
  }
}

TEST(DiskMetrics, ThatAreForbiddenSaySo) {
  ScriptedAws aws({complaint("AccessDenied", "Not authorized to perform: cloudwatch:GetMetricData", 403)});
  try {
    disk_metrics(aws.account.client, "putio16");
    FAIL();
  } catch (const ApiError& error) {
    EXPECT_EQ(error.meaning(), Meaning::access_denied);
  }
}

}  // namespace
}  // namespace darbe::aws
