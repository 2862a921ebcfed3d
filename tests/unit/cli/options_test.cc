#include "cli/options.h"

#include <cstdlib>
#include <filesystem>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/reporters.h"

namespace darbe::cli {
namespace {

TEST(SplitList, TakesNamesBetweenCommas) {
  EXPECT_THAT(split_list("putio,mogilefs"), testing::ElementsAre("putio", "mogilefs"));
  EXPECT_THAT(split_list(" a b , c,,"), testing::ElementsAre("a b", "c"));
  EXPECT_TRUE(split_list("").empty());
}

TEST(Password, ComesFromTheFirstPlaceThatHasOne) {
  const base::TemporaryFolder folder;
  base::write_file_atomically(folder.path() / "password", "from file\n", 0600);
  CommonOptions options;
  ::setenv("DARBE_MASTER_USER_PASSWORD", "from environment", 1);
  EXPECT_EQ(master_user_password(options, {}).reveal(), "from environment");
  options.master_user_password_file = (folder.path() / "password").string();
  EXPECT_EQ(master_user_password(options, {}).reveal(), "from file");
  options.master_user_password = "from flag";
  EXPECT_EQ(master_user_password(options, {}).reveal(), "from flag");
  ::unsetenv("DARBE_MASTER_USER_PASSWORD");
}

TEST(Password, FileThatIsMissingIsAUsageError) {
  CommonOptions options;
  options.master_user_password_file = "/nowhere/password";
  try {
    master_user_password(options, {});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::Kind::usage);
  }
}

TEST(TlsCa, ThatCannotBeReadIsAUsageError) {
  CommonOptions options;
  options.tls_ca = "/nowhere/ca.pem";
  EXPECT_THROW(tls_ca_file(options), base::Error);
}

// The environment's is before the working folder's, and that before the home folder's.
TEST(TlsCa, IsLookedForInTheUsualPlaces) {
  const base::TemporaryFolder home, here;
  const auto before = std::filesystem::current_path();
  const char* set_home = std::getenv("HOME");
  const std::string home_before = set_home != nullptr ? set_home : "";
  ::setenv("HOME", home.path().c_str(), 1);
  ::unsetenv("DARBE_TLS_CA");
  std::filesystem::current_path(here.path());
  const auto put = [](const std::filesystem::path& file) { base::write_file_atomically(file, "CA", 0600); };
  put(home.path() / "global-bundle.pem");
  EXPECT_EQ(tls_ca_file({}), (home.path() / "global-bundle.pem").string());
  put(here.path() / "global-bundle.pem");
  EXPECT_EQ(tls_ca_file({}), "global-bundle.pem");
  put(here.path() / "other.pem");
  ::setenv("DARBE_TLS_CA", "other.pem", 1);
  EXPECT_EQ(tls_ca_file({}), "other.pem");
  CommonOptions named;
  named.tls_ca = "global-bundle.pem";
  EXPECT_EQ(tls_ca_file(named), "global-bundle.pem");
  ::unsetenv("DARBE_TLS_CA");
  ::setenv("HOME", home_before.c_str(), 1);
  std::filesystem::current_path(before);
}

TEST(TlsMode, WarnsOfAllButTheDefault) {
  CommonOptions options;
  const auto said = [&] {
    testing::internal::CaptureStderr();
    const mysql::Tls mode = tls_mode(options);
    return std::pair(mode, testing::internal::GetCapturedStderr());
  };
  EXPECT_EQ(said(), std::pair(mysql::Tls::verify_identity, std::string()));
  options.tls_mode = "verify-ca";
  EXPECT_EQ(said().first, mysql::Tls::verify_ca);
  EXPECT_THAT(said().second, testing::HasSubstr("names are not checked"));
  options.tls_mode = "required";
  EXPECT_EQ(said().first, mysql::Tls::required);
  EXPECT_THAT(said().second, testing::HasSubstr("nothing proves"));
}

TEST(ShellQuoted, IsOneWord) {
  EXPECT_EQ(shell_quoted("eu-west-1"), "eu-west-1");
  EXPECT_EQ(shell_quoted("/tmp/my ca.pem"), "'/tmp/my ca.pem'");
  EXPECT_EQ(shell_quoted("it's $HOME"), "'it'\\''s $HOME'");
  EXPECT_EQ(shell_quoted(""), "''");
}

TEST(RepeatedFlags, AreThoseThatWereGivenAndNeverThePassword) {
  CommonOptions options;
  options.new_instance_id = "putio17";
  EXPECT_EQ(repeated_flags(options, "eu-west-1"), "--region eu-west-1 --new-instance-id putio17");
  options.master_user_name = "root";
  options.master_user_password = "correct-horse";
  options.master_user_password_file = "/run/secrets/password";
  options.master_user_secret = "arn:aws:secretsmanager:eu-west-1:1:secret:s";
  options.profile = "the other one";
  options.endpoint_url = "http://127.0.0.1:4510";
  options.tls_ca = "ca.pem";
  options.tls_mode = "verify-ca";
  EXPECT_EQ(repeated_flags(options, "eu-west-1"),
            "--region eu-west-1 --new-instance-id putio17 --master-user-name root --master-user-password-file "
            "/run/secrets/password --master-user-secret arn:aws:secretsmanager:eu-west-1:1:secret:s --profile 'the "
            "other one' --endpoint-url http://127.0.0.1:4510 --tls-ca ca.pem "
            "--tls-mode verify-ca");
}

TEST(Human, FiguresArePlain) {
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(1'500'000), "1.5 MB");
  EXPECT_EQ(human_seconds(3.25), "3.2 s");
  EXPECT_EQ(human_seconds(200), "3 min 20 s");
  EXPECT_EQ(human_seconds(7500), "2 h 5 min");
  EXPECT_EQ(human_count(1234567), "1,234,567");
  EXPECT_EQ(human_count(12), "12");
}

}  // namespace
}  // namespace darbe::cli
