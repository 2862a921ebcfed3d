#include "base/file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/error.h"
#include "base/random.h"

namespace darbe::base {

namespace {

[[noreturn]] void throw_errno(std::string_view what, const std::filesystem::path& path) {
  const int number = errno;
  throw Error(Kind::failed, fmt::format("{} {}: {}", what, path.string(), std::strerror(number)));
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw_errno("can't read", path);
  std::string text;
  char block[1 << 14];
  while (file.read(block, sizeof block) || file.gcount() > 0)
    text.append(block, static_cast<std::size_t>(file.gcount()));
  if (file.bad()) throw_errno("can't read", path);
  return text;
}

void write_file_atomically(const std::filesystem::path& path, std::string_view text, int mode) {
  std::filesystem::path neighbour = path;
  neighbour += "." + random_hex(4) + ".new";
  const int descriptor = ::open(neighbour.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, static_cast<mode_t>(mode));
  if (descriptor < 0) throw_errno("can't create", neighbour);
  std::size_t written = 0;
  bool good = true;
  while (good && written < text.size()) {
    const ssize_t count = ::write(descriptor, text.data() + written, text.size() - written);
    if (count < 0 && errno == EINTR) continue;
    good = count > 0;
    if (good) written += static_cast<std::size_t>(count);
  }
  good = good && ::fsync(descriptor) == 0;
  good = ::close(descriptor) == 0 && good;
  if (!good || ::rename(neighbour.c_str(), path.c_str()) != 0) {
    const int number = errno;
    ::unlink(neighbour.c_str());
    errno = number;
    throw_errno("can't write", path);
  }
}

TemporaryFolder::TemporaryFolder(std::string_view prefix) {
  std::string pattern = (std::filesystem::temp_directory_path() / (std::string(prefix) + "-XXXXXX")).string();
  if (::mkdtemp(pattern.data()) == nullptr) throw_errno("can't create", pattern);
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;  // a folder left behind in /tmp harms nobody
  std::filesystem::remove_all(path_, ignored);
}

FileLock::FileLock(const std::filesystem::path& path, Wait wait)
    : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
  if (!descriptor_.good()) throw_errno("can't open", path);
  if (::flock(descriptor_.get(), LOCK_EX | (wait == Wait::no ? LOCK_NB : 0)) != 0) {
    if (errno == EWOULDBLOCK) throw Error(Kind::refused, fmt::format("{} is locked by another process", path.string()));
    throw_errno("can't lock", path);
  }
}

}  // namespace darbe::base
