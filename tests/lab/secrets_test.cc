// A whole run whose master password is in the lab's Secrets Manager.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/waiter.h"
#include "story/world.h"

namespace darbe::story_test {
namespace {

using testing::HasSubstr;
using testing::Not;

class MasterUserSecret : public testing::Test {
 protected:
  // Its ARN.
  std::string new_secret(const std::string& password) {
    const std::string login = fmt::format(R"({{"username":"root","password":"{}"}})", password);
    return client()
        .call_json(aws::secretsmanager, "CreateSecret", {{"Name", "putio"}, {"SecretString", login}}, {})
        .at("ARN");
  }
  void modify_source(aws::Parameters change) {
    change.add("DBInstanceIdentifier", World::source_id);
    client().call(aws::rds, "ModifyDBInstance", change, {});
    aws::Waiter(world.account().instances, std::chrono::milliseconds(100), [](const aws::WaitState&) {
    }).until_settled(World::source_id, {});
  }
  std::vector<std::string> setup(const std::string& secret) {
    return world.setup_arguments("putio17", {"--master-user-secret", secret});
  }
  const aws::Client& client() const { return world.account().client; }

  // No password in the environment: darbe has only what Secrets Manager tells.
  const std::map<std::string, std::string> nothing_else = {{"DARBE_MASTER_USER_PASSWORD", ""}};
  World world{"mysql", "9."};
};

TEST_F(MasterUserSecret, IsEnoughForARunUnlessRdsManagesIt) {
  modify_source(aws::Parameters().add("ManageMasterUserPassword", true));
  const std::string of_rds = world.account().instances.get(World::source_id).master_user_secret_arn;
  std::vector<std::string> plan = setup(of_rds);
  plan.insert(plan.begin(), "plan");
  const Ended refused = world.darbe(plan, nothing_else);
  EXPECT_EQ(refused.status, 3) << refused.text();
  EXPECT_THAT(refused.output, HasSubstr("is managed by Secrets Manager, so RDS gives it no read replicas"));
  EXPECT_THAT(refused.output, HasSubstr("a password of your own"));
  EXPECT_THAT(refused.output, HasSubstr("--replica-instance-id"));
  // AWS says so, too.
  aws::CreateReplica replica;
  replica.identifier = "r";
  replica.source_identifier = World::source_id;
  EXPECT_THROW(world.account().instances.create_replica(replica), base::Error);

  // The password is taken over for the run.
  modify_source(aws::Parameters()
                    .add("ManageMasterUserPassword", false)
                    .add("MasterUserPassword", base::Secret("another-horse")));
  const Ended gone = world.darbe(setup(of_rds), nothing_else);
  EXPECT_EQ(gone.status, 1) << gone.text();
  EXPECT_THAT(gone.errors, HasSubstr("Secrets Manager can't find the specified secret"));
  const std::string secret = new_secret("another-horse");
  const Ended ended = world.darbe(setup(secret), nothing_else);
  ASSERT_EQ(ended.status, 0) << ended.text();
  mysql::ConnectOptions target = world.options_of("putio17");
  target.password = base::Secret("another-horse");
  EXPECT_EQ(mysql::Connection(target, {}).number("SELECT 1"), 1u);
  const Ended status =
      world.darbe({"status", "--new-instance-id", "putio17", "--master-user-secret", secret}, nothing_else);
  EXPECT_EQ(status.status, 0) << status.text();
  EXPECT_THAT(status.output, HasSubstr("the new instance follows the source"));
  for (const Ended& one : {ended, status}) EXPECT_THAT(one.text(), Not(HasSubstr("another-horse")));
}

}  // namespace
}  // namespace darbe::story_test
