// The real servers by themselves: each kind starts, answers over TLS, survives a kill, and dies with its parent.
#include <fstream>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "marked_processes.h"
#include "servers/process.h"
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

TEST_P(ServersSuite, AreNotWaitedForWhereAnAnswerHasALimit) {
  TestServer server({.kind = GetParam()});
  mysql::ConnectOptions options = server.connect_options();
  mysql::Connection patient(options, {});
  options.answer_timeout = 1s;
  mysql::Connection connection(options, {});
  EXPECT_EQ(connection.number("SELECT SLEEP(0.3)"), 0U);
  server.pause();
  try {
    connection.query("SELECT 1", "asking");
    ADD_FAILURE() << "a server that stands still answered";
  } catch (const mysql::ServerError& error) {
    EXPECT_EQ(error.kind(), base::Kind::transient);
    EXPECT_THAT(error.what(), testing::HasSubstr("nor is an answer waited for longer than 1 s"));
  }
  EXPECT_FALSE(connection.usable());
  server.resume();
  EXPECT_EQ(patient.number("SELECT SLEEP(2)"), 0U);
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

// To read of one that ends between two calls fails, and then it does not run.
TEST(Programs, MayEndWhileTheyAreLookedFor) {
  const lab_test::MarkedProcesses processes;
  std::vector<std::jthread> starters;
  for (int i = 0; i < 4; ++i) {
    starters.emplace_back([](const std::stop_token& stop) {
      while (!stop.stop_requested()) wait_for(spawn({.arguments = {"true"}, .output = "/dev/null"}));
    });
  }
  int seen = 0;
  for (int look = 0; look < 200; ++look)  // under ASan each takes a second where the machine is busy
    if (!processes.running("true").empty()) ++seen;
  EXPECT_GT(seen, 0);
}

// What package tools do: children, one of them in a session of its own, and one that lost its parent.
Program with_descendants(const base::TemporaryFolder& folder, const std::string& then) {
  const std::string script = fmt::format("setsid sleep 1000 & (sleep 1000 & ) ; sleep 1000 & touch {}/started; {}",
                                         folder.path().string(), then);
  return {.arguments = {"sh", "-c", script}, .output = folder.path() / "output"};
}

bool started(const base::TemporaryFolder& folder) {
  const auto is_there = [&] { return std::filesystem::exists(folder.path() / "started"); };
  return base::poll_until({.every = 10ms, .at_most = 30s}, {}, is_there);
}

void expect_none(const lab_test::MarkedProcesses& processes) {
  EXPECT_TRUE(base::poll_until({.every = 10ms, .at_most = 10s}, {}, [&] { return processes.running("sleep").empty(); }))
      << processes.running();
}

TEST(ServersLife, EndsAllThatAProgramStartedWhenItsParentIsKilled) {
  const lab_test::MarkedProcesses processes;
  const base::TemporaryFolder folder;
  const pid_t parent = ::fork();
  ASSERT_GE(parent, 0);
  if (parent == 0) {
    run(with_descendants(folder, "wait"), {});
    ::_exit(1);
  }
  const bool ready = started(folder);
  EXPECT_NE(processes.running("sleep"), "");
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  ASSERT_TRUE(ready);
  expect_none(processes);
}

// Apart from the tests above, which fork before this process has a thread that starts programs.
TEST(Programs, EndWithAllThatTheyStartedOnAStop) {
  const lab_test::MarkedProcesses processes;
  const base::TemporaryFolder folder;
  std::stop_source stop;
  std::jthread stopping([&] {
    EXPECT_TRUE(started(folder));
    EXPECT_NE(processes.running("sleep"), "");
    stop.request_stop();
  });
  try {
    run(with_descendants(folder, "wait"), stop.get_token());
    ADD_FAILURE() << "it was not stopped";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::Kind::interrupted);
  }
  EXPECT_EQ(processes.running("sleep"), "");
}

TEST(Programs, LeaveNothingBehindAndTellHowTheyEnded) {
  const lab_test::MarkedProcesses processes;
  const base::TemporaryFolder folder;
  run(with_descendants(folder, "exit 0"), {});
  EXPECT_EQ(processes.running("sleep"), "");
  const auto failure_of = [&](const Program& program) -> std::string {
    try {
      run(program, {});
    } catch (const base::Error& error) {
      return error.what();
    }
    return "none";
  };
  EXPECT_THAT(failure_of(with_descendants(folder, "echo no such suite; exit 3")),
              testing::AllOf(testing::HasSubstr("exit status 3"), testing::HasSubstr("no such suite")));
  EXPECT_THAT(failure_of(with_descendants(folder, "kill -9 $$")), testing::HasSubstr("exit status 137"));
  EXPECT_THAT(failure_of({.arguments = {"no-such-program"}, .output = folder.path() / "output"}),
              testing::HasSubstr("can't start no-such-program"));
  EXPECT_EQ(processes.running("sleep"), "");
}

}  // namespace
}  // namespace darbe::servers
