#include "replication/user.h"

#include <fmt/format.h>

#include "base/fault.h"
#include "base/random.h"
#include "mysql/quote.h"

namespace darbe::replication {

namespace {

constexpr std::size_t password_bytes = 16;

std::string account_of(const std::string& user) { return mysql::quote_account(user, "%"); }

// 5.6 takes the password in SET PASSWORD, and no server there can do TLS (PROTOCOL.md 4).
std::string password_statement(mysql::Connection& source, const std::string& user, const base::Secret& password) {
  const std::string secret = mysql::quote_text(password.reveal());
  return source.flavor().has_tls() ? fmt::format("ALTER USER {} IDENTIFIED BY {} REQUIRE SSL", account_of(user), secret)
                                   : fmt::format("SET PASSWORD FOR {} = PASSWORD({})", account_of(user), secret);
}

std::string create_statement(mysql::Connection& source, const std::string& user, const base::Secret& password) {
  return fmt::format("CREATE USER {} IDENTIFIED BY {}{}", account_of(user), mysql::quote_text(password.reveal()),
                     source.flavor().has_tls() ? " REQUIRE SSL" : "");
}

}  // namespace

base::Secret make_replication_password() { return base::Secret(base::random_hex(password_bytes)); }

void create_replication_user(mysql::Connection& source, const std::string& user, const base::Secret& password) {
  if (replication_user_exists(source, user))
    source.execute(password_statement(source, user, password), "changing the replication user's password");
  else
    source.execute(create_statement(source, user, password), "creating the replication user");
  fault::point("replication.user_created");
  source.execute(fmt::format("GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO {}", account_of(user)),
                 "granting to the replication user");
}

bool replication_user_exists(mysql::Connection& source, const std::string& user) {
  return source.number(
             fmt::format("SELECT COUNT(*) FROM mysql.user WHERE User = {} AND Host = '%'", mysql::quote_text(user)),
             "looking for the replication user") > 0;
}

void drop_replication_user(mysql::Connection& source, const std::string& user) {
  if (replication_user_exists(source, user))
    source.execute(fmt::format("DROP USER {}", account_of(user)), "dropping the replication user");
}

}  // namespace darbe::replication
