#include "cloud.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "aws/account.h"
#include "aws/engine_versions.h"
#include "aws/waiter.h"
#include "base/error.h"
#include "mysql/flavor.h"

namespace darbe::demo {
namespace {

using namespace std::chrono_literals;

aws::Configuration configuration(const Environment& environment) {
  return aws::configure({}, [environment](const std::string& name) -> std::optional<std::string> {
    const auto found = environment.find(name);
    if (found == environment.end()) return std::nullopt;
    return found->second;
  });
}

// The newest MySQL that the lab has: the demo needs today's dialect.
aws::EngineVersion newest_mysql(const aws::Account& account, std::stop_token stop) {
  const auto versions = aws::engine_versions(account.client, "mysql", "", stop);
  if (versions.empty())
    throw base::Error(base::Kind::failed, "the lab offers no MySQL", "Run: darbe-lab install mysql-9.7");
  return *std::max_element(versions.begin(), versions.end(), [](const auto& one, const auto& other) {
    return mysql::parse_version(one.version) < mysql::parse_version(other.version);
  });
}

void create_parameter_group(const aws::Account& account, const std::string& family, const NewInstance& wanted,
                            std::stop_token stop) {
  account.parameter_groups.create({wanted.id, family, "the demo's source", {}}, stop);
  std::vector<aws::ParameterChange> changes;
  for (const auto& [name, value] : wanted.parameters) changes.push_back({name, value, aws::ApplyMethod::immediate});
  account.parameter_groups.modify(wanted.id, changes, stop);
}

Endpoint endpoint(const aws::Instance& instance) {
  return {instance.address, static_cast<unsigned>(instance.port.value_or(0))};
}

}  // namespace

Endpoint create_mysql_instance(const Environment& environment, const NewInstance& wanted, std::stop_token stop) {
  const aws::Account account(configuration(environment));
  const auto version = newest_mysql(account, stop);
  create_parameter_group(account, version.parameter_group_family, wanted, stop);
  aws::CreateInstance request;
  request.identifier = wanted.id;
  request.instance_class = "db.t3.medium";
  request.engine = version.engine;
  request.engine_version = version.version;
  request.allocated_storage = 20;
  request.master_username = wanted.master_user;
  request.master_password = wanted.master_password;
  request.parameter_group = wanted.id;
  request.backup_retention_period = 1;  // days; turns the binlog on
  account.instances.create(request, stop);
  const aws::Waiter waiter(account.instances, 200ms, [](const aws::WaitState&) {});
  return endpoint(waiter.until_settled(wanted.id, stop));
}

void set_parameter(const Environment& environment, const std::string& instance_id, const std::string& name,
                   const std::string& value, std::stop_token stop) {
  const aws::Account account(configuration(environment));
  account.parameter_groups.modify(instance_id, {{name, value, aws::ApplyMethod::immediate}}, stop);
}

Endpoint endpoint_of(const Environment& environment, const std::string& instance_id, std::stop_token stop) {
  const aws::Account account(configuration(environment));
  return endpoint(account.instances.get(instance_id, stop));
}

}  // namespace darbe::demo
