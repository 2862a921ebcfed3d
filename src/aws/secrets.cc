#include "aws/secrets.h"

#include <fmt/format.h>

#include "aws/error.h"
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

DatabaseSecret read(const Client& client, const std::string& arn, const std::string& stage, std::stop_token stop) {
  const Fields asked = {{"SecretId", arn}, {"VersionStage", stage}};
  const Fields content = content_of(client.call_json(secretsmanager, "GetSecretValue", asked, std::move(stop)), arn);
  DatabaseSecret secret{field(content, "username"), base::Secret(field(content, "password"))};
  if (secret.password.empty()) refuse_form(arn);
  return secret;
}

}  // namespace

DatabaseSecret database_secret(const Client& client, const std::string& arn, std::stop_token stop) {
  return read(client, arn, "AWSCURRENT", std::move(stop));
}

std::optional<DatabaseSecret> previous_database_secret(const Client& client, const std::string& arn,
                                                       std::stop_token stop) {
  try {
    return read(client, arn, "AWSPREVIOUS", std::move(stop));
  } catch (const ApiError& error) {
    if (error.meaning() == Meaning::not_found) return std::nullopt;
    throw;
  }
}

}  // namespace darbe::aws
