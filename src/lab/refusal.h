// An answer "no" in AWS's words.
#pragma once

#include <stdexcept>
#include <string>

namespace darbe::lab {

class Refusal : public std::runtime_error {
 public:
  // `status` 0: as the service's model has it for the code.
  Refusal(std::string code, const std::string& text, int status = 0)
      : std::runtime_error(text), code_(std::move(code)), status_(status) {}

  const std::string& code() const { return code_; }
  int status() const { return status_; }

 private:
  std::string code_;
  int status_;
};

}  // namespace darbe::lab
