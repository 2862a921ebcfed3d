#include "steps/full_storage.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "mysql/error.h"

namespace darbe::steps {

namespace {

// RDS looks at its instances' volumes about once a minute.
constexpr int looks_until_noticed = 20;

bool is_called_full(const Run& run, const std::stop_token& stop) {
  const auto target = run.account.instances.find(run.target_id(), stop);
  return target && target->status == aws::storage_full;
}

}  // namespace

bool is_about_full_storage(const std::exception& error) {
  if (const auto* said = dynamic_cast<const mysql::ServerError*>(&error);
      said != nullptr && mysql::meaning_of(*said) == mysql::Meaning::disk_full)
    return true;
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& cause) {
    return is_about_full_storage(cause);
  }
  return false;
}

bool is_storage_full(const Run& run, const std::exception& error, std::stop_token stop) {
  if (!is_about_full_storage(error)) return is_called_full(run, stop);
  return base::poll_until({.every = run.settings.poll, .at_most = looks_until_noticed * run.settings.poll}, stop,
                          [&] { return is_called_full(run, stop); });
}

bool wait_for_larger_storage(Run& run, std::stop_token stop) {
  const auto before = run.account.instances.get(run.target_id(), stop).allocated_storage;
  run.report.warning(fmt::format(
      "the storage of {0} is full; the copy goes on when it has more: aws rds modify-db-instance "
      "--db-instance-identifier {0} --allocated-storage GIB --apply-immediately. Ctrl-C leaves, and the same command "
      "goes on later.",
      run.target_id()));
  return run.waiter.until_left(run.target_id(), aws::storage_full, stop).allocated_storage > before;
}

}  // namespace darbe::steps
