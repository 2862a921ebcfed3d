// A certificate authority of our own and certificates from it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace darbe::servers {

class CertificateAuthority {
 public:
  // The one kept in `folder` (ca.pem, ca-key.pem), made at the first time.
  explicit CertificateAuthority(const std::filesystem::path& folder);

  std::filesystem::path certificate() const { return folder_ / "ca.pem"; }

  // Writes server-cert.pem and server-key.pem into `folder`, valid for these addresses and names.
  struct Names {
    std::vector<std::string> addresses;
    std::vector<std::string> names;
  };
  void issue(const Names& names, const std::filesystem::path& folder) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace darbe::servers
