#include "steps/copy_options.h"

#include <fmt/format.h>

#include "aws/instance_class.h"
#include "copy/climb.h"
#include "copy/pacer.h"
#include "steps/replica.h"

namespace darbe::steps {

unsigned lanes_to_begin_with(const Run& run, const std::string& instance_class) {
  return run.settings.jobs.value_or(copy::first_lanes(aws::vcpus_of(instance_class)));
}

copy::Options copy_options(Run& run, std::stop_token stop) {
  copy::Options options;
  options.frozen = run.connect_options(run.replica_id(), stop);
  const aws::Instance target = run.account.instances.get(run.target_id(), stop);
  options.target = run.connect_options(target);
  options.databases = run.plan.request.databases.value_or(std::vector<std::string>{});
  options.jobs = lanes_to_begin_with(run, target.instance_class);
  options.target_volume_bytes = static_cast<std::uint64_t>(target.allocated_storage.value_or(0)) << 30;
  if (!run.replica_is_ours())
    options.shared_cpus = aws::vcpus_of(run.account.instances.get(run.replica_id(), stop).instance_class);
  if (!run.settings.jobs) options.pacing = copy::pacing_for(options);
  options.at_once = run.settings.at_once;
  options.still_frozen = [&run](mysql::Connection& replica) { require_frozen(run, replica); };
  return options;
}

verify::Options verify_options(const copy::Options& copied) {
  return {
      .frozen = copied.frozen,
      .target = copied.target,
      .databases = copied.databases,
      .jobs = copied.jobs,
      .copy_again = [copied](const auto& table, const auto& planned, const auto& chunk,
                             std::stop_token when) { return copy::copy_again(copied, table, planned, chunk, when); },
      .still_frozen = copied.still_frozen};
}

void warn_of_repairs(Run& run, const std::vector<verify::Repair>& repaired) {
  for (const verify::Repair& repair : repaired)
    run.report.warning(
        fmt::format("{} differed, was copied again and is equal now: {}", repair.chunk, repair.differences));
}

}  // namespace darbe::steps
