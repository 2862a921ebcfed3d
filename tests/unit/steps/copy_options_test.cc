#include "steps/copy_options.h"

#include <gtest/gtest.h>

#include "../aws/scripted_aws.h"
#include "aws/instances.h"
#include "copy/climb.h"

namespace darbe::steps {
namespace {

TEST(LanesToBeginWith, AreTwiceAsManyWhileTheReplicaLoadsItsBlocks) {
  aws::Instance replica;
  for (const auto& [status, lanes] : {std::pair("", 8U), {"Optimizing", 8U}, {"Initializing", 16U}}) {
    replica.storage_operation_status = status;
    EXPECT_EQ(lanes_to_begin_with({}, "db.r6g.xlarge", replica.is_loading()), lanes) << status;  // 4 CPUs
  }
  EXPECT_EQ(lanes_to_begin_with({}, "db.r6g.16xlarge", true), copy::lanes_max);
}

TEST(LanesToBeginWith, AreAsManyAsWereAskedFor) { EXPECT_EQ(lanes_to_begin_with(3, "db.r6g.xlarge", true), 3U); }

class SilentReporter : public Reporter {
 public:
  void step_begins(std::string_view) override {}
  void step_done(std::string_view, bool) override {}
  void step_void(std::string_view, const std::string&) override {}
  void note(const std::string&) override {}
  void warning(const std::string&) override {}
  void progress(const std::vector<TableProgress>&, const TablesSum&, std::optional<base::Seconds>) override {}
};

// AWS's answer for the replica, then for the target.
http::Response instance(const char* id, const char* instance_class, int gib) {
  return aws::answer("DescribeDBInstances",
                     fmt::format("<DBInstances><DBInstance><DBInstanceIdentifier>{}</DBInstanceIdentifier>"
                                 "<DBInstanceClass>{}</DBInstanceClass><Engine>mysql</Engine>"
                                 "<EngineVersion>8.4.11</EngineVersion><DBInstanceStatus>available</DBInstanceStatus>"
                                 "<Endpoint><Address>{}.local</Address><Port>3306</Port></Endpoint>"
                                 "<AllocatedStorage>{}</AllocatedStorage></DBInstance></DBInstances>",
                                 id, instance_class, id, gib));
}

copy::Options options_of(const plan::Request& request, std::optional<unsigned> jobs) {
  const aws::ScriptedAws aws({instance("putio16-r", "db.r6g.2xlarge", 500), instance("putio17", "db.r6g.xlarge", 200)});
  plan::Plan plan;
  plan.request = request;
  plan.names.replica = "putio16-r";
  Settings settings;
  settings.jobs = jobs;
  plan::JournalTable journal({});
  SilentReporter reporter;
  Run run(plan, settings, aws.account, journal, reporter);
  return copy_options(run, {});
}

TEST(CopyOptions, HaveWhatTheBrakesGoBy) {
  plan::Request request;
  request.source_instance_id = "putio16";
  request.new_instance_id = "putio17";
  const copy::Options of_ours = options_of(request, {});
  EXPECT_EQ(of_ours.target_volume_bytes, 200ULL << 30);
  EXPECT_EQ(of_ours.shared_cpus, 0U);  // nobody else reads the run's own replica
  EXPECT_TRUE(of_ours.pacing.decide);
  request.replica_instance_id = "putio16-r";
  const copy::Options of_the_operators = options_of(request, {});
  EXPECT_EQ(of_the_operators.target_volume_bytes, 200ULL << 30);
  EXPECT_EQ(of_the_operators.shared_cpus, 8U);
  EXPECT_FALSE(options_of(request, 3).pacing.decide);
}

}  // namespace
}  // namespace darbe::steps
