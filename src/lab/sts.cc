// STS: who am I, and temporary credentials.
#include <fmt/format.h>

#include "base/clock.h"
#include "base/random.h"
#include "lab/action.h"

namespace darbe::lab {
namespace {

Value get_caller_identity(const View& view, const Call& call) {
  Value answer;
  answer["Account"] = view.store.account;
  answer["Arn"] = call.caller.arn;
  answer["UserId"] = call.caller.user_id;
  return answer;
}

// A role that nobody made may be assumed all the same, and may do all; those of CreateRole have what their policies
// allow.
Value assume_role(World& world, const Call& call) {
  const std::string role = call.request.at("RoleArn").text();
  const std::string session = call.request.at("RoleSessionName").text();
  const auto end = world.now + std::chrono::seconds(call.request.at("DurationSeconds").number(3600));
  Credential credential;
  credential.secret = base::Secret(base::random_hex(20));
  credential.session_token = base::Secret(base::random_hex(120));
  credential.arn =
      fmt::format("arn:aws:sts::{}:assumed-role/{}/{}", world.store.account, role.substr(role.rfind('/') + 1), session);
  credential.user_id = fmt::format("{}:{}", new_access_key_id("AROA"), session);
  credential.expires = std::chrono::duration_cast<std::chrono::seconds>(end.time_since_epoch()).count();
  const std::string key = new_access_key_id("ASIA");
  world.store.credentials[key] = credential;
  Value answer;
  answer["Credentials"]["AccessKeyId"] = key;
  answer["Credentials"]["SecretAccessKey"] = credential.secret.reveal();
  answer["Credentials"]["SessionToken"] = credential.session_token.reveal();
  answer["Credentials"]["Expiration"] = base::iso_time(end);
  answer["AssumedRoleUser"]["AssumedRoleId"] = credential.user_id;
  answer["AssumedRoleUser"]["Arn"] = credential.arn;
  return answer;
}

}  // namespace

const Actions& sts_actions() {
  static const Actions actions = {{"GetCallerIdentity", get_caller_identity}, {"AssumeRole", assume_role}};
  return actions;
}

}  // namespace darbe::lab
