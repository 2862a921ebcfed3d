#include "steps/copy_options.h"

#include <algorithm>

#include <fmt/format.h>

#include "aws/instance_class.h"
#include "copy/climb.h"
#include "copy/pacer.h"
#include "steps/replica.h"

namespace darbe::steps {

unsigned lanes_to_begin_with(std::optional<unsigned> jobs, const std::string& target_class, bool replica_is_loading) {
  const unsigned usual = copy::first_lanes(aws::vcpus_of(target_class));
  return jobs.value_or(replica_is_loading ? std::min(copy::lanes_max, 2 * usual) : usual);
}

copy::Options copy_options(Run& run, std::stop_token stop) {
  copy::Options options;
  const aws::Instance from = run.account.instances.get(run.replica_id(), stop);
  options.frozen = run.connect_options(from);
  const aws::Instance target = run.account.instances.get(run.target_id(), stop);
  options.target = run.connect_options(target);
  options.databases = run.plan.request.databases.value_or(std::vector<std::string>{});
  options.jobs = lanes_to_begin_with(run.settings.jobs, target.instance_class, from.is_loading());
  options.target_volume_bytes = static_cast<std::uint64_t>(target.allocated_storage.value_or(0)) << 30;
  if (!run.replica_is_ours()) options.shared_cpus = aws::vcpus_of(from.instance_class);
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
