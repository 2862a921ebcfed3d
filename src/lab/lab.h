// A whole lab: AWS's API on a loopback address in front of real servers, in a folder that survives a restart.
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>

#include "base/secret.h"

namespace darbe::lab {

struct LabOptions {
  std::string address = "127.0.0.1";
  unsigned short port = 4510;  // 0: any free one
  std::filesystem::path folder;
  double speed = 1;
  std::string region = "eu-west-1";
};

// What a client needs to reach a lab.
struct Environment {
  std::string endpoint_url;
  std::string access_key_id;
  base::Secret secret_access_key;
  std::string region;
  std::string tls_ca;
};

// The lines a shell can evaluate: export AWS_ENDPOINT_URL=…
std::string shell_lines(const Environment& environment);

class Lab {
 public:
  // Installs what is missing of MySQL and AWS's models, starts what an earlier lab left in the folder, and listens.
  // Throws: base::Error{usage} for an address that is not loopback, {refused} if another lab runs in the folder.
  explicit Lab(const LabOptions& options);
  // Stops every server.
  ~Lab();

  const Environment& environment() const;
  // Serves until the stop.
  void run(std::stop_token stop);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// ${XDG_STATE_HOME:-~/.local/state}/darbe-lab
std::filesystem::path default_folder();
// What the lab in `folder` printed when it became ready. Throws: base::Error{refused} if there was none.
std::string printed_environment(const std::filesystem::path& folder);

}  // namespace darbe::lab
