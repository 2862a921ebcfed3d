// The account on the source that the target replicates with. It can do nothing else.
#pragma once

#include <functional>
#include <string>

#include "base/secret.h"
#include "mysql/connection.h"

namespace darbe::replication {

// A new password: 32 hexadecimal characters, so that RDS's TRIM() and MySQL's 32-character limit leave it alone.
base::Secret make_replication_password();

// As MariaDB's PASSWORD() has it: '*' and, in hexadecimal, SHA-1 of SHA-1 of the password (MariaDB Server
// Documentation, "Authentication Plugin - mysql_native_password").
std::string native_password_hash(const base::Secret& password);

// Makes `user`@'%' anew with REPLICATION SLAVE and REPLICATION CLIENT, TLS required where the server has it. A replica
// that replays this succeeds whether it knows the account or not. `told` gets each statement that was executed, with
// stars for the secret. Requires: the name bears this run's hash.
void create_replication_user(mysql::Connection& source, const std::string& user, const base::Secret& password,
                             const std::function<void(const std::string&)>& told);
bool replication_user_exists(mysql::Connection& source, const std::string& user);
// Nothing to do where it is not there. `told` as above.
void drop_replication_user(mysql::Connection& source, const std::string& user,
                           const std::function<void(const std::string&)>& told);

}  // namespace darbe::replication
