#include "aws/credentials_role.h"

#include <fmt/format.h>

#include "aws/query.h"
#include "base/error.h"
#include "base/file.h"

namespace darbe::aws {

namespace {

std::string session_name(const Role& role) {
  if (!role.session_name.empty()) return role.session_name;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return fmt::format("darbe-{}", std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

Parameters parameters_of(const Role& role) {
  Parameters parameters;
  parameters.add("RoleArn", role.arn)
      .add("RoleSessionName", session_name(role))
      .add("DurationSeconds", role.duration_seconds);
  if (!role.external_id.empty()) parameters.add("ExternalId", role.external_id);
  return parameters;
}

Credentials ask(const Role& role, const std::string& action, const Parameters& parameters, Configuration configuration,
                std::stop_token stop) {
  // Whose request needs the role is patient already.
  configuration.retries.storm = configuration.retries.short_storm = std::chrono::milliseconds(0);
  return base::in_context(fmt::format("can't take on the role {}", role.arn), [&] {
    const XmlElement given = Client(configuration).call(sts, action, parameters, stop).child("Credentials");
    Fields fields;
    for (const char* name : {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}) {
      fields[name] = given.text(name);
    }
    return credentials_in(fields, {}, "STS's answer");
  });
}

std::string without_line_end(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

}  // namespace

Credentials assume_role(const Role& role, const Configuration& caller, std::stop_token stop) {
  return ask(role, "AssumeRole", parameters_of(role), caller, stop);
}

Credentials assume_role_with_web_identity(const Role& role, const std::string& token_file,
                                          const Configuration& anonymous, std::stop_token stop) {
  Parameters parameters = parameters_of(role);
  parameters.add("WebIdentityToken", without_line_end(base::read_file(token_file)));
  return ask(role, "AssumeRoleWithWebIdentity", parameters, anonymous, stop);
}

}  // namespace darbe::aws
