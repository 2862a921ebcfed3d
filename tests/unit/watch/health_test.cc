#include "watch/health.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace darbe::watch {
namespace {

using namespace std::chrono_literals;
using replication::State;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t gib = 1ull << 30;

replication::Binlogs files(int first, int last) {
  replication::Binlogs all;
  for (int number = first; number <= last; ++number) all.push_back({fmt::format("mysql-bin.{:06}", number), 1000});
  return all;
}

// A run that is set up, with nothing wrong.
Observation healthy() {
  Observation seen;
  seen.promised = {.follows = true, .caught_up = true, .settled = true};
  seen.instances = {{"source", "putio16", "available"}, {"target", "putio17", "backing-up"}};
  seen.replication.emplace();
  seen.replication->state = State::on;
  seen.replication->executed = {"mysql-bin.000009", 400};
  seen.source_at = {"mysql-bin.000009", 400};
  seen.kept = {.files = files(3, 9), .retention_hours = 24, .needed = seen.replication->executed, .needed_age = 0s};
  seen.source_storage.data = FreeStorage{.bytes = 15 * gib, .volume_bytes = 20 * gib};
  return seen;
}

std::vector<Concern> concerns(const Observation& seen) {
  std::vector<Concern> all;
  for (const Reason& reason : reasons(seen)) {
    EXPECT_NE(reason.text, "");
    EXPECT_NE(reason.advice, "") << reason.text;
    all.push_back(reason.concern);
  }
  return all;
}

TEST(Health, HasNoReasonWhereNothingIsWrong) { EXPECT_THAT(concerns(healthy()), IsEmpty()); }

TEST(Health, SaysWhatBrokeReplicationAndWhatToDo) {
  Observation seen = healthy();
  seen.replication->state = State::broken;
  seen.replication->last_sql_error = "Duplicate entry '7'";
  const auto all = reasons(seen);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].concern, Concern::replication);
  EXPECT_THAT(all[0].text, HasSubstr("mysql-bin.000009:400: the applier says: Duplicate entry '7'"));
  EXPECT_THAT(all[0].advice, HasSubstr("rds_start_replication"));
}

TEST(Health, MissesReplicationOnlyWhereItIsPromised) {
  for (const State state : {State::off, State::absent}) {
    Observation seen = healthy();
    seen.replication->state = state;
    EXPECT_THAT(concerns(seen), ElementsAre(Concern::replication));
    seen.promised.settled = false;  // setup is at work
    EXPECT_THAT(concerns(seen), IsEmpty());
  }
  Observation building = healthy();
  building.promised = {};
  building.replication->state = State::broken;
  EXPECT_THAT(concerns(building), IsEmpty());
}

// What a filter leaves out is gone, and nothing stops.
TEST(Health, TellsOfAFilterThatIsNotTheRunsOwn) {
  Observation seen = healthy();
  seen.filter = seen.replication->wild_do_table = "kept.%";
  EXPECT_THAT(concerns(seen), IsEmpty());
  seen.replication->other_filters = {"replicate-ignore-table is kept.t"};
  EXPECT_THAT(concerns(seen), ElementsAre(Concern::replication));
  seen.replication->other_filters.clear();
  for (const char* other : {"", "kept.%,more.%"}) {
    seen.replication->wild_do_table = other;
    EXPECT_THAT(concerns(seen), ElementsAre(Concern::replication));
  }
  seen.promised.follows = false;
  EXPECT_THAT(concerns(seen), IsEmpty());
}

TEST(Health, AsksNothingOfATargetThatServesButItsOwnHealth) {
  Observation seen = healthy();
  seen.promised.serves = true;
  seen.replication->state = State::off;
  seen.kept.files = files(20, 29);
  seen.schema_changes = {"table putio.new was made"};
  EXPECT_THAT(concerns(seen), IsEmpty());
  seen.instances[1].status = "storage-full";
  EXPECT_THAT(concerns(seen), ElementsAre(Concern::instance));
}

TEST(Health, CallsATargetLateThatStaysBehindAndDoesNotComeNearer) {
  Observation seen = healthy();
  seen.lag = {.at_least = 9s, .at_most = {}, .bytes = 5000000, .nearer = false, .seconds_left = {}};
  EXPECT_THAT(concerns(seen), IsEmpty());
  seen.lag.at_least = 10s;
  EXPECT_THAT(concerns(seen), ElementsAre(Concern::late));
  seen.lag.nearer = true;
  EXPECT_THAT(concerns(seen), IsEmpty());
  seen.lag.nearer = false;
  seen.promised.caught_up = seen.promised.settled = false;
  EXPECT_THAT(concerns(seen), IsEmpty());
}

