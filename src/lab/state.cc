#include "lab/state.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "lab/keys.h"

namespace darbe::lab {
namespace {

constexpr int owner_only = 0600;  // passwords and keys are in it

ParameterGroup default_group(const EngineOffer& offer) {
  return {default_parameter_group(offer),
          offer.family,
          fmt::format("Default parameter group for {}", offer.family),
          true,
          {}};
}

Value default_options(const Store& store, const EngineOffer& offer) {
  const std::string name = default_option_group(offer);
  Value group;
  group["OptionGroupName"] = name;
  group["EngineName"] = offer.engine;
  group["MajorEngineVersion"] = offer.major;
  group["OptionGroupDescription"] = fmt::format("Default option group for {} {}", offer.engine, offer.major);
  group["OptionGroupArn"] = store.rds_arn("og", name);
  group["AllowsVpcAndNonVpcInstanceMemberships"] = true;
  group["Options"] = Value::List{};
  return group;
}

}  // namespace

State::State(const std::filesystem::path& file, Offers offers, const std::string& region)
    : file_(file), offers_(std::move(offers)) {
  base::MutexLock lock(mutex_);
  store_ = std::filesystem::exists(file_) ? read_store(base::read_file(file_)) : new_store(region);
  if (store_.region != region)
    throw base::Error(base::Kind::refused,
                      fmt::format("{} is a lab of the region {}, not {}", file_.string(), store_.region, region));
  add_default_groups();
  add_managed_keys(store_);
  base::write_file_atomically(file_, written(store_), owner_only);
}

void State::add_default_groups() {
  for (const EngineOffer& offer : offers_.engines) {
    const ParameterGroup group = default_group(offer);
    store_.parameter_groups.emplace(group.name, group);
    store_.option_groups.emplace(default_option_group(offer), default_options(store_, offer));
  }
}

void State::change(const std::function<void(World&)>& work) {
  std::vector<Task> tasks;
  {
    base::MutexLock lock(mutex_);
    const Store before = store_;
    try {
      World world{store_, offers_, std::chrono::system_clock::now(), metrics_, tasks};
      work(world);
      base::write_file_atomically(file_, written(store_), owner_only);
    } catch (...) {
      store_ = before;
      throw;
    }
  }
  for (const Task& task : tasks) receiver_(task);
}

void State::look(const std::function<void(const Store&)>& work) {
  base::MutexLock lock(mutex_);
  work(store_);
}

}  // namespace darbe::lab
