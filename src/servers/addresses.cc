#include "servers/addresses.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/random.h"
#include "servers/install.h"

namespace darbe::servers {

namespace {

using base::Error;
using base::Kind;

std::unique_ptr<base::FileLock> try_lock(const std::string& prefix) {
  const std::filesystem::path folder = cache_folder() / "addresses";
  std::filesystem::create_directories(folder);
  try {
    return std::make_unique<base::FileLock>(folder / prefix, base::FileLock::Wait::no);
  } catch (const Error& error) {
    if (error.kind() != Kind::refused) throw;
    return nullptr;
  }
}

std::string random_prefix() {
  // 127.0 and 127.255 are left to others: name servers and the like live there.
  const auto second = 1 + static_cast<int>(base::random_fraction() * 254);
  const auto third = static_cast<int>(base::random_fraction() * 256);
  return fmt::format("127.{}.{}", second, third);
}

}  // namespace

AddressBlock::AddressBlock(const std::string& wanted) : prefix_(wanted) {
  if (!prefix_.empty()) lock_ = try_lock(prefix_);
  for (int tries = 0; lock_ == nullptr && tries < 100; ++tries) {
    prefix_ = random_prefix();
    lock_ = try_lock(prefix_);
  }
  if (lock_ == nullptr) throw Error(Kind::failed, "found no free block of loopback addresses in 100 tries");
}

std::string AddressBlock::take() {
  const base::MutexLock lock(mutex_);
  // The highest is left out, and 0: they look like a network's own.
  for (unsigned last = 1; last < 255; ++last) {
    if (taken_.insert(last).second) return fmt::format("{}.{}", prefix_, last);
  }
  throw Error(Kind::failed, fmt::format("all addresses of {}.0/24 are in use", prefix_));
}

bool AddressBlock::claim(const std::string& address) {
  if (!address.starts_with(prefix_ + ".")) return false;
  const base::MutexLock lock(mutex_);
  return taken_.insert(static_cast<unsigned>(std::stoul(address.substr(prefix_.size() + 1)))).second;
}

void AddressBlock::give_back(const std::string& address) {
  if (!address.starts_with(prefix_ + ".")) return;
  const base::MutexLock lock(mutex_);
  taken_.erase(static_cast<unsigned>(std::stoul(address.substr(prefix_.size() + 1))));
}

}  // namespace darbe::servers
