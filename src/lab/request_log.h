// DIR/requests.log: every request and its answer, one JSON object a line, secrets as stars.
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "lab/value.h"

namespace darbe::lab {

struct LogEntry {
  std::chrono::system_clock::time_point time;
  std::string caller;  // the ARN of who signed it; empty where nobody knows
  std::string service;
  std::string action;
  Value parameters;  // as they came, by their names on the wire
  Value answer;      // by the model's names; null when refused
  int status = 200;
  std::string code;  // of the refusal
  std::string message;
  std::string request_id;
  std::set<std::string> permissions;  // the actions that IAM was asked about: rds:CreateDBInstance
  bool lost = false;                  // the answer was not delivered
};

class RequestLog {
 public:
  explicit RequestLog(const std::filesystem::path& file);
  // Throws: base::Error{failed} when the line can't be written.
  void write(const LogEntry& entry);

 private:
  const std::filesystem::path file_;
  std::ofstream out_;
};

// The same with every value that is a secret by its name as "****".
Value starred(const Value& value);

}  // namespace darbe::lab
