// Signed requests to the front door, and AWS's models behind it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "aws/form.h"
#include "aws/sigv4.h"
#include "http/server.h"
#include "lab/api_model.h"
#include "servers/install.h"

namespace darbe::lab {

inline std::vector<ApiModel> aws_models() {
  std::vector<ApiModel> all;
  for (const char* name : {"rds", "ec2", "sts", "iam", "cloudwatch", "secretsmanager", "kms"})
    all.push_back(ApiModel::load(servers::aws_model(name, {})));
  return all;
}

struct Signer {
  std::string key;
  base::Secret secret;
  std::string token;
  std::string region = "eu-west-1";
  std::string service = "rds";
  std::chrono::system_clock::time_point time = std::chrono::system_clock::now();
};

// `target`: X-Amz-Target of the JSON protocol; empty: the body is a form.
inline http::Request signed_body(const Signer& signer, const std::string& body, const std::string& target) {
  aws::SigningInput input;
  input.body = body;
  input.time = aws::signing_time(signer.time);
  input.region = signer.region;
  input.service = signer.service;
  input.headers = {{"host", "127.0.0.1:4510"}, {"x-amz-date", input.time}};
  if (!target.empty()) input.headers.emplace_back("x-amz-target", target);
  if (!signer.token.empty()) input.headers.emplace_back("x-amz-security-token", signer.token);
  http::Request request{"POST", "/", {}, input.body};
  for (const auto& [name, value] : input.headers) request.headers[name] = value;
  request.headers["authorization"] = aws::authorization(input, signer.key, aws::signature(input, signer.secret));
  return request;
}

inline http::Request signed_request(const Signer& signer, const aws::Form& form) {
  return signed_body(signer, aws::form_encoded(form), "");
}

}  // namespace darbe::lab
