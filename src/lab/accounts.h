// The accounts of an RDS instance, with RDS's privileges for its version (facts/rds-mysql.md 2).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "mysql/flavor.h"

namespace darbe::lab {

inline constexpr std::string_view admin_user = "rdsadmin";            // @localhost: the lab's own
inline constexpr std::string_view replication_user = "rdsrepladmin";  // @%: read replicas of the lab

// For a server that has nothing but root@localhost, which is gone afterwards; run as that root, in two parts: what
// rds_schema() makes comes between them. The accounts have no password yet.
std::vector<std::string> account_statements(const mysql::Flavor& flavor);
std::vector<std::string> farewell_to_root(const mysql::Flavor& flavor);

// As rdsadmin: the master user, who then may do what AWS lets him, and nothing else.
struct Login {
  std::string_view user;
  const base::Secret& password;
};
std::vector<std::string> create_master(const mysql::Flavor& flavor, const Login& master);

// One statement each; `host` as in the account's name.
std::string set_password(const mysql::Flavor& flavor, const Login& login, std::string_view host);

}  // namespace darbe::lab
