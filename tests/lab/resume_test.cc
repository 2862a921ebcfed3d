// The copy in a process of its own that is killed, or loses its link, at the points of the pipeline: the same command
// ends with equal data.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "copy_fixture.h"
#include "servers/process.h"

namespace darbe::copy {
namespace {

// What the child of CopyResume's tests does: this program again, told by its environment where to copy from and to.
mysql::ConnectOptions options_from_environment(const std::string& side) {
  const auto value = [&](const char* name) {
    const char* text = std::getenv(("DARBE_TEST_" + side + name).c_str());
    return std::string(text == nullptr ? "" : text);
  };
  mysql::ConnectOptions options{
      .host = value("_HOST"), .user = value("_USER"), .password = base::Secret(value("_PASSWORD"))};
  options.tls_ca = value("_CA");
  return options;
}

TEST(CopyChild, DISABLED_CopiesAndVerifies) {
  Options options{.frozen = options_from_environment("SOURCE"), .target = options_from_environment("TARGET")};
  options.databases = {"shop"};
  options.jobs = static_cast<unsigned>(std::atoi(std::getenv("DARBE_TEST_JOBS")));
  options.chunk_bytes = 16384;
  Progress progress;
  copy::run(options, progress, {});
  verify::run({.frozen = options.frozen, .target = options.target, .databases = options.databases, .jobs = 2}, progress,
              {});
}

class ResumeFixture : public Fixture {
 protected:
  ResumeFixture() : Fixture(servers::mysql_current) { options.chunk_bytes = 16384; }

  void fill_tables() {
    fill({"CREATE TABLE shop.big (id INT AUTO_INCREMENT PRIMARY KEY, v INT, t VARCHAR(100), KEY v (v), KEY t (t))",
          "INSERT INTO shop.big (v, t) VALUES (1, 'x')"});
    for (int doubling = 0; doubling < 12; ++doubling)
      source.execute("INSERT INTO shop.big (v, t) SELECT v + id, CONCAT(t, id) FROM shop.big");
    fill({"CREATE TABLE shop.keyless (a INT, b INT)", "INSERT INTO shop.keyless SELECT v, id FROM shop.big LIMIT 100",
          "CREATE TABLE shop.counter (id INT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 5000",
          "ANALYZE TABLE shop.big"});
  }

  static void add_environment(std::vector<std::string>& environment, const std::string& side,
                              const mysql::ConnectOptions& options) {
    environment.push_back("DARBE_TEST_" + side + "_HOST=" + options.host);
    environment.push_back("DARBE_TEST_" + side + "_USER=" + options.user);
    environment.push_back("DARBE_TEST_" + side + "_PASSWORD=" + options.password.reveal());
    environment.push_back("DARBE_TEST_" + side + "_CA=" + options.tls_ca);
  }

  // The copy in a process of its own; `fault` is a DARBE_FAULT or empty.
  pid_t start_child(const std::string& fault) {
    servers::Program program{
        .arguments = {"/proc/self/exe", "--gtest_filter=CopyChild.*", "--gtest_also_run_disabled_tests"},
        .output = folder_.path() / "child.log"};
    add_environment(program.environment, "SOURCE", options.frozen);
    add_environment(program.environment, "TARGET", options.target);
    if (!fault.empty()) program.environment.push_back("DARBE_FAULT=" + fault);
    program.environment.push_back(fmt::format("DARBE_TEST_JOBS={}", options.jobs));
    return servers::spawn(program);
  }
  servers::Ending run_child(const std::string& fault) { return servers::wait_for(start_child(fault)); }
  std::string child_log() const { return servers::tail_of(folder_.path() / "child.log", 20); }

  void expect_all_equal() {
    for (const char* table : {"shop.big", "shop.keyless", "shop.counter"}) expect_equal(table);
    EXPECT_EQ(state(options, {}), State::done);
    EXPECT_EQ(verify::state(options.target, {}), verify::State::done);
  }

 private:
  base::TemporaryFolder folder_;
};

class CopyResume : public testing::TestWithParam<std::string>, public ResumeFixture {};

INSTANTIATE_TEST_SUITE_P(
    EachPoint, CopyResume,
    testing::Values("copy.planned", "copy.table_created", "copy.rows_sent", "copy.rows_sent#7", "copy.ledger_written#5",
                    "copy.range_cut", "copy.committed", "copy.committed#6", "copy.indexes_built",
                    "copy.counters_raised", "verify.chunk_read#4", "verify.chunk_marked#4", "verify.table_counted"),
    [](const testing::TestParamInfo<std::string>& point) {
      std::string name = point.param;
      std::replace_if(name.begin(), name.end(), [](unsigned char letter) { return std::isalnum(letter) == 0; }, '_');
      return name;
    });

TEST_P(CopyResume, EndsEqualAfterAKill) {
  fill_tables();
  EXPECT_EQ(run_child(GetParam() + ":kill").text, "signal 9") << child_log();
  EXPECT_TRUE(run_child("").good) << child_log();
  expect_all_equal();
}

TEST_P(CopyResume, GoesOnByItselfAfterALostLink) {
  fill_tables();
  const servers::Ending ending = run_child(GetParam() + ":lose");
  // Only the sessions of a lane or of a verifying thread are opened again; the rest is for the next call.
  const bool in_a_lane = GetParam() != "copy.planned" && GetParam() != "copy.counters_raised";
  EXPECT_EQ(ending.good, in_a_lane) << child_log();
  if (!ending.good) {
    EXPECT_TRUE(run_child("").good) << child_log();
  }
  expect_all_equal();
}

// Bytes that wait to be read at this address (proc(5), /proc/net/tcp).
bool has_unread_bytes(const std::string& address) {
  in_addr number{};
  ::inet_pton(AF_INET, address.c_str(), &number);
  const std::string local = fmt::format("{:08X}:{:04X}", number.s_addr, 3306);
  std::ifstream sockets("/proc/net/tcp");
  for (std::string line; std::getline(sockets, line);) {
    std::istringstream words(line);
    std::string index, here, there, state, queues;
    words >> index >> here >> there >> state >> queues;
    if (here == local && state == "01" && !queues.ends_with(":00000000")) return true;
  }
  return false;
}

class CopyCommit : public testing::Test, public ResumeFixture {
 protected:
  static constexpr base::Poll patience{.every = std::chrono::milliseconds(10), .at_most = std::chrono::minutes(1)};
  std::uint64_t chunks_committed() { return target.number("SELECT COUNT(*) AS n FROM darbe_journal.copy_ledger"); }
};

// The target gets the COMMIT and carries it out; the copy is gone before the answer comes.
TEST_F(CopyCommit, IsLookedUpWhenItsAnswerWasLost) {
  fill_tables();
  options.jobs = 1;
  const pid_t child = start_child("copy.ledger_written#3:pause");
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WSTOPPED | WEXITED | WNOWAIT), 0);
  ASSERT_EQ(info.si_code, CLD_STOPPED) << child_log();
  EXPECT_EQ(chunks_committed(), 2U);
  servers().target.pause();
  ::kill(child, SIGCONT);
  const bool sent = base::poll_until(patience, {}, [&] { return has_unread_bytes(servers().target.address()); });
  ::kill(child, SIGKILL);
  servers::wait_for(child);
  servers().target.resume();
  ASSERT_TRUE(sent);
  EXPECT_TRUE(base::poll_until(patience, {}, [&] { return chunks_committed() == 3; }));
  EXPECT_TRUE(run_child("").good) << child_log();
  expect_all_equal();
}

}  // namespace
}  // namespace darbe::copy
