#include "aws/secrets.h"

#include <fmt/format.h>

#include "aws/query.h"
#include "base/error.h"

namespace darbe::aws {

namespace {

[[noreturn]] void refuse_form(const std::string& arn) {
  throw base::Error(base::Kind::refused, fmt::format("the secret {} is no JSON object with a password", arn),
                    "It must have the form {\"username\": …, \"password\": …}, as the secrets of RDS have it.");
}

Fields content_of(const Fields& answer, const std::string& arn) {
  try {
    return parse_json(field(answer, "SecretString"), arn);
  } catch (const base::Error&) {
    refuse_form(arn);
  }
}

}  // namespace

DatabaseSecret database_secret(const Client& client, const std::string& arn, std::stop_token stop) {
  const Fields content = content_of(client.call_json(secretsmanager, "GetSecretValue", {{"SecretId", arn}}, stop), arn);
  DatabaseSecret secret{field(content, "username"), base::Secret(field(content, "password"))};
  if (secret.password.empty()) refuse_form(arn);
  return secret;
}

}  // namespace darbe::aws
