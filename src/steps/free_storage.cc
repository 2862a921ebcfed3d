#include "steps/free_storage.h"

#include "aws/error.h"
#include "aws/metrics.h"
#include "base/log.h"

namespace darbe::steps {

namespace {

// Nothing where CloudWatch has no figure yet, or doesn't answer: the server's files tell less, and enough.
watch::Storage storage_by_cloudwatch(const Run& run, const aws::Instance& instance, const std::stop_token& stop) {
  aws::DiskMetrics metrics;
  try {
    metrics = aws::disk_metrics(run.account.client, instance.identifier, stop);
  } catch (const base::Error& error) {
    if (!aws::is_unanswered(error)) throw;
    log::debug("CloudWatch does not answer: {}", base::text_of(error));
  }
  return watch::storage_by_metrics(instance, metrics);
}

}  // namespace

watch::Storage free_storage(const Run& run, const aws::Instance& instance, mysql::Connection& server,
                            std::stop_token stop) {
  // CloudWatch's figure is minutes old: what was written since then may fill the volume.
  return watch::lesser(storage_by_cloudwatch(run, instance, stop), watch::storage_by_files(instance, server));
}

}  // namespace darbe::steps
