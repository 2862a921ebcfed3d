#include "plan/plan.h"

#include <fmt/format.h>

#include "base/random.h"

namespace darbe::plan {

Names names_for(const std::string& account, const Request& request) {
  const std::string about =
      fmt::format("{}/{}/{}/{}", account, request.region, request.source_instance_id, request.new_instance_id);
  const std::string run_id = base::sha256_hex(about).substr(0, 12);
  return {.run_id = run_id,
          .replica = request.replica_instance_id.value_or("darbe-" + run_id + "-replica"),
          .parameter_group = "darbe-" + run_id,
          .security_group = "darbe-" + run_id,
          .replication_user = "darbe_" + run_id.substr(0, 10),
          .lock = "darbe." + request.source_instance_id.substr(0, 56)};
}

}  // namespace darbe::plan
