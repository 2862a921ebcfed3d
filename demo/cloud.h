// What a person does on AWS before Darbe comes: makes the instance that will be moved. Here the lab answers.
#pragma once

#include <map>
#include <stop_token>
#include <string>

#include "base/secret.h"

namespace darbe::demo {

// AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, …: what darbe-lab prints when it is ready.
using Environment = std::map<std::string, std::string>;

struct NewInstance {
  std::string id;
  std::string master_user;
  base::Secret master_password;
  std::map<std::string, std::string> parameters;  // of a parameter group of its own, with the instance's name
};

struct Endpoint {
  std::string host;
  unsigned port = 0;
};

// Returns when the instance is available. Throws: base::Error.
Endpoint create_mysql_instance(const Environment& environment, const NewInstance& wanted, std::stop_token stop);

// In the instance's own parameter group; dynamic, so the server has it a moment later.
void set_parameter(const Environment& environment, const std::string& instance_id, const std::string& name,
                   const std::string& value, std::stop_token stop);

// Throws: Error{failed} if there is none.
Endpoint endpoint_of(const Environment& environment, const std::string& instance_id, std::stop_token stop);

}  // namespace darbe::demo
