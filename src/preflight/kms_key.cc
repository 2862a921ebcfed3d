#include <set>

#include <fmt/format.h>

#include "aws/error.h"
#include "aws/keys.h"
#include "plan/target_settings.h"
#include "preflight/checks.h"

namespace darbe::preflight {

namespace {

constexpr std::string_view flags = "--kms-key-id, --performance-insights-kms-key-id or --master-user-secret-kms-key-id";

// Of the source's replica, of the target, of its insights and of the secret with its password.
std::set<std::string> keys_needed(const Subject& subject) {
  const aws::CreateInstance wanted = plan::target_like(subject.source, subject.plan.request);
  std::set<std::string> keys;
  if (!subject.plan.request.replica_instance_id) keys.insert(aws::key_to_name(subject.source).value_or(""));
  const plan::LeftForTheEnd later = plan::left_for_the_end(subject.source, subject.plan.request);
  for (const auto& key : {wanted.kms_key_id, wanted.performance_insights_kms_key_id, later.managed_password_key})
    if (key) keys.insert(*key);
  keys.erase("");
  return keys;
}

std::optional<Finding> look_at(const Subject& subject, const std::string& id, const std::stop_token& stop) {
  try {
    const auto key = aws::find_key(subject.account.client, id, stop);
    if (!key)
      return Finding{.text = fmt::format("there is no KMS key {}", id),
                     .advice = fmt::format("Name one of this region with {}.", flags)};
    if (key->is_enabled()) return std::nullopt;
    return Finding{
        .text = fmt::format("KMS key {} is {}: AWS makes nothing that is encrypted with it", key->arn, key->state),
        .advice = fmt::format("Enable it, or name another with {}.", flags)};
  } catch (const base::Error& error) {
    if (!aws::is_unanswered(error)) throw;
    return Finding{
        .weight = Weight::warning,
        .text = fmt::format("whether KMS key {} is enabled can't be seen: {}", id, error.what()),
        .advice = "Let it be asked from here (kms:DescribeKey, in docs/aws-iam-policy.json), or look yourself."};
  }
}

}  // namespace

std::vector<Finding> check_kms_key(const Subject& subject, std::stop_token stop) {
  std::vector<Finding> findings;
  for (const std::string& id : keys_needed(subject))
    if (auto finding = look_at(subject, id, stop)) findings.push_back(std::move(*finding));
  return findings;
}

}  // namespace darbe::preflight
