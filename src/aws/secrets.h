// AWS Secrets Manager: the secret of a database's account, as RDS and the service's own templates keep it: a JSON
// object with `username` and `password`.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "base/secret.h"

namespace darbe::aws {

class Client;

struct DatabaseSecret {
  std::string username;  // empty if it doesn't say
  base::Secret password;
};

// The current version. Throws: as Client; Error{refused} if it is of another form, without showing any of it.
DatabaseSecret database_secret(const Client& client, const std::string& arn, std::stop_token stop = {});
// The one before; nothing if there is none. Throws: the same.
std::optional<DatabaseSecret> previous_database_secret(const Client& client, const std::string& arn,
                                                       std::stop_token stop = {});

}  // namespace darbe::aws
