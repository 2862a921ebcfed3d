#include "lab/accounts.h"

#include <fmt/format.h>

#include "mysql/quote.h"

namespace darbe::lab {

namespace {

using Statements = std::vector<std::string>;

// Every RDS master user has these (AWS, "Master user account privileges").
constexpr std::string_view classic =
    "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SHOW DATABASES, "
    "CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT, CREATE VIEW, SHOW VIEW, "
    "CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER";
constexpr std::string_view roles = "CREATE ROLE, DROP ROLE";
// 8.4.3 and later.
constexpr std::string_view dynamic =
    "APPLICATION_PASSWORD_ADMIN, FLUSH_OPTIMIZER_COSTS, FLUSH_STATUS, FLUSH_TABLES, FLUSH_USER_RESOURCES, ROLE_ADMIN, "
    "SENSITIVE_VARIABLES_OBSERVER, SESSION_VARIABLES_ADMIN, SET_ANY_DEFINER, SHOW_ROUTINE, XA_RECOVER_ADMIN";
// Without it GRANT ALL on a database of one's own is refused by MariaDB.
constexpr std::string_view of_mariadb = "DELETE HISTORY";
// What is taken back on schema mysql: it can be read, and its procedures called, but nothing written or made there.
constexpr std::string_view writing =
    "INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, CREATE TEMPORARY TABLES, LOCK TABLES, CREATE "
    "VIEW, "
    "CREATE ROUTINE, ALTER ROUTINE, EVENT, TRIGGER";

bool has_role(const mysql::Flavor& flavor) { return !flavor.is_mariadb() && flavor.at_least(8, 0, 36); }

Statements superuser_role() {
  return {"CREATE ROLE rds_superuser_role",
          fmt::format("GRANT {}, {} ON *.* TO rds_superuser_role WITH GRANT OPTION", classic, roles),
          fmt::format("GRANT {} ON *.* TO rds_superuser_role WITH GRANT OPTION", dynamic),
          fmt::format("REVOKE {} ON mysql.* FROM rds_superuser_role", writing)};
}

}  // namespace

Statements account_statements(const mysql::Flavor& flavor) {
  Statements result{"CREATE USER 'rdsadmin'@'localhost'",
                    "GRANT ALL ON *.* TO 'rdsadmin'@'localhost' WITH GRANT OPTION", "CREATE USER 'rdsrepladmin'@'%'",
                    "GRANT REPLICATION SLAVE ON *.* TO 'rdsrepladmin'@'%'"};
  if (has_role(flavor)) {
    for (std::string& statement : superuser_role()) result.push_back(std::move(statement));
  }
  return result;
}

Statements farewell_to_root(const mysql::Flavor& flavor) {
  Statements result{"DROP USER 'root'@'localhost'"};
  // MariaDB and 5.6 come with an anonymous proxy right and a test database that RDS does not have.
  if (flavor.is_mariadb() || !flavor.at_least(5, 7)) result.insert(result.begin(), "DROP DATABASE IF EXISTS test");
  return result;
}

Statements create_master(const mysql::Flavor& flavor, const Login& master) {
  const std::string account = mysql::quote_account(master.user, "%");
  Statements result{
      fmt::format("CREATE USER {} IDENTIFIED BY {}", account, mysql::quote_text(master.password.reveal()))};
  if (!has_role(flavor)) {
    const std::string all = flavor.is_mariadb() ? fmt::format("{}, {}", classic, of_mariadb) : std::string(classic);
    result.push_back(fmt::format("GRANT {} ON *.* TO {} WITH GRANT OPTION", all, account));
    return result;
  }
  result.push_back(fmt::format("GRANT rds_superuser_role TO {} WITH ADMIN OPTION", account));
  result.push_back(fmt::format("SET DEFAULT ROLE rds_superuser_role TO {}", account));
  return result;
}

std::string set_password(const mysql::Flavor& flavor, const Login& login, std::string_view host) {
  const std::string account = mysql::quote_account(login.user, host);
  const std::string password = mysql::quote_text(login.password.reveal());
  if (flavor.is_mariadb() || !flavor.at_least(5, 7))
    return fmt::format("SET PASSWORD FOR {} = PASSWORD({})", account, password);
  return fmt::format("ALTER USER {} IDENTIFIED BY {}", account, password);
}

}  // namespace darbe::lab
