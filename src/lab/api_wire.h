// The two form-and-XML protocols of AWS, both ways: "AWS Query protocol" (RDS, STS, CloudWatch) and "EC2 Query
// protocol", as Smithy specifies them (smithy.io, aws.protocols#awsQuery and #ec2Query). What may be said is the
// model's; nothing here knows an action.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "lab/api_model.h"
#include "lab/refusal.h"
#include "lab/value.h"

namespace darbe::lab {

using Form = std::map<std::string, std::string>;

// application/x-www-form-urlencoded. Of a name given twice the first counts.
Form parse_form(std::string_view body);

// The parameters of an operation by the model's member names; absent ones are absent. Departs from AWS in one thing: a
// parameter the model does not have is refused, where AWS's RDS ignores it, for it is a mistake in the caller.
// Throws: Refusal{MissingParameter, UnknownParameter, InvalidParameterValue, ValidationError}.
Value parse_parameters(const ApiModel& model, const Operation& operation, const Form& form);

struct AnswerFrame {
  const ApiModel& model;
  std::string_view request_id;
};

// Requires: `value` has only members that the operation's output has (an assertion), so nothing is left out silently.
std::string answer_xml(const AnswerFrame& frame, const Operation& operation, const Value& value);

std::string error_xml(const AnswerFrame& frame, const Refusal& refusal);

}  // namespace darbe::lab
