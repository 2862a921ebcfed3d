// A target whose storage fills up in the middle of the copy.
#include <filesystem>

#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file.h"
#include "story/family.h"

namespace darbe::story_test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

constexpr std::uint64_t megabyte = 1 << 20;

// Folders and files: a server that was killed leaves sockets behind.
void copy_files(const fs::path& from, const fs::path& to) {
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    const fs::path there = to / entry.path().lexically_relative(from);
    if (entry.is_directory()) fs::create_directories(there);
    if (entry.is_regular_file()) fs::copy_file(entry.path(), there);
  }
}

// An instance of the lab moved to a file system of its own, so that its disk has an end (PROTOCOL.md, section 5).
class SmallDisk {
 public:
  // Restarts the instance's server. Requires: root.
  SmallDisk(World& world, const std::string& instance, std::uint64_t free_bytes) {
    const fs::path folder = world.lab().folder() / "instances" / world.account().instances.get(instance).resource_id;
    mount_with(0, 1024 * megabyte);
    world.lab().inflict(instance, "kill");
    copy_files(folder, place_.path());
    fs::remove_all(folder);
    fs::create_directory_symlink(place_.path(), folder);
    world.lab().inflict(instance, "start");
    give(free_bytes);
  }

  // So much is free from now on.
  void give(std::uint64_t free_bytes) {
    struct statvfs now{};
    ASSERT_EQ(::statvfs(place_.path().c_str(), &now), 0);
    mount_with(MS_REMOUNT, (now.f_blocks - now.f_bfree) * now.f_frsize + free_bytes);
  }

 private:
  void mount_with(unsigned long flags, std::uint64_t bytes) {
    ASSERT_EQ(::mount("tmpfs", place_.path().c_str(), "tmpfs", flags, fmt::format("size={}", bytes).c_str()), 0);
  }

  // Of its own, so that a constructor that fails unmounts too.
  struct Unmount {
    const fs::path place;
    ~Unmount() { ::umount2(place.c_str(), MNT_DETACH); }
  };

  base::TemporaryFolder place_{"darbe-disk"};
  const Unmount at_the_end_{place_.path()};
};

// As an operator does it: he asks AWS, and the volume grows.
void grow(World& world, const std::string& instance, SmallDisk& disk, std::uint64_t free_bytes) {
  aws::ModifyInstance change;
  change.allocated_storage = *world.account().instances.get(instance).allocated_storage + 10;
  world.account().instances.modify(instance, change);
  disk.give(free_bytes);
}

}  // namespace

template <typename Family>
void Story<Family>::expect_to_wait_for_a_larger_disk() {
  if (::geteuid() != 0)
    GTEST_SKIP() << "nothing is said about a full disk: only root may mount a small one (docs/lab.md)";
  const std::string before = world->inventory();
  mysql::Connection source = world->connect(World::source_id);
  // 22 MB of rows, and four times as much of indexes.
  std::string keys;
  for (int length = 700; length < 720; ++length) keys += fmt::format(", KEY (body({}))", length);
  source.execute("CREATE TABLE mogilefs.heavy (id BIGINT NOT NULL PRIMARY KEY, body TEXT NOT NULL" + keys +
                 ") ENGINE=InnoDB");
  source.execute("INSERT INTO mogilefs.heavy SELECT id, REPEAT(SHA2(id, 256), 50) FROM putio.files");
  source.execute("ANALYZE TABLE mogilefs.heavy");  // so that it is known to be the largest
  const Ended killed = world->darbe(world->setup_arguments("putio26"), {{"DARBE_FAULT", "copy.planned:kill"}});
  ASSERT_EQ(killed.signal, SIGKILL) << killed.text();
  SmallDisk disk(*world, "putio26", 8 * megabyte);

  const auto arguments = world->setup_arguments("putio26", {"--jobs", "1"});
  auto run = world->start(arguments);
  ASSERT_TRUE(run->says("the storage of putio26 is full")) << run->end().text();
  EXPECT_EQ(world->account().instances.get("putio26").status, "storage-full");
  run->signal(SIGINT);
  const Ended left = run->end();
  EXPECT_EQ(left.status, 130) << left.text();
  EXPECT_THAT(left.errors, HasSubstr("--allocated-storage"));
  EXPECT_THAT(left.errors, Not(HasSubstr("Copy: done")));

  // Who stays gets enough for all rows, not for the indexes that are built after them. Such a build most often gives
  // its room back when it fails, and would fail again. Where it doesn't, AWS calls the volume full still, and the run
  // waits.
  run = world->start(arguments, {{"DARBE_FAULT", "copy.committed:pause"}});
  ASSERT_TRUE(run->says("the storage of putio26 is full")) << run->end().text();
  grow(*world, "putio26", disk, 64 * megabyte);
  ASSERT_TRUE(run->pauses()) << run->end().text();
  disk.give(40 * megabyte);
  run->go_on();
  const bool stops = base::poll_until({.every = std::chrono::milliseconds(50), .at_most = std::chrono::seconds(30)}, {},
                                      [&] { return run->has_ended(); });
  if (!stops) run->signal(SIGINT);
  const Ended without_index = run->end();
  EXPECT_EQ(without_index.status, stops ? 1 : 130) << without_index.text();
  EXPECT_THAT(without_index.errors, HasSubstr("the storage of putio26 is full"));
  if (stops) {
    EXPECT_THAT(without_index.errors, HasSubstr("building the indexes of mogilefs.heavy"));
  }

  disk.give(256 * megabyte);
  const Ended ended = world->darbe(world->setup_arguments("putio26"));
  ASSERT_EQ(ended.status, 0) << ended.text();
  EXPECT_THAT(ended.errors, Not(HasSubstr("was copied again")));
  expect_equal("putio26");
  expect_undo("putio26", before);
  source.execute("DROP TABLE mogilefs.heavy");
}

namespace {

// Not on 5.6, which gives no room back when rows are rolled back: its instance stays storage-full, and the next command
// stops before it copies. That the copy goes on there, BadInput.StopsWhereTheTargetIsFullAndGoesOnWithMore shows.
TEST_F(StoryMySql, WaitsOrStopsWhenTheTargetsDiskIsFullAndGoesOnWithMore) { expect_to_wait_for_a_larger_disk(); }
TEST_F(StoryMariaDb, WaitsOrStopsWhenTheTargetsDiskIsFullAndGoesOnWithMore) { expect_to_wait_for_a_larger_disk(); }

}  // namespace
}  // namespace darbe::story_test
