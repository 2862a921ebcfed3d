#include "steps/free_storage.h"

#include <algorithm>

#include "aws/error.h"
#include "aws/metrics.h"
#include "base/log.h"

namespace darbe::steps {

namespace {

using watch::FreeStorage;

// Nothing where CloudWatch has no figure yet, or this account may not ask: the server's files tell less, and enough.
std::optional<FreeStorage> storage_by_cloudwatch(const Run& run, const aws::Instance& instance,
                                                 const std::stop_token& stop) {
  try {
    const auto newest = aws::disk_metrics(run.account.client, instance.identifier, stop).free_space;
    if (!newest) return std::nullopt;
    return FreeStorage{.bytes = newest->bytes,
                       .volume_bytes = static_cast<std::uint64_t>(instance.allocated_storage.value_or(0)) << 30,
                       .at_most = false};
  } catch (const aws::ApiError& error) {
    if (error.meaning() != aws::Meaning::access_denied) throw;
    log::debug("CloudWatch may not be asked: {}", base::text_of(error));
    return std::nullopt;
  }
}

}  // namespace

std::optional<FreeStorage> free_storage(const Run& run, const aws::Instance& instance, mysql::Connection& server,
                                        std::stop_token stop) {
  const auto measured = storage_by_cloudwatch(run, instance, stop);
  const auto by_files = watch::storage_by_files(instance, server);
  if (!measured) return by_files;
  // CloudWatch's figure is minutes old: what was written since then may fill the volume.
  return by_files && by_files->bytes < measured->bytes ? by_files : measured;
}

}  // namespace darbe::steps
