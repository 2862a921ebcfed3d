#include "aws/error.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace darbe::aws {

using base::Kind;

namespace {

struct CodeMeaning {
  std::string_view code;
  Meaning meaning;
};

// Asked before the endings below, as some of these end like others.
constexpr auto exact_codes = std::to_array<CodeMeaning>({
    {"Throttling", Meaning::throttled},
    {"ThrottlingException", Meaning::throttled},
    {"ThrottledException", Meaning::throttled},
    {"RequestThrottled", Meaning::throttled},
    {"RequestThrottledException", Meaning::throttled},
    {"TooManyRequestsException", Meaning::throttled},
    {"ProvisionedThroughputExceededException", Meaning::throttled},
    {"TransactionInProgressException", Meaning::throttled},
    {"LimitExceededException", Meaning::throttled},
    {"PriorRequestNotComplete", Meaning::throttled},
    {"EC2ThrottledException", Meaning::throttled},
    {"RequestLimitExceeded", Meaning::throttled},
    {"SlowDown", Meaning::throttled},
    {"BandwidthLimitExceeded", Meaning::throttled},
    {"RequestTimeout", Meaning::fault},
    {"RequestTimeoutException", Meaning::fault},
    {"InternalError", Meaning::fault},
    {"InternalFailure", Meaning::fault},
    {"ServiceUnavailable", Meaning::fault},
    {"IDPCommunicationError", Meaning::fault},
    {"InvalidDBInstanceState", Meaning::invalid_state},
    {"InvalidDBParameterGroupState", Meaning::invalid_state},
    {"InvalidDBSnapshotState", Meaning::invalid_state},
    {"DBInstanceNotReady", Meaning::invalid_state},
    {"DependencyViolation", Meaning::in_use},
    {"InvalidGroup.InUse", Meaning::in_use},
    {"InsufficientDBInstanceCapacity", Meaning::no_capacity},
    {"InsufficientStorageClusterCapacity", Meaning::no_capacity},
    {"ProvisionedIopsNotAvailableInAZ", Meaning::no_capacity},
    {"NoSuchEntity", Meaning::not_found},
    {"DryRunOperation", Meaning::would_succeed},
    {"AccessDenied", Meaning::access_denied},
    {"AccessDeniedException", Meaning::access_denied},
    {"UnauthorizedOperation", Meaning::access_denied},
    {"NotAuthorized", Meaning::access_denied},
    {"OptInRequired", Meaning::access_denied},
    {"SignatureDoesNotMatch", Meaning::unknown_credentials},
    {"IncompleteSignature", Meaning::unknown_credentials},
    {"InvalidClientTokenId", Meaning::unknown_credentials},
    {"UnrecognizedClientException", Meaning::unknown_credentials},
    {"MissingAuthenticationToken", Meaning::unknown_credentials},
    {"InvalidSignatureException", Meaning::unknown_credentials},
    {"IncompleteSignatureException", Meaning::unknown_credentials},
    {"AuthFailure", Meaning::unknown_credentials},
    {"ExpiredToken", Meaning::expired_token},
    {"ExpiredTokenException", Meaning::expired_token},
    {"RequestExpired", Meaning::clock_skew},
    {"RequestTimeTooSkewed", Meaning::clock_skew},
    {"RequestInTheFuture", Meaning::clock_skew},
});

constexpr auto endings = std::to_array<CodeMeaning>({
    {"NotFound", Meaning::not_found},
    {"NotFoundException", Meaning::not_found},
    {"AlreadyExists", Meaning::already_exists},
    {".Duplicate", Meaning::already_exists},
    {"QuotaExceeded", Meaning::limit},
    {"LimitExceeded", Meaning::limit},
});

// Where AWS sent no code, or one that nobody has told us of.
Meaning meaning_of_status(int http_status) {
  if (http_status == 429) return Meaning::throttled;
  if (http_status >= 500) return Meaning::fault;
  if (http_status == 401 || http_status == 403) return Meaning::access_denied;
  if (http_status >= 400) return Meaning::invalid_request;
  return Meaning::other;
}

std::string text_of(const Complaint& complaint) {
  const std::string request = complaint.request_id.empty() ? "" : ", request " + complaint.request_id;
  const std::string message = complaint.message.empty() ? "AWS said no more than this" : complaint.message;
  return fmt::format("{}: {} ({}{})", complaint.action, message, complaint.code, request);
}

std::string advice_for(Meaning meaning) {
  switch (meaning) {
    case Meaning::unknown_credentials:
      return "Check the access key, its secret, the session token if there is one, and the region.";
    case Meaning::expired_token:
      return "Get new credentials and run the same command again: it goes on where it stopped.";
    case Meaning::clock_skew:
      return "This machine's clock differs from AWS's by more than AWS allows (15 minutes): set it.";
    case Meaning::access_denied:
      return "Allow the action to these credentials; docs/aws-iam-policy.json has all that are needed.";
    case Meaning::limit:
      return "Free what is not needed or have AWS raise the limit, then run the same command again.";
    case Meaning::no_capacity:
      return "Wait for AWS to have room, or ask for another zone or class.";
    default:
      return {};
  }
}

}  // namespace

Meaning meaning_of(std::string_view code, int http_status, std::string_view message) {
  if (code.ends_with("Fault")) code.remove_suffix(5);
  // IAM (and the JSON protocol) answers an old or early signature with the same code as a wrong one.
  if ((code == "SignatureDoesNotMatch" || code == "InvalidSignatureException") &&
      (message.starts_with("Signature expired") || message.starts_with("Signature not yet current"))) {
    return Meaning::clock_skew;
  }
  const auto exact = std::find_if(exact_codes.begin(), exact_codes.end(), [&](auto& row) { return row.code == code; });
  if (exact != exact_codes.end()) return exact->meaning;
  const auto ending = std::find_if(endings.begin(), endings.end(), [&](auto& row) { return code.ends_with(row.code); });
  if (ending != endings.end()) return ending->meaning;
  return meaning_of_status(http_status);
}

Meaning meaning_of(const Complaint& complaint) {
  return meaning_of(complaint.code, complaint.http_status, complaint.message);
}

Kind classify(Meaning meaning) {
  switch (meaning) {
    case Meaning::throttled:
    case Meaning::fault:
      return Kind::transient;
    case Meaning::already_exists:
    case Meaning::limit:
    case Meaning::no_capacity:
    case Meaning::access_denied:
    case Meaning::unknown_credentials:
    case Meaning::clock_skew:
    case Meaning::invalid_request:
      return Kind::refused;
    case Meaning::not_found:
    case Meaning::invalid_state:
    case Meaning::in_use:
    case Meaning::would_succeed:
    case Meaning::expired_token:
    case Meaning::other:
      break;
  }
  return Kind::failed;
}

ApiError::ApiError(Complaint complaint)
    : Error(classify(meaning_of(complaint)), text_of(complaint), advice_for(meaning_of(complaint))),
      complaint_(std::move(complaint)) {}

bool is_unanswered(const base::Error& error) {
  const auto* said = dynamic_cast<const ApiError*>(&error);
  return error.kind() == Kind::transient || (said != nullptr && said->meaning() == Meaning::access_denied);
}

}  // namespace darbe::aws
