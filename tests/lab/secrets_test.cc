// Whole runs whose master password is in the lab's Secrets Manager, where it changes as it does in AWS's.
#include "aws/secrets.h"

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
  static std::string login(const std::string& password) {
    return fmt::format(R"({{"username":"root","password":"{}"}})", password);
  }
  // Its ARN.
  std::string new_secret(const std::string& password) {
    return client()
        .call_json(aws::secretsmanager, "CreateSecret", {{"Name", "putio"}, {"SecretString", login(password)}}, {})
        .at("ARN");
  }
  // As whoever keeps the source's password in a secret of his own does.
  void change_password_of_source(const std::string& secret, const std::string& password) {
    aws::ModifyInstance change;
    change.master_password = base::Secret(password);
    world.account().instances.modify(World::source_id, change);
    settle(World::source_id);
    client().call_json(aws::secretsmanager, "PutSecretValue", {{"SecretId", secret}, {"SecretString", login(password)}},
                       {});
  }
  // As RDS does every seven days.
  void rotate(const std::string& id) {
    aws::Parameters rotation;
    rotation.add("DBInstanceIdentifier", id).add("RotateMasterUserPassword", true).add("ApplyImmediately", true);
    client().call(aws::rds, "ModifyDBInstance", rotation, {});
    settle(id);
  }
  void settle(const std::string& id) {
    aws::Waiter(world.account().instances, std::chrono::milliseconds(100), [](const aws::WaitState&) {
    }).until_settled(id, {});
  }
  std::string secret_of_managed_source() {
    aws::ModifyInstance manage;
    manage.manage_master_user_password = true;
    world.account().instances.modify(World::source_id, manage);
    settle(World::source_id);
    return world.account().instances.get(World::source_id).master_user_secret_arn;
  }
  const aws::Client& client() const { return world.account().client; }

  bool takes(const std::string& id, const base::Secret& password) {
    mysql::ConnectOptions options = world.options_of(id);
    options.password = password;
    try {
      const mysql::Connection session(options, {});
      return true;
    } catch (const mysql::ServerError& error) {
      EXPECT_TRUE(mysql::is_password_refused(error)) << error.what();
      return false;
    }
  }

  // No password in the environment: darbe has only what Secrets Manager tells.
  const std::map<std::string, std::string> nothing_else = {{"DARBE_MASTER_USER_PASSWORD", ""}};
  World world{"mysql", "9."};
};

TEST_F(MasterUserSecret, IsReadAnewWhenAServerRefusesThePassword) {
  const std::string secret = new_secret(World::master_password);
  auto environment = nothing_else;
  environment["DARBE_FAULT"] = "copy.text_taken:pause";
  const auto run = world.start(
      world.setup_arguments("putio17", {"--master-user-secret", secret, "--manage-master-user-password"}), environment);
  ASSERT_TRUE(run->pauses()) << run->end().text();
  change_password_of_source(secret, "another-horse");
  run->go_on();
  // Once more, when darbe uses that one.
  ASSERT_TRUE(run->says("Replicate: done")) << run->end().text();
  run->signal(SIGSTOP);
  ASSERT_TRUE(run->pauses()) << run->end().text();
  change_password_of_source(secret, "third-horse");
  run->go_on();
  const Ended ended = run->end();
  ASSERT_EQ(ended.status, 0) << ended.text();
  EXPECT_TRUE(takes(World::source_id, base::Secret("third-horse")));

  // Options that were kept since the beginning: what was found meanwhile is refused, too.
  mysql::ConnectOptions kept = world.options_of(World::source_id);
  kept.other_password = [](const base::Secret& refused, std::stop_token) {
    return base::Secret(refused.reveal() == World::master_password ? "another-horse" : "third-horse");
  };
  EXPECT_NO_THROW(mysql::Connection(kept, {}));

  // RDS has given the target a password of its own.
  const aws::Instance target = world.account().instances.get("putio17");
  EXPECT_EQ(target.master_user_secret_status, "active");
  EXPECT_FALSE(takes("putio17", base::Secret(World::master_password)));
  const base::Secret own = aws::database_secret(client(), target.master_user_secret_arn).password;
  EXPECT_TRUE(takes("putio17", own));

  const std::vector<std::string> status = {
      "status", "--region", "eu-west-1", "--new-instance-id", "putio17", "--master-user-secret", secret};
  EXPECT_EQ(world.darbe(status, nothing_else).status, 0);
  rotate("putio17");
  EXPECT_FALSE(takes("putio17", own));
  const Ended again = world.darbe(status, nothing_else);
  EXPECT_EQ(again.status, 0) << again.text();
  EXPECT_THAT(again.output, HasSubstr("the new instance follows the source"));

  std::vector<std::string> undo = world.undo_arguments("putio17");
  undo.insert(undo.end(), {"--master-user-secret", secret});
  const Ended undone = world.darbe(undo, nothing_else);
  EXPECT_EQ(undone.status, 0) << undone.text();
  EXPECT_THROW(aws::database_secret(client(), target.master_user_secret_arn), base::Error);

  for (const std::string& text : {ended.text(), again.text(), undone.text()})
    EXPECT_THAT(text, testing::AllOf(Not(HasSubstr("another-horse")), Not(HasSubstr("third-horse")),
                                     Not(HasSubstr(own.reveal()))));
}

