// Files, read and written whole.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/descriptor.h"

namespace darbe::base {

// Throws: Error{failed} naming the file and the system's reason.
std::string read_file(const std::filesystem::path& path);

// Writes a neighbour, syncs it and renames it over `path`: a reader sees the old text or the new one, never half.
// Throws: Error{failed}.
void write_file_atomically(const std::filesystem::path& path, std::string_view text, int mode = 0644);

// A folder that is removed with its contents when the object goes.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(std::string_view prefix = "darbe");
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// An advisory lock on a file (flock(2)), held while the object lives; the system drops it with the process.
class FileLock {
 public:
  enum class Wait { no, yes };
  // Throws: Error{refused} if somebody else holds it and `wait` is no; Error{failed} if the file can't be made.
  FileLock(const std::filesystem::path& path, Wait wait);

 private:
  Descriptor descriptor_;
};

}  // namespace darbe::base