TEST(Health, WarnsBeforeWhatIsNeededIsPurged) {
  Observation seen = healthy();
  seen.kept.needed = replication::Coordinates{"mysql-bin.000004", 100};
  seen.kept.needed_age = 17h;
  EXPECT_THAT(concerns(seen), IsEmpty());
  EXPECT_DOUBLE_EQ(distance_to_purge(seen.kept)->hours_left.value(), 7);
  EXPECT_EQ(distance_to_purge(seen.kept)->files, 1u);
  seen.kept.needed_age = 19h;
  EXPECT_THAT(concerns(seen), ElementsAre(Concern::purge));
  EXPECT_THAT(reasons(seen)[0].text, HasSubstr("in 5.0 hours"));
  seen.kept.needed_age = 30h;
  EXPECT_THAT(reasons(seen)[0].text, HasSubstr("at any moment"));
}

TEST(Health, FearsNoPurgeOfTheFilesThatAreWrittenNow) {
  Observation seen = healthy();
  seen.kept.needed_age = 100h;  // as a look that has no other witness than Settle, days ago, must assume
  EXPECT_THAT(concerns(seen), IsEmpty());
  seen.kept.needed->file = "mysql-bin.000008";
  EXPECT_THAT(concerns(seen), IsEmpty());
  seen.kept.needed->file = "mysql-bin.000007";
  EXPECT_THAT(concerns(seen), ElementsAre(Concern::purge));
}

TEST(Health, SaysThatTheNeededBinlogIsGoneAndWhatIsLeftToDo) {
  Observation seen = healthy();
  seen.kept.needed = replication::Coordinates{"mysql-bin.000002", 100};
  EXPECT_THAT(concerns(seen), ElementsAre(Concern::purge));
  EXPECT_THAT(reasons(seen)[0].advice, HasSubstr("darbe undo"));
}

TEST(Health, SaysNothingOfBinlogsThatNobodyTellsOf) {
  Observation seen = healthy();
  seen.kept.files.clear();
  EXPECT_THAT(concerns(seen), IsEmpty());
}

TEST(Health, WarnsOfAVolumeWithATenthLeft) {
  Observation seen = healthy();
  seen.source_storage.data->bytes = 2 * gib;
  EXPECT_THAT(concerns(seen), IsEmpty());
  seen.source_storage.data->bytes = 2 * gib - 1;
  EXPECT_THAT(concerns(seen), ElementsAre(Concern::disk));
  EXPECT_THAT(reasons(seen)[0].text, HasSubstr("the source's volume has 2.0 GiB of 20 GiB free"));
}

TEST(Health, TellsOfInstancesThatAreNotAvailable) {
  Observation seen = healthy();
  seen.instances[0].status = "storage-full";
  seen.instances[1].status = "rebooting";
  EXPECT_THAT(concerns(seen), ElementsAre(Concern::instance, Concern::instance));
  seen.promised.settled = false;  // then it is setup that reboots the target
  EXPECT_THAT(concerns(seen), ElementsAre(Concern::instance));
  seen.instances.push_back({"replica", "darbe-1-replica", "creating"});
  EXPECT_THAT(reasons(seen), testing::SizeIs(1u));
  seen.instances[2].status = "gone";
  EXPECT_THAT(reasons(seen), testing::SizeIs(2u));
  seen.instances.pop_back();
  seen.instances[1].status = "failed";
  EXPECT_THAT(concerns(seen), ElementsAre(Concern::instance, Concern::instance));
}

TEST(Health, TellsOfARunThatNobodyWorksOnUntilItIsDone) {
  Observation seen = healthy();
  seen.at_work = false;
  EXPECT_THAT(concerns(seen), IsEmpty());
  seen.promised.settled = false;
  EXPECT_THAT(concerns(seen), ElementsAre(Concern::work));
  seen.has_journal = false;
  EXPECT_THAT(reasons(seen)[0].text, HasSubstr("has no journal"));
  seen.at_work = true;
  EXPECT_THAT(concerns(seen), IsEmpty());
}

TEST(Health, TellsOfWhoeverElseIsLetInToTheSource) {
  Observation seen = healthy();
  seen.strangers = {"putio99 is in the run's security group sg-1"};
  EXPECT_THAT(concerns(seen), ElementsAre(Concern::strangers));
}