TEST_F(MasterUserSecret, OfASourceThatRdsManagesGetsNoReplicas) {
  const std::string secret = secret_of_managed_source();
  std::vector<std::string> plan = world.setup_arguments("putio17", {"--master-user-secret", secret});
  plan.insert(plan.begin(), "plan");
  const Ended refused = world.darbe(plan, nothing_else);
  EXPECT_EQ(refused.status, 3) << refused.text();
  EXPECT_THAT(refused.output, HasSubstr("is managed by Secrets Manager, so RDS gives it no read replicas"));
  EXPECT_THAT(refused.output, HasSubstr("a password of your own"));
  EXPECT_THAT(refused.output, HasSubstr("--replica-instance-id"));
  // It is what AWS says, too.
  aws::CreateReplica replica;
  replica.identifier = "r";
  replica.source_identifier = World::source_id;
  EXPECT_THROW(world.account().instances.create_replica(replica), base::Error);

  const Ended wrong =
      world.darbe(world.setup_arguments("putio17", {"--master-user-secret", secret + "x"}), nothing_else);
  EXPECT_EQ(wrong.status, 1) << wrong.text();
  EXPECT_THAT(wrong.errors, HasSubstr("Secrets Manager can't find the specified secret"));
}

// The other way that the refusal names. The new instance's password is managed, too.
TEST_F(MasterUserSecret, OfASourceThatRdsManagesOpensAReplicaThatIsThere) {
  const char* own_replica = "putio16-own";
  aws::CreateReplica replica = aws::replica_of(world.account().instances.get(World::source_id));
  replica.identifier = own_replica;
  world.account().instances.create_replica(replica);
  settle(own_replica);
  world.set_windows(own_replica, std::chrono::hours(96), std::chrono::hours(12));
  const std::string secret = secret_of_managed_source();
  aws::ModifyInstance same;
  same.master_password = aws::database_secret(client(), secret).password;
  world.account().instances.modify(own_replica, same);
  settle(own_replica);
  const Ended ended = world.darbe(
      world.setup_arguments("putio17", {"--replica-instance-id", own_replica, "--master-user-secret", secret}),
      nothing_else);
  ASSERT_EQ(ended.status, 0) << ended.text();
  const aws::Instance target = world.account().instances.get("putio17");
  EXPECT_EQ(target.master_user_secret_status, "active");
  EXPECT_TRUE(takes("putio17", aws::database_secret(client(), target.master_user_secret_arn).password));
  std::vector<std::string> undo = world.undo_arguments("putio17");
  undo.insert(undo.end(), {"--master-user-secret", secret});
  const Ended undone = world.darbe(undo, nothing_else);
  EXPECT_EQ(undone.status, 0) << undone.text();
}

}  // namespace
}  // namespace darbe::story_test
