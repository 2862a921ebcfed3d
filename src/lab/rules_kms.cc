// Rules for AWS KMS.
#include <fmt/format.h>

#include "lab/keys.h"
#include "lab/paging.h"
#include "lab/rules_parts.h"

namespace darbe::lab {
namespace {

std::string named(const Situation& s) {
  return s.request.at(s.action == "CreateAlias" ? "TargetKeyId" : "KeyId").text();
}

bool asks_all(const Situation& s) { return s.action == "ListAliases" && !s.request.has("KeyId"); }

Broken key_arn_form(const Situation& s) {
  const std::string name = named(s);
  return when(name.starts_with("arn:") && name.find(":kms:") == std::string::npos, name);
}

Broken key_missing(const Situation& s) {
  return when(!asks_all(s) && s.action != "CreateKey" && !key_named(s.store, named(s)), named(s));
}

Broken key_of_aws(const Situation& s) {
  return when(key_named(s.store, named(s))->at("KeyManager").text() == "AWS", named(s));
}

Broken key_pending(const Situation& s) {
  return when(key_named(s.store, named(s))->at("KeyState").text() == "PendingDeletion",
              key_named(s.store, named(s))->at("Arn").text());
}

Broken key_not_pending(const Situation& s) {
  return when(key_named(s.store, named(s))->at("KeyState").text() != "PendingDeletion",
              key_named(s.store, named(s))->at("Arn").text());
}

Broken deletion_window(const Situation& s) {
  const std::int64_t days = s.request.at("PendingWindowInDays").number(30);
  return when(days < 7 || days > 30);
}

// Only these are played: what encrypts, by a key that KMS makes.
Broken key_kind(const Situation& s) {
  for (const auto& [name, played] : {std::pair{"KeyUsage", "ENCRYPT_DECRYPT"},
                                     {"KeySpec", "SYMMETRIC_DEFAULT"},
                                     {"CustomerMasterKeySpec", "SYMMETRIC_DEFAULT"},
                                     {"Origin", "AWS_KMS"}})
    if (const std::string given = s.request.at(name).text(played); given != played) return given;
  return when(s.request.at("MultiRegion").truth(), "MultiRegion");
}

Broken alias_form(const Situation& s) {
  const std::string alias = s.request.at("AliasName").text();
  return when(!alias.starts_with("alias/") || alias.size() == 6 || alias.starts_with("alias/aws/"), alias);
}

Broken alias_taken(const Situation& s) {
  return when(s.store.key_aliases.contains(s.request.at("AliasName").text()), s.request.at("AliasName").text());
}

Broken alias_page(const Situation& s) {
  const std::string marker = s.request.at("Marker").text();
  return when(!marker.empty() && !is_marker(marker), marker);
}

constexpr std::string_view changes = "EnableKey DisableKey ScheduleKeyDeletion CancelKeyDeletion CreateAlias";

const Rule table[] = {
    {"key's ARN", "*", "kms", "InvalidArnException", "Invalid arn {}", key_arn_form},
    {"key known", "*", "kms", "NotFoundException", "Key '{}' does not exist", key_missing},
    {"key of AWS", changes, "kms", "AccessDeniedException", "{} is managed by AWS: it can't be changed", key_of_aws},
    {"key to be deleted", "EnableKey DisableKey ScheduleKeyDeletion CreateAlias", "kms", "KMSInvalidStateException",
     "{} is pending deletion.", key_pending},
    {"key not to be deleted", "CancelKeyDeletion", "kms", "KMSInvalidStateException", "{} is not pending deletion.",
     key_not_pending},
    {"key's last days", "ScheduleKeyDeletion", "kms", "ValidationException",
     "PendingWindowInDays must be between 7 and 30", deletion_window},
    {"key's kind", "CreateKey", "kms", "UnsupportedOperationException",
     "The lab plays symmetric keys of one region only: {}", key_kind},
    {"alias's name", "CreateAlias", "kms", "InvalidAliasNameException",
     "An alias begins with alias/, but not with alias/aws/: {}", alias_form},
    {"alias taken", "CreateAlias", "kms", "AlreadyExistsException", "An alias with the name {} already exists",
     alias_taken},
    {"aliases' marker", "ListAliases", "kms", "InvalidMarkerException", "The marker {} is invalid", alias_page},
};

}  // namespace

std::span<const Rule> kms_rules() { return table; }

}  // namespace darbe::lab
