#include "objects/writing_events.h"

#include <gtest/gtest.h>

namespace darbe::objects {
namespace {

const AccountName holder{"keeper", "%"};

Account with_role(const AccountName& role) {
  Account account;
  account.grants[{Level::Kind::role, role.user, role.host, role.is_role ? "ROLE" : ""}] = {"ROLE"};
  return account;
}

TEST(Holders, AreThoseWithTheRoleOfARole) {
  AccountBook book;
  book.accounts[{"a", "%"}] = with_role({"b", "%"});
  book.accounts[{"b", "%"}] = with_role({"rds_superuser_role", "%"});
  book.accounts[{"c", "%"}] = with_role({"c", "%"});
  const std::set<AccountName> holders = {{"rds_superuser_role", "%"}};
  EXPECT_TRUE(holds(book, holders, {"a", "%"}));
  EXPECT_TRUE(holds(book, holders, {"b", "%"}));
  EXPECT_FALSE(holds(book, holders, {"c", "%"}));
}

TEST(Holders, AreAllWhereEverybodyHasTheRole) {
  AccountBook book;
  book.accounts[{"a", "%"}] = {};
  EXPECT_FALSE(holds(book, {holder}, {"a", "%"}));
  EXPECT_TRUE(holds(book, {{"PUBLIC", "", true}}, {"a", "%"}));
  book.mandatory_roles = {holder};
  EXPECT_TRUE(holds(book, {holder}, {"a", "%"}));
}

// The server takes the account that a client of that name would get.
TEST(Holders, HaveTheirNameAtAnotherHost) {
  AccountBook book;
  book.accounts[holder] = {};
  EXPECT_TRUE(holds(book, {holder}, {"keeper", "10.0.0.1"}));
  book.accounts[{"keeper", "10.0.0.1"}] = {};
  EXPECT_FALSE(holds(book, {holder}, {"keeper", "10.0.0.1"}));
}

}  // namespace
}  // namespace darbe::objects
