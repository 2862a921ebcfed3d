// What each TLS mode refuses, by real servers: another CA's certificate, a name that is not in it.
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "servers/certificate.h"
#include "servers/test_server.h"

namespace darbe::mysql {
namespace {

class Tls : public testing::TestWithParam<std::string_view> {
 protected:
  // Whether a connection comes about, and is encrypted.
  bool connects(mysql::Tls mode, const std::string& ca, const std::string& host = "") {
    ConnectOptions options = server.connect_options();
    if (!host.empty()) options.host = host;
    options.tls = mode;
    options.tls_ca = ca;
    try {
      Connection connection(options, {});
      EXPECT_NE(connection.query("SHOW STATUS LIKE 'Ssl_cipher'").text(0, "Value"), "");
      return true;
    } catch (const ServerError&) {
      return false;
    }
  }

  servers::TestServer server{{.kind = GetParam()}};
  const std::string ours = server.ca_file();
  const base::TemporaryFolder folder;
  const servers::CertificateAuthority stranger{folder.path()};
  const std::string another = stranger.certificate().string();
  // The same address, written as no certificate has it (inet_aton(3): the last two bytes are one number).
  std::string other_name() const {
    std::istringstream address(server.address());
    unsigned bytes[4];
    char point = 0;
    address >> bytes[0] >> point >> bytes[1] >> point >> bytes[2] >> point >> bytes[3];
    return fmt::format("{}.{}.{}", bytes[0], bytes[1], bytes[2] * 256 + bytes[3]);
  }
};

INSTANTIATE_TEST_SUITE_P(OnMysql, Tls, testing::Values(servers::mysql_current));
INSTANTIATE_TEST_SUITE_P(OnMariadb, Tls, testing::Values(servers::mariadb));

TEST_P(Tls, VerifiesAsMuchAsItsModeSays) {
  EXPECT_TRUE(connects(mysql::Tls::verify_identity, ours));
  EXPECT_FALSE(connects(mysql::Tls::verify_identity, another));
  EXPECT_FALSE(connects(mysql::Tls::verify_identity, ours, other_name()));
  EXPECT_TRUE(connects(mysql::Tls::verify_ca, ours));
  EXPECT_FALSE(connects(mysql::Tls::verify_ca, another));
  EXPECT_TRUE(connects(mysql::Tls::verify_ca, ours, other_name()));
  EXPECT_TRUE(connects(mysql::Tls::required, ""));
  EXPECT_TRUE(connects(mysql::Tls::required, "", other_name()));
}

}  // namespace
}  // namespace darbe::mysql
