#include "machine.h"

#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>

#include "base/error.h"

namespace darbe::bench {

namespace {

namespace fs = std::filesystem;

// What stands behind the colon in the first line that begins with `name`.
std::string field(const fs::path& path, const std::string& name) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(name)) continue;
    const std::size_t start = line.find_first_not_of(" \t", line.find(':') + 1);
    return start == std::string::npos ? std::string() : line.substr(start);
  }
  return "unknown";
}

std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// "ext4 on vda, not rotating"
std::string describe_disk(const fs::path& folder) {
  struct stat status{};
  if (::stat(folder.c_str(), &status) != 0) throw base::Error(base::Kind::failed, "can't look at " + folder.string());
  const std::string number = fmt::format("{}:{}", major(status.st_dev), minor(status.st_dev));
  std::string kind = "a file system of unknown kind";
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    const std::size_t separator = line.find(" - ");
    if (line.find(" " + number + " ") > separator) continue;
    kind = line.substr(separator + 3, line.find(' ', separator + 3) - separator - 3);
  }
  const fs::path device = fs::path("/sys/dev/block") / number;
  if (!fs::exists(device)) return kind;
  const fs::path whole = fs::exists(device / "queue") ? device : device / "..";
  const bool rotating = first_line(whole / "queue/rotational") == "1";
  return fmt::format("{} on {}, {}", kind, fs::canonical(device).filename().string(),
                     rotating ? "said to rotate" : "not rotating");
}

}  // namespace

std::vector<std::string> describe_machine(const fs::path& folder) {
  utsname kernel{};
  ::uname(&kernel);
  const double kilobytes = std::stod(field("/proc/meminfo", "MemTotal"));
  return {fmt::format("{} cores: {}", std::thread::hardware_concurrency(), field("/proc/cpuinfo", "model name")),
          fmt::format("{:.1f} GB of memory", kilobytes * 1024 / 1e9), "disk: " + describe_disk(folder),
          fmt::format("{} {}", kernel.sysname, kernel.release)};
}

}  // namespace darbe::bench
