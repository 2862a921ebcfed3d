#include "replication/user.h"

#include <vector>

#include <fmt/format.h>

#include "base/fault.h"
#include "base/random.h"
#include "mysql/quote.h"

namespace darbe::replication {

namespace {

constexpr std::size_t password_bytes = 14;
constexpr const char* privileges = "REPLICATION SLAVE, REPLICATION CLIENT";

std::string account_of(const std::string& user) { return mysql::quote_account(user, "%"); }

// Whoever replays these statements, the target first of all, may have the account or not: each of them must succeed
// either way. 5.6 has no IF EXISTS, but its GRANT makes the account or changes its password, and no server there can do
// TLS (PROTOCOL.md 4).
std::vector<std::string> statements(const mysql::Flavor& flavor, const std::string& user, const std::string& secret) {
  const std::string account = account_of(user);
  if (!flavor.has_tls()) return {fmt::format("GRANT {} ON *.* TO {} IDENTIFIED BY {}", privileges, account, secret)};
  return {fmt::format("DROP USER IF EXISTS {}", account),
          fmt::format("CREATE USER {} IDENTIFIED BY {} REQUIRE SSL", account, secret),
          fmt::format("GRANT {} ON *.* TO {}", privileges, account)};
}

// MariaDB writes CREATE USER into its binlog and its logs as it came, password and all: it gets the hash, and is not
// asked for it. MySQL writes the hash itself.
std::string secret_text(const mysql::Flavor& flavor, const base::Secret& password) {
  if (!flavor.is_mariadb()) return mysql::quote_text(password.reveal());
  return "PASSWORD " + mysql::quote_text(native_password_hash(password));
}

}  // namespace

// A password policy may ask for letters of both kinds, a digit and another character. At most 32 characters, which is
// what RDS's procedures and MySQL 5.6 take.
base::Secret make_replication_password() { return base::Secret("aA1_" + base::random_hex(password_bytes)); }

std::string native_password_hash(const base::Secret& password) {
  const base::Secret once(base::sha1(password.reveal()));  // who has it can log in
  std::string hash = "*";
  for (const char byte : base::sha1(once.reveal())) hash += fmt::format("{:02X}", static_cast<unsigned char>(byte));
  return hash;
}

void create_replication_user(mysql::Connection& source, const std::string& user, const base::Secret& password,
                             const std::function<void(const std::string&)>& told) {
  const auto with_stars = statements(source.flavor(), user, "'****'");
  auto to_tell = with_stars.begin();
  for (const std::string& statement : statements(source.flavor(), user, secret_text(source.flavor(), password))) {
    source.execute(statement, "making the replication user");
    told(*to_tell++);
    if (statement.starts_with("CREATE") || !source.flavor().has_tls()) fault::point<"replication.user_created">();
  }
}

bool replication_user_exists(mysql::Connection& source, const std::string& user) {
  return source.number(
             fmt::format("SELECT COUNT(*) FROM mysql.user WHERE User = {} AND Host = '%'", mysql::quote_text(user)),
             "looking for the replication user") > 0;
}

void drop_replication_user(mysql::Connection& source, const std::string& user,
                           const std::function<void(const std::string&)>& told) {
  if (!replication_user_exists(source, user)) return;
  const std::string statement =
      fmt::format("DROP USER {}{}", source.flavor().has_tls() ? "IF EXISTS " : "", account_of(user));
  source.execute(statement, "dropping the replication user");
  told(statement);
}

}  // namespace darbe::replication