// Undo would throw away a target that needs no old binlogs.
TEST(Health, NamesAWayOutOfAShortDiskThatKeepsTheTarget) {
  Observation seen = healthy();
  seen.source_storage.data = FreeStorage{.bytes = gib, .volume_bytes = 20 * gib};
  seen.retention_hours_before = 0;
  EXPECT_THAT(reasons(seen)[0].advice, HasSubstr("'binlog retention hours', NULL) on the source"));
  seen.retention_hours_before = 12;
  EXPECT_THAT(reasons(seen)[0].advice, HasSubstr("'binlog retention hours', 12) on the source"));
  EXPECT_THAT(reasons(seen)[0].advice, testing::Not(HasSubstr("undo")));
  seen.promised.caught_up = false;
  EXPECT_THAT(reasons(seen)[0].advice, HasSubstr("darbe undo"));
}

// A log volume can't be given more, and the binlogs take nothing of the other one.
TEST(Health, NamesTheVolumeThatIsShort) {
  Observation seen = healthy();
  seen.source_storage = {.data = FreeStorage{.bytes = 100 * gib, .volume_bytes = 6144 * gib},
                         .logs = FreeStorage{.bytes = 900 * gib, .volume_bytes = 1024 * gib, .is_log_volume = true},
                         .has_log_volume = true};
  seen.retention_hours_before = 0;
  EXPECT_THAT(concerns(seen), ElementsAre(Concern::disk));
  EXPECT_THAT(reasons(seen)[0].text, HasSubstr("the source's volume has 100.0 GiB"));
  EXPECT_THAT(reasons(seen)[0].advice, testing::Not(HasSubstr("binlog")));
  seen.source_storage.data->bytes = 3000 * gib;
  seen.source_storage.logs->bytes = 60 * gib;
  EXPECT_THAT(concerns(seen), ElementsAre(Concern::disk));
  EXPECT_THAT(reasons(seen)[0].text, HasSubstr("the source's log volume has 60.0 GiB of 1024 GiB free"));
  EXPECT_THAT(reasons(seen)[0].advice, HasSubstr("'binlog retention hours', NULL) on the source"));
  EXPECT_THAT(reasons(seen)[0].advice, testing::Not(HasSubstr("allocated-storage")));
}

TEST(Health, SaysWhatToDoAboutTheStatusOfAnInstance) {
  const auto advice = [](const std::string& status) {
    Observation seen = healthy();
    seen.instances[1].status = status;
    const auto all = reasons(seen);
    EXPECT_THAT(all, testing::SizeIs(1u)) << status;
    return all.empty() ? "" : all[0].advice;
  };
  EXPECT_THAT(advice("storage-full"), HasSubstr("more storage"));
  EXPECT_THAT(advice("incompatible-network"), HasSubstr("subnets"));
  EXPECT_THAT(advice("failed"), HasSubstr("darbe undo"));
  EXPECT_THAT(advice("rebooting"), HasSubstr("events in the RDS console"));
}

TEST(Health, TellsOfWhatChangedInTheSourcesSchemaAndOfServersThatCouldNotBeSeen) {
  Observation seen = healthy();
  seen.schema_changes = {"table putio.t was altered"};
  seen.attention = {"database later came after the freeze"};
  seen.trouble = "can't connect";
  EXPECT_THAT(concerns(seen), ElementsAre(Concern::look, Concern::schema, Concern::schema));
}

// A bug: whatever a look could not see was told to be over.
TEST(Health, StaysAsItWasWhereALookMeetsTrouble) {
  const Reason broken{Concern::replication, "it is broken", ""}, full{Concern::instance, "putio16 is storage-full", ""},
      unseen{Concern::look, "can't connect to putio16", ""};
  Observation seen = healthy();
  EXPECT_THAT(reasons_after({broken, full, unseen}, seen), testing::IsEmpty());
  seen.trouble = "can't connect to putio17";
  const auto texts = [&] {
    std::vector<std::string> all;
    for (const Reason& reason : reasons_after({broken, full, unseen}, seen)) all.push_back(reason.text);
    return all;
  };
  EXPECT_THAT(texts(), ElementsAre(seen.trouble, broken.text));
  seen.instances.clear();
  EXPECT_THAT(texts(), ElementsAre(seen.trouble, broken.text, full.text));
}

TEST(Room, EndsAtATwentiethOrWhereTheOperatorSaid) {
  const FreeStorage storage{.bytes = 3 * gib, .volume_bytes = 40 * gib};
  EXPECT_EQ(room(storage, limits_for(40 * gib)), Room::little);
  EXPECT_EQ(room(storage, limits_for(40 * gib, 3)), Room::little);
  EXPECT_EQ(room(storage, limits_for(40 * gib, 4)), Room::none);
  EXPECT_EQ(room(storage, limits_for(40 * gib, 30)), Room::none);
  EXPECT_EQ(room(storage, limits_for(20 * gib)), Room::enough);
}

}  // namespace
}  // namespace darbe::watch
