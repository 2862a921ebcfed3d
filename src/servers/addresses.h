// A block of 127.0.0.0/8 that no other process of ours uses while this object lives.
#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include "base/file.h"
#include "base/mutex.h"

namespace darbe::servers {

class AddressBlock {
 public:
  // `wanted` ("127.40.17") is taken if it is free, else another.
  explicit AddressBlock(const std::string& wanted = {});

  const std::string& prefix() const { return prefix_; }
  // An address of the block that nobody was given yet.
  std::string take() EXCLUDES(mutex_);
  // Notes that `address` is in use; false if it is not of this block or was given to somebody.
  bool claim(const std::string& address) EXCLUDES(mutex_);
  void give_back(const std::string& address) EXCLUDES(mutex_);

 private:
  std::string prefix_;
  std::unique_ptr<base::FileLock> lock_;
  base::Mutex mutex_;
  std::set<unsigned> taken_ GUARDED_BY(mutex_);
};

}  // namespace darbe::servers
