#include "plan/target_vpc.h"

#include "aws/network.h"

namespace darbe::plan {

std::optional<std::string> vpc_of_target(const aws::Client& client, const aws::Instance& source, const Request& request,
                                         std::stop_token stop) {
  if (!request.db_subnet_group_name || *request.db_subnet_group_name == source.subnet_group) return source.vpc_id;
  return aws::vpc_of_subnet_group(client, *request.db_subnet_group_name, stop);
}

}  // namespace darbe::plan
