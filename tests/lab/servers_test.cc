// The real servers by themselves: each kind starts, answers over TLS, survives a kill, and dies with its parent.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "servers/test_server.h"

namespace darbe::servers {
namespace {

using namespace std::chrono_literals;

class ServersSuite : public testing::TestWithParam<std::string_view> {};

INSTANTIATE_TEST_SUITE_P(EachKind, ServersSuite, testing::Values(mysql_current, mysql_old, mariadb),
                         [](const auto& kind) {
                           std::string name(kind.param);
                           std::erase_if(name,
                                         [](char letter) { return !std::isalnum(static_cast<unsigned char>(letter)); });
                           return name;
                         });

TEST_P(ServersSuite, KeepsCommittedRowsThroughAKill) {
  TestServer server({.kind = GetParam(), .arguments = {"--log-bin=binlog", "--server-id=7"}});
  {
    mysql::Connection connection(server.connect_options(), {});
    EXPECT_EQ(connection.value("SELECT @@log_bin"), "1");
    EXPECT_EQ(connection.flavor().has_tls(),
              !connection.query("SHOW STATUS LIKE 'Ssl_cipher'").text(0, "Value").empty());
    connection.execute("CREATE DATABASE kept");
    connection.execute("CREATE TABLE kept.numbers (n INT PRIMARY KEY) ENGINE=InnoDB");
    connection.execute("INSERT INTO kept.numbers VALUES (1), (2)");
  }
  server.kill();
  EXPECT_THROW(mysql::Connection(server.connect_options(), {}), mysql::ServerError);
  server.start();
  mysql::Connection connection(server.connect_options(), {});
  EXPECT_EQ(connection.number("SELECT COUNT(*) FROM kept.numbers"), 2U);
}

// mysqld leaves its number beside its socket when it is killed, and by then that may be anybody's.
TEST_P(ServersSuite, StartsAgainThoughItsOldNumberIsAnothersNow) {
  TestServer server({.kind = GetParam()});
  TestServer another({.kind = GetParam()});
  server.kill();
  std::ofstream(server.socket().string() + ".lock") << another.server().process() << "\n";
  server.start();
  EXPECT_EQ(mysql::Connection(server.connect_options(), {}).value("SELECT 1"), "1");
}

// Each MariaDB that starts removes the temporary files of others in its tmpdir.
TEST_P(ServersSuite, KeepsItsTemporaryFilesToItself) {
  TestServer server({.kind = GetParam()});
  mysql::Connection connection(server.connect_options(), {});
  EXPECT_EQ(connection.value("SELECT @@tmpdir"), (server.data().parent_path() / "tmp").string());
}

// A bad option: what the server itself says about it must reach the reader.
TEST_P(ServersSuite, TellsWhyAServerDoesNotStart) {
  try {
    TestServer server({.kind = GetParam(), .arguments = {"--no-such-option=1"}});
    FAIL() << "it started";
  } catch (const base::Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("no-such-option"));
  }
}

TEST(ServersLife, EndsWithItsParentEvenByKill) {
  const base::TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "pid";
  const pid_t parent = ::fork();
  ASSERT_GE(parent, 0);
  if (parent == 0) {
    ::setenv("TMPDIR", folder.path().c_str(), 1);  // what it leaves behind goes with ours
    TestServer server({.kind = mariadb});
    base::write_file_atomically(file, std::to_string(server.server().process()));
    for (;;) ::pause();
  }
  const bool started =
      base::poll_until({.every = 20ms, .at_most = 60s}, {}, [&] { return std::filesystem::exists(file); });
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  ASSERT_TRUE(started);
  const pid_t server = std::stoi(base::read_file(file));
  EXPECT_TRUE(base::poll_until({.every = 20ms, .at_most = 10s}, {}, [&] {
    std::ifstream state("/proc/" + std::to_string(server) + "/stat");
    std::string text;
    return !std::getline(state, text) || text.find(") Z ") != std::string::npos;
  }));
}

}  // namespace
}  // namespace darbe::servers
