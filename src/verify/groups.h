// A chunk's rows in groups by their key's hash, and the groups' digests: what differs is in few of them.
#pragma once

#include <cstddef>
#include <vector>

#include "tables/digest.h"

namespace darbe::verify {

// Many, so that a differing group holds few rows that are the same.
constexpr std::size_t groups_count = 1 << 16;

// One side's digests: a MiB.
class Groups {
 public:
  static std::size_t of(tables::RowHasher& hasher, mysql::RowView key) { return hasher.hash(key).low % groups_count; }

  void add(std::size_t group, const tables::Digest& row) { digests_[group] += row; }
  // By group, whether it is another one on the other side.
  std::vector<bool> differing_from(const Groups& other) const {
    std::vector<bool> differ(groups_count);
    for (std::size_t group = 0; group < groups_count; ++group) differ[group] = digests_[group] != other.digests_[group];
    return differ;
  }

 private:
  std::vector<tables::Digest> digests_ = std::vector<tables::Digest>(groups_count);
};

// Of those that differ no more is looked at.
constexpr std::size_t rows_kept_max = 1000;
constexpr std::size_t bytes_kept_max = 16 << 20;

}  // namespace darbe::verify
