// Everything darbe calls in one account and region: account.instances.find("putio16", stop).
#pragma once

#include "aws/configuration.h"
#include "aws/instances.h"
#include "aws/parameter_groups.h"
#include "aws/query.h"
#include "aws/security_groups.h"
#include "aws/tags.h"

namespace darbe::aws {

struct Account {
  explicit Account(Configuration configuration) : client(std::move(configuration)) {}
  Account(const Account&) = delete;  // its members borrow the client
  Account& operator=(const Account&) = delete;

  const Client client;
  const Instances instances{client};
  const ParameterGroups parameter_groups{client};
  const SecurityGroups security_groups{client};
  const ResourceTags tags{client};
};

}  // namespace darbe::aws
