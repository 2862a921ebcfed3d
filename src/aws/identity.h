// Who AWS takes us for (STS GetCallerIdentity). It needs no permission, so it tells wrong keys from missing rights.
#pragma once

#include <stop_token>
#include <string>

namespace darbe::aws {

class Client;

struct Identity {
  std::string account;
  std::string arn;
  std::string user_id;
};

// Throws: as Client.
Identity caller_identity(const Client& client, std::stop_token stop = {});

}  // namespace darbe::aws
