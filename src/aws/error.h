// What AWS said, kept apart from what we say. This module's error.cc is the only place that knows error codes (RDS API
// Reference "Common Errors" and each action's list; EC2 "Error codes"; what is repeated: SDKs Reference Guide, "Retry
// behavior").
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace darbe::aws {

// What callers ask about an error, by meaning.
enum class Meaning {
  not_found,            // absent: good for undo
  already_exists,       // look it up: is it ours?
  invalid_state,        // not now: wait and try again
  in_use,               // somebody still depends on it: wait and try again
  throttled,            // back off and repeat
  fault,                // AWS's own trouble: repeat
  limit,                // a quota: tell the operator
  no_capacity,          // not here and not now: there may be in another zone
  access_denied,        // known to AWS, but not allowed
  would_succeed,        // EC2 was only asked whether it would do it
  unknown_credentials,  // the key or the signature is wrong
  expired_token,
  clock_skew,       // our clock is off by more than 15 minutes
  invalid_request,  // what was asked for can't be had
  other,
};
// Wire codes and the SDKs' class names ("DBInstanceNotFound", "DBInstanceNotFoundFault") mean the same.
// AWS's words are asked only where the code says too little.
Meaning meaning_of(std::string_view code, int http_status, std::string_view message = {});

// transient: throttled, fault; refused: AWS said no to what was asked; failed: all else.
base::Kind classify(Meaning meaning);

// One error answer.
struct Complaint {
  std::string action;   // "CreateDBInstance"
  std::string code;     // as on the wire; "HTTP 503" where the answer has none
  std::string message;  // AWS's own words
  int http_status = 0;
  std::string request_id;
  std::optional<std::chrono::milliseconds> retry_after = {};  // x-amz-retry-after
  std::string date = {};                                      // AWS's clock: the answer's Date header
};

Meaning meaning_of(const Complaint& complaint);

class ApiError : public base::Error {
 public:
  explicit ApiError(Complaint complaint);

  const std::string& action() const { return complaint_.action; }
  const std::string& code() const { return complaint_.code; }
  const std::string& message() const { return complaint_.message; }
  int http_status() const { return complaint_.http_status; }
  const std::string& request_id() const { return complaint_.request_id; }
  std::optional<std::chrono::milliseconds> retry_after() const { return complaint_.retry_after; }
  const std::string& date() const { return complaint_.date; }
  Meaning meaning() const { return meaning_of(complaint_); }

 private:
  Complaint complaint_;
};

// Whether AWS did not tell what was asked: the credentials may not ask, or the service is in trouble or can't be
// reached from here, as from a VPC that has endpoints for RDS and EC2 alone. Services besides these two only tell more:
// a run goes on without them.
bool is_unanswered(const base::Error& error);

}  // namespace darbe::aws
