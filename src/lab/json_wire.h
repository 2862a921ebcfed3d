// AWS's JSON protocol, both ways: "AWS JSON 1.1", as Smithy specifies it (smithy.io, aws.protocols#awsJson1_1). Secrets
// Manager and KMS speak nothing else. What may be said is the model's; nothing here knows an action.
#pragma once

#include <string>
#include <string_view>

#include "lab/api_model.h"
#include "lab/refusal.h"
#include "lab/value.h"

namespace darbe::lab {

// "secretsmanager.GetSecretValue", as X-Amz-Target has it.
struct JsonTarget {
  std::string prefix;
  std::string action;
};
JsonTarget parse_target(std::string_view target);

// The parameters of an operation; times as ISO 8601 has them. Departs from AWS as lab/api_wire.h does.
// Throws: Refusal{SerializationException, ValidationException}.
Value parse_json_parameters(const Operation& operation, std::string_view body);

// Requires: as answer_xml.
std::string answer_json(const Operation& operation, const Value& value);

std::string error_json(const ApiModel& model, const Refusal& refusal);

}  // namespace darbe::lab
