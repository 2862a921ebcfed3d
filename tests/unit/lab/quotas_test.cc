#include "lab/quotas.h"

#include <gtest/gtest.h>

namespace darbe::lab {
namespace {

Value quota_in(const Store& store, const std::string& name) {
  const Value quotas = account_quotas(store);
  for (const Value& quota : quotas.list())
    if (quota.at("AccountQuotaName").text() == name) return quota;
  return {};
}

TEST(Quotas, TellWhatIsUsedOfThem) {
  Store store = new_store("eu-west-1");
  store.instances["putio16"].shape["AllocatedStorage"] = 500;
  store.instances["putio16"].shape["ReadReplicaDBInstanceIdentifiers"] = Value::List{"one", "two"};
  store.instances["putio17"].shape["AllocatedStorage"] = 20;
  EXPECT_EQ(quota_in(store, "DBInstances").at("Used").number(), 2);
  EXPECT_EQ(quota_in(store, "DBInstances").at("Max").number(), 40);
  EXPECT_EQ(quota_in(store, "AllocatedStorage").at("Used").number(), 520);
  EXPECT_EQ(quota_in(store, "ReadReplicasPerMaster").at("Used").number(), 2);
  EXPECT_TRUE(quota_in(store, "SecurityGroups").is_null());  // EC2's
}

TEST(Quotas, AreAwssDefaultsUnlessTheLabWasToldOthers) {
  Store store = new_store("eu-west-1");
  store.quotas["DBInstances"] = 1;
  EXPECT_EQ(quota_max(store, "DBInstances"), 1);
  EXPECT_FALSE(exceeds_quota(store, "DBInstances"));
  EXPECT_TRUE(exceeds_quota(store, "DBInstances", 2));
  store.quotas.clear();
  EXPECT_FALSE(exceeds_quota(store, "DBInstances", 40));
}

}  // namespace
}  // namespace darbe::lab
