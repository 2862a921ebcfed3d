#include "steps/traces.h"

#include <fmt/format.h>

#include "plan/run_record.h"
#include "replication/user.h"
#include "steps/network.h"

namespace darbe::steps {

namespace {

using Sentences = std::vector<std::string>;

void add_instances(const Run& run, const std::stop_token& stop, Sentences& left) {
  for (const std::string& id : {run.target_id(), run.replica_id()})
    if (const auto instance = run.account.instances.find(id, stop); instance && run.is_ours(instance->tags))
      left.push_back(fmt::format("instance {}", id));
}

void add_groups(const Run& run, const std::stop_token& stop, Sentences& left) {
  const auto parameters = run.account.parameter_groups.find(run.plan.names.parameter_group, stop);
  if (parameters && run.is_ours(run.account.tags.of(parameters->arn, stop)))
    left.push_back(fmt::format("parameter group {}", parameters->name));
  if (const auto own = find_own_group(run, stop)) left.push_back(fmt::format("security group {}", own->id));
  for (const auto& rule : own_rules(run, stop)) left.push_back(fmt::format("rule {}", rule.id));
}

void add_marks(const Run& run, const aws::Instance& source, const std::stop_token& stop, Sentences& left) {
  mysql::Connection connection(run.connect_options(source), stop);
  const auto record = plan::read_run_record(connection);
  if (record ? plan::is_of(*record, run.plan) : plan::is_unfinished_run_record(connection))
    left.push_back(fmt::format("schema darbe on {}", source.identifier));
  if (replication::replication_user_exists(connection, run.plan.names.replication_user))
    left.push_back(fmt::format("user {} on {}", run.plan.names.replication_user, source.identifier));
}

}  // namespace

Sentences traces(const Run& run, const std::optional<aws::Instance>& source, std::stop_token stop) {
  Sentences left;
  add_instances(run, stop, left);
  add_groups(run, stop, left);
  if (source) add_marks(run, *source, stop, left);
  return left;
}

}  // namespace darbe::steps
