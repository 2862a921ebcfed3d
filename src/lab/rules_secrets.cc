// Rules for AWS Secrets Manager.
#include <algorithm>
#include <cctype>
#include <set>

#include <fmt/format.h>

#include "base/letters.h"
#include "lab/keys.h"
#include "lab/paging.h"
#include "lab/rules_parts.h"
#include "lab/secrets.h"

namespace darbe::lab {
namespace {

const Value* secret_of(const Situation& s) {
  return secret_named(s.store, s.request.at(s.action == "CreateSecret" ? "Name" : "SecretId").text());
}

bool has_both(const Value& request) { return request.has("SecretString") && request.has("SecretBinary"); }
bool has_content(const Value& request) { return request.has("SecretString") || request.has("SecretBinary"); }

Broken name_form(const Situation& s) {
  const std::string name = s.request.at("Name").text();
  const auto good = [](unsigned char c) {
    return c < 128 &&
           (std::isalnum(c) != 0 || std::string_view("/_+=.@-").find(static_cast<char>(c)) != std::string_view::npos);
  };
  return when(!std::all_of(name.begin(), name.end(), good), name);
}

Broken page(const Situation& s) {
  const std::string token = s.request.at("NextToken").text();
  return when(!token.empty() && !is_marker(token), token);
}

Broken filters(const Situation& s) {
  static const std::set<std::string> played = {"name", "description", "owning-service", "tag-key", "tag-value"};
  for (const Value& filter : s.request.at("Filters").list())
    if (const std::string key = filter.at("Key").text(); !played.contains(key)) return key;
  return holds;
}

Broken missing(const Situation& s) { return when(!secret_of(s)); }

Broken deleted(const Situation& s) { return when(secret_of(s)->has("DeletedDate")); }
Broken deleted_name(const Situation& s) { return when(secret_of(s) && secret_of(s)->has("DeletedDate")); }

bool has_version(const Value& secret, const Value& request) {
  return secret.at("Versions").has(request.at("ClientRequestToken").text());
}

// A request that is repeated is no mistake; the same token for another content is.
bool is_repeated(const Value& secret, const Value& request) {
  const Value& version = secret.at("Versions").at(request.at("ClientRequestToken").text());
  return !version.is_null() && version.at("SecretString") == request.at("SecretString") &&
         version.at("SecretBinary") == request.at("SecretBinary");
}

Broken taken(const Situation& s) {
  return when(secret_of(s) && !is_repeated(*secret_of(s), s.request), s.request.at("Name").text());
}

Broken token_taken(const Situation& s) {
  return when(has_content(s.request) && has_version(*secret_of(s), s.request) && !is_repeated(*secret_of(s), s.request),
              s.request.at("ClientRequestToken").text());
}

Broken two_contents(const Situation& s) { return when(has_both(s.request)); }
Broken no_content(const Situation& s) { return when(!has_content(s.request)); }

Broken not_played(const Situation& s) {
  for (const char* name : {"AddReplicaRegions", "RotationToken"})
    if (s.request.has(name)) return name;
  return holds;
}

Broken managed(const Situation& s) { return when(secret_of(s)->has("OwningService"), secret_of(s)->at("Name").text()); }

Broken reserved_tags(const Situation& s) {
  for (const Value& tag : s.request.at("Tags").list())
    if (base::lower(tag.at("Key").text()).starts_with("aws:")) return tag.at("Key").text();
  return holds;
}

const Value* key_of(const Situation& s) {
  const Value* secret = secret_of(s);
  const std::string name = s.request.at("KmsKeyId").text(secret ? secret->at("KmsKeyId").text() : "");
  return key_named(s.store, name.empty() ? secrets_key : std::string_view(name));
}

Broken key_unusable(const Situation& s) {
  const bool uses = has_content(s.request) || s.action == "GetSecretValue" || s.request.has("KmsKeyId");
  const Value* key = key_of(s);
  return when(uses && (!key || !is_enabled(*key)));
}

Broken version_missing(const Situation& s) {
  return when(s.request.has("VersionId") && !secret_of(s)->at("Versions").has(s.request.at("VersionId").text()),
              s.request.at("VersionId").text());
}

Broken stage_missing(const Situation& s) {
  const std::string stage = s.request.at("VersionStage").text(current_stage);
  return when(!s.request.has("VersionId") && version_with(*secret_of(s), stage).empty(), stage);
}

Broken version_and_stage(const Situation& s) {
  if (!s.request.has("VersionId") || !s.request.has("VersionStage")) return holds;
  return when(version_with(*secret_of(s), s.request.at("VersionStage").text()) != s.request.at("VersionId").text());
}

Broken window_and_force(const Situation& s) {
  return when(s.request.at("ForceDeleteWithoutRecovery").truth() && s.request.has("RecoveryWindowInDays"));
}

Broken window(const Situation& s) {
  const std::int64_t days = s.request.at("RecoveryWindowInDays").number(30);
  return when(days < 7 || days > 30);
}

constexpr std::string_view of_secret =
    "GetSecretValue DescribeSecret PutSecretValue UpdateSecret DeleteSecret RestoreSecret TagResource UntagResource";
constexpr std::string_view changes = "PutSecretValue UpdateSecret DeleteSecret TagResource UntagResource";
constexpr std::string_view puts = "CreateSecret PutSecretValue UpdateSecret";
constexpr std::string_view service = "secretsmanager";

const Rule table[] = {
    {"secret's name", "CreateSecret", service, "ValidationException",
     "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!: {}",
     name_form},
    {"secrets' token", "ListSecrets", service, "InvalidNextTokenException", "The token {} is invalid", page},
    {"secrets' filters", "ListSecrets", service, "InvalidParameterException", "The lab doesn't play the filter {}",
     filters},
    {"secret known", of_secret, service, "ResourceNotFoundException",
     "Secrets Manager can't find the specified secret.", missing},
    {"secret deleted", "GetSecretValue PutSecretValue UpdateSecret TagResource UntagResource", service,
     "InvalidRequestException", "You can't perform this operation on the secret because it was marked for deletion.",
     deleted},
    {"secret's name deleted", "CreateSecret", service, "InvalidRequestException",
     "You can't create this secret because a secret with this name is already scheduled for deletion.", deleted_name},
    {"two contents", puts, service, "InvalidParameterException",
     "You can't specify both a binary secret value and a string secret value in the same secret.", two_contents},
    {"secret taken", "CreateSecret", service, "ResourceExistsException",
     "The operation failed because the secret {} already exists.", taken},
    {"no content", "PutSecretValue", service, "InvalidRequestException",
     "You must provide either SecretString or SecretBinary.", no_content},
    {"secret features", puts, service, "InvalidParameterException", "The lab doesn't play {}", not_played},
    {"secret managed", changes, service, "InvalidRequestException",
     "The secret {} is managed by another service, and you must use that service to update it.", managed},
    {"secret's token taken", "PutSecretValue UpdateSecret", service, "ResourceExistsException",
     "You can't use ClientRequestToken {} because that value is already in use for a version of secret.", token_taken},
    {"secret's reserved tags", "CreateSecret TagResource", service, "InvalidParameterException",
     "Tag keys that begin with aws: are reserved: {}", reserved_tags},
    {"secret's key", "CreateSecret PutSecretValue UpdateSecret", service, "EncryptionFailure",
     "Secrets Manager can't encrypt the protected secret text using the provided KMS key.", key_unusable},
    {"secret's key to read", "GetSecretValue", service, "DecryptionFailure",
     "Secrets Manager can't decrypt the protected secret text using the provided KMS key.", key_unusable},
    {"version known", "GetSecretValue", service, "ResourceNotFoundException",
     "Secrets Manager can't find the specified secret value for VersionId: {}", version_missing},
    {"stage known", "GetSecretValue", service, "ResourceNotFoundException",
     "Secrets Manager can't find the specified secret value for staging label: {}", stage_missing},
    {"version and stage", "GetSecretValue", service, "InvalidRequestException",
     "You provided a VersionStage that is not associated to the provided VersionId.", version_and_stage},
    {"window and force", "DeleteSecret", service, "InvalidParameterException",
     "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.", window_and_force},
    {"recovery window", "DeleteSecret", service, "InvalidParameterException",
     "RecoveryWindowInDays value must be between 7 and 30 days (inclusive).", window},
};

}  // namespace

std::span<const Rule> secretsmanager_rules() { return table; }

}  // namespace darbe::lab
