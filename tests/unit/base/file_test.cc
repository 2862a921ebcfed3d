#include "base/file.h"

#include <fstream>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/error.h"

namespace darbe::base {
namespace {

using testing::HasSubstr;

// The text of the error that `work` ends with.
template <typename Work>
std::string complaint_of(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return {};
}

std::size_t count_files(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
}

TEST(File, IsReadAsItWasWritten) {
  const TemporaryFolder folder;
  const std::string text("line\n\0byte \xff", 12);
  write_file_atomically(folder.path() / "f", text);
  EXPECT_EQ(read_file(folder.path() / "f"), text);
  write_file_atomically(folder.path() / "f", "");
  EXPECT_EQ(read_file(folder.path() / "f"), "");
}

TEST(File, LeavesNoNeighbourBehind) {
  const TemporaryFolder folder;
  write_file_atomically(folder.path() / "f", "one");
  write_file_atomically(folder.path() / "f", "two");
  EXPECT_EQ(count_files(folder.path()), 1u);
  EXPECT_THROW(write_file_atomically(folder.path(), "a folder is in the way"), Error);
  EXPECT_EQ(count_files(folder.path()), 1u);
}

TEST(File, HasTheModeAskedFor) {
  const TemporaryFolder folder;
  write_file_atomically(folder.path() / "secret", "s", 0600);
  struct stat status{};
  ASSERT_EQ(::stat((folder.path() / "secret").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
}

TEST(File, ThatCannotBeReadIsNamedWithTheReason) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "none").string();
  EXPECT_THAT(complaint_of([&] { read_file(path); }), HasSubstr(path + ": No such file"));
  EXPECT_THAT(complaint_of([&] { write_file_atomically(path + "/f", "x"); }), HasSubstr(path));
}

TEST(File, ThatIsAFolderCannotBeRead) {
  const TemporaryFolder folder;
  EXPECT_THROW(read_file(folder.path()), Error);
}

TEST(TemporaryFolder, GoesWithWhatIsInIt) {
  std::filesystem::path path;
  {
    const TemporaryFolder folder("darbe-test");
    path = folder.path();
    std::filesystem::create_directories(path / "a" / "b");
    write_file_atomically(path / "a" / "b" / "f", "x");
    EXPECT_THAT(path.filename().string(), testing::StartsWith("darbe-test-"));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(FileLock, IsHeldByOneAtATime) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "lock";
  {
    const FileLock held(path, FileLock::Wait::no);
    try {
      const FileLock second(path, FileLock::Wait::no);
      FAIL() << "both hold it";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Kind::refused);
      EXPECT_THAT(error.what(), HasSubstr(path.string()));
    }
  }
  const FileLock again(path, FileLock::Wait::no);
}

TEST(FileLock, StaysWithTheObjectItIsMovedTo) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "lock";
  auto held = std::make_unique<FileLock>(path, FileLock::Wait::no);
  const FileLock moved(std::move(*held));
  held.reset();
  EXPECT_THROW(FileLock(path, FileLock::Wait::no), Error);
}

TEST(FileLock, IsWaitedForWhenAsked) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "lock";
  auto held = std::make_unique<FileLock>(path, FileLock::Wait::no);
  auto waiting = std::async(std::launch::async, [&path] { FileLock(path, FileLock::Wait::yes); });
  EXPECT_EQ(waiting.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  held.reset();
  waiting.get();
}

}  // namespace
}  // namespace darbe::base
