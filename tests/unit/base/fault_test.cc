// Each test breaks a process of its own: the order is read from the environment once.
#include "base/fault.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

namespace darbe::fault {
namespace {

#ifdef DARBE_FAULT_POINTS

// Passes "copy.commit" three times under the given order. Exits with 10 + the passing that threw, or 0.
[[noreturn]] void pass_three_times(const char* order, const std::string& log = {}) {
  ::setenv("DARBE_FAULT", order, 1);
  if (!log.empty()) ::setenv("DARBE_FAULT_LOG", log.c_str(), 1);
  for (int passing = 1; passing <= 3; ++passing) {
    try {
      point<"copy.begin">();
      point<"copy.commit">();
    } catch (const base::Error& error) {
      ::_exit((error.kind() == base::Kind::transient ? 10 : 20) + passing);
    }
  }
  ::_exit(0);
}

TEST(FaultPointDeathTest, KillsTheProcess) {
  EXPECT_EXIT(pass_three_times("copy.commit:kill"), testing::KilledBySignal(SIGKILL),
              "fault point copy.commit: kill\n");
}

TEST(FaultPointDeathTest, StopsTheProcess) {
  EXPECT_EXIT(pass_three_times("copy.commit:stop"), testing::KilledBySignal(SIGINT), "");
}

TEST(FaultPointDeathTest, PausesTheProcess) {
  const pid_t child = ::fork();
  if (child == 0) pass_three_times("copy.commit#2:pause");
  int how = 0;
  ASSERT_EQ(::waitpid(child, &how, WUNTRACED), child);
  EXPECT_TRUE(WIFSTOPPED(how));
  ::kill(child, SIGCONT);
  ASSERT_EQ(::waitpid(child, &how, 0), child);
  EXPECT_TRUE(WIFEXITED(how) && WEXITSTATUS(how) == 0);
}

TEST(FaultPointDeathTest, BreaksAtThePassingAskedFor) {
  EXPECT_EXIT(pass_three_times("copy.commit:lose"), testing::ExitedWithCode(11), "");
  EXPECT_EXIT(pass_three_times("copy.commit#3:lose"), testing::ExitedWithCode(13), "");
  EXPECT_EXIT(pass_three_times("copy.commit#2:fail"), testing::ExitedWithCode(22), "");
  EXPECT_EXIT(pass_three_times("copy.commit#4:fail"), testing::ExitedWithCode(0), "");
}

TEST(FaultPointDeathTest, LeavesOtherPointsAlone) {
  EXPECT_EXIT(pass_three_times("copy.comm:kill"), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(pass_three_times(""), testing::ExitedWithCode(0), "");
}

TEST(FaultPointDeathTest, LogsEachPassing) {
  const base::TemporaryFolder folder;
  const std::string log = (folder.path() / "log").string();
  EXPECT_EXIT(pass_three_times("", log), testing::ExitedWithCode(0), "");
  EXPECT_EQ(base::read_file(log),
            "copy.begin\ncopy.commit\ncopy.begin#2\ncopy.commit#2\ncopy.begin#3\ncopy.commit#3\n");
}

#else

TEST(FaultPoint, IsNotThereInReleases) {
  ::setenv("DARBE_FAULT", "copy.commit:kill", 1);
  point<"copy.commit">();
}

#endif

}  // namespace
}  // namespace darbe::fault
