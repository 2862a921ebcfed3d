#include "aws/credentials_process.h"

#include <filesystem>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"

namespace darbe::aws {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Command, IsSplitAsAShellWouldButNotExpanded) {
  EXPECT_THAT(split_command("/opt/keys  --for\tdarbe"), ElementsAre("/opt/keys", "--for", "darbe"));
  EXPECT_THAT(split_command("'a b' \"c d\"e \"\" f\\ g"), ElementsAre("a b", "c de", "", "f g"));
  EXPECT_THAT(split_command(R"("a\"b\\c\d" 'x\y')"), ElementsAre(R"(a"b\c\d)", R"(x\y)"));
  EXPECT_THAT(split_command("echo $HOME ; * `id` | cat"), ElementsAre("echo", "$HOME", ";", "*", "`id`", "|", "cat"));
  for (const char* bad : {"", "  ", "'a", "\"a", "a\\"}) EXPECT_THROW(split_command(bad), base::Error) << bad;
}

// A program in a folder whose name has a blank.
class CredentialProcess : public testing::Test {
 protected:
  Credentials run(const std::string& script, std::stop_token stop = {}) {
    const auto path = folder.path() / "my keys.sh";
    base::write_file_atomically(path, "#!/bin/sh\n" + script + "\n", 0755);
    return credentials_of_process("'" + path.string() + "' \"$HOME\"", stop);
  }
  std::string complaint_about(const std::string& script) {
    try {
      run(script);
    } catch (const base::Error& error) {
      return error.what();
    }
    ADD_FAILURE() << "there is nothing to complain about";
    return {};
  }

  base::TemporaryFolder folder;
};

TEST_F(CredentialProcess, PrintsKeysAndTheirEnd) {
  const Credentials credentials = run(R"(echo '{"Version": 1, "AccessKeyId": "AK", "SecretAccessKey": "s",'
echo '"SessionToken": "t", "Expiration": "1994-11-06T12:00:00Z"}')");
  EXPECT_EQ(credentials.access_key_id, "AK");
  EXPECT_EQ(credentials.secret_access_key.reveal(), "s");
  EXPECT_EQ(credentials.session_token.reveal(), "t");
  EXPECT_TRUE(credentials.ends);
}

TEST_F(CredentialProcess, HasNoShellBeforeIt) {
  EXPECT_EQ(run(R"(printf '{"Version": 1, "AccessKeyId": "%s", "SecretAccessKey": "s"}' "$1")").access_key_id, "$HOME");
}

TEST_F(CredentialProcess, IsReportedInItsOwnWordsWhenItFails) {
  EXPECT_THAT(complaint_about("echo no login >&2; exit 3"), HasSubstr("exit status 3: no login"));
  EXPECT_THAT(complaint_about("kill -9 $$"), HasSubstr("signal 9"));
}

TEST_F(CredentialProcess, IsNotShownWhenItPrintsSomethingElse) {
  EXPECT_THAT(complaint_about("echo hunter2"), testing::AllOf(HasSubstr("no JSON"), Not(HasSubstr("hunter2"))));
  EXPECT_THAT(complaint_about(R"(echo '{"Version": 2, "AccessKeyId": "AK"}')"), HasSubstr("Version"));
  EXPECT_THAT(complaint_about(R"(echo '{"Version": 1, "AccessKeyId": "AK"}')"), HasSubstr("SecretAccessKey"));
}

TEST_F(CredentialProcess, MayBeMissing) {
  try {
    credentials_of_process("/nowhere/keys", {});
    FAIL() << "there is no such program";
  } catch (const base::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/nowhere/keys"));
  }
}

// Nobody may have waited for a process that has ended.
bool runs(const std::string& process) {
  std::ifstream file("/proc/" + process + "/stat");
  std::string state;
  return std::getline(file, state) && state.find(") Z ") == std::string::npos;
}

TEST_F(CredentialProcess, IsKilledWithItsChildrenOnAStop) {
  std::stop_source stop;
  const auto mark = folder.path() / "began";
  const std::jthread stopper([&] {
    base::poll_until({std::chrono::milliseconds(1), std::chrono::seconds(10)}, {},
                     [&] { return std::filesystem::exists(mark); });
    stop.request_stop();
  });
  const auto begin = base::Clock::now();
  const auto number = folder.path() / "number";
  EXPECT_THROW(run(fmt::format("sleep 50 & printf $! > '{}'; touch '{}'; wait", number.string(), mark.string()),
                   stop.get_token()),
               base::Error);
  EXPECT_LT(base::Clock::now() - begin, std::chrono::seconds(30));
  const std::string child = base::read_file(number);
  EXPECT_TRUE(
      base::poll_until({std::chrono::milliseconds(5), std::chrono::seconds(10)}, {}, [&] { return !runs(child); }));
}

}  // namespace
}  // namespace darbe::aws
