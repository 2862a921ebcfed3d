#include "cli/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "http/client.h"

namespace darbe::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(Listen, IsThisMachineAloneUnlessAnAddressIsNamed) {
  EXPECT_EQ(parse_listen("9500"), (Listen{"127.0.0.1", 9500}));
  EXPECT_EQ(parse_listen("10.0.0.5:9500"), (Listen{"10.0.0.5", 9500}));
  EXPECT_EQ(parse_listen("[::1]:9500"), (Listen{"::1", 9500}));
  EXPECT_EQ(parse_listen("0.0.0.0:0"), (Listen{"0.0.0.0", 0}));
}

TEST(Listen, RefusesWhatIsNoPortAndNoAddress) {
  for (const char* text : {"", ":", "99999", "-1", "9500x", "localhost:9500", ":9500", "::1:9500", "::1", "[::1]",
                           "[10.0.0.5]:9500", "10.0.0.5:", "10.0.0.5", "http://127.0.0.1:9500"})
    EXPECT_THROW(parse_listen(text), base::Error) << text;
}

Status status() {
  Status status;
  status.new_instance_id = "putio17";
  status.steps = {{"Copy", "done"}, {"Verify", "begun"}};
  status.seen.instances = {{"source", "putio16", "available"}, {"target", "putio17", "rebooting"}};
  return status;
}

TEST(Metrics, SayWhatWasSeenAndWhetherAPersonIsNeeded) {
  Status seen = status();
  seen.seen.replication.emplace();
  seen.seen.replication->state = replication::State::broken;
  seen.seen.lag.at_least = base::Seconds(12.5);
  seen.seen.lag.bytes = 4711;
  seen.reasons = {{watch::Concern::disk, "text", "advice"}, {watch::Concern::disk, "more", "advice"}};
  const std::string page = metrics_of(seen, {.all = 7, .failed = 2});
  EXPECT_THAT(page,
              AllOf(HasSubstr("# TYPE darbe_healthy gauge\n"
                              "darbe_healthy{new_instance_id=\"putio17\"} 0\n"),
                    HasSubstr("concern=\"disk\"} 2\n"), HasSubstr("concern=\"purge\"} 0\n"),
                    HasSubstr("id=\"putio16\",role=\"source\"} 1\n"), HasSubstr("id=\"putio17\",role=\"target\"} 0\n"),
                    HasSubstr("step=\"Copy\"} 1\n"), HasSubstr("step=\"Verify\"} 0\n")));
  EXPECT_THAT(page, AllOf(HasSubstr("darbe_replication_on{new_instance_id=\"putio17\"} 0\n"),
                          HasSubstr("darbe_lag_seconds{new_instance_id=\"putio17\"} 12.5\n"),
                          HasSubstr("darbe_lag_bytes{new_instance_id=\"putio17\"} 4711\n"),
                          HasSubstr("# TYPE darbe_looks_total counter\n"),
                          HasSubstr("darbe_looks_failed_total{new_instance_id=\"putio17\"} 2\n")));
}

TEST(Metrics, TellOfADedicatedLogVolumeByItself) {
  Status seen = status();
  seen.seen.source_storage = {.data = watch::FreeStorage{.bytes = 4096, .volume_bytes = 8192},
                              .logs = watch::FreeStorage{.bytes = 512, .volume_bytes = 1024, .is_log_volume = true},
                              .has_log_volume = true};
  const std::string page = metrics_of(seen, {});
  EXPECT_THAT(page, AllOf(HasSubstr("# TYPE darbe_free_storage_bytes gauge\n"), HasSubstr("role=\"source\"} 4096\n"),
                          HasSubstr("# TYPE darbe_free_log_storage_bytes gauge\n"), HasSubstr("role=\"source\"} 512\n"),
                          HasSubstr("# TYPE darbe_log_volume_bytes gauge\n"), HasSubstr("role=\"source\"} 1024\n")));
}

TEST(Metrics, LeaveOutWhatCannotBeTold) {
  const std::string page = metrics_of(status(), {});
  EXPECT_THAT(page, HasSubstr("darbe_healthy{new_instance_id=\"putio17\"} 1\n"));
  for (const char* name : {"lag", "binlog", "storage", "replication", "purge"})
    EXPECT_THAT(page, Not(HasSubstr(std::string("darbe_") + name))) << page;
}

TEST(MetricsServer, ServesNoPageThatIsNotTrueAnyMore) {
  MetricsServer server(Listen{}, [](const std::string& error) { ADD_FAILURE() << error; });
  const auto get = [&server] {
    return http::call({.method = "GET", .url = server.url(), .headers = {}, .body = {}, .ca_file = {}}, {});
  };
  EXPECT_EQ(get().status, 503);
  server.show("healthy", base::Clock::now() + std::chrono::hours(1));
  EXPECT_EQ(get().body, "healthy");
  server.show("healthy", base::Clock::now() - std::chrono::seconds(1));
  EXPECT_EQ(get().status, 503);
}

}  // namespace
}  // namespace darbe::cli
