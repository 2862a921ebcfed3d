#include <algorithm>
#include <functional>
#include <numeric>

#include <fmt/format.h>

#include "preflight/checks.h"

namespace darbe::preflight {

void StorageNeed::add(const tables::Table& table) {
  data_ += table.data_bytes + table.index_bytes;
  indexes_.push_back(table.index_bytes);
}

double StorageNeed::bytes(unsigned lanes) const {
  std::vector<std::uint64_t> indexes = indexes_;
  // A build sorts a table's keys beside it, and when all rows are there each lane builds.
  const std::size_t builds = std::min<std::size_t>(lanes, indexes.size());
  std::ranges::partial_sort(indexes, indexes.begin() + static_cast<std::ptrdiff_t>(builds), std::ranges::greater());
  indexes.resize(builds);
  // A tenth stays for redo, undo and binlogs.
  return static_cast<double>(std::accumulate(indexes.begin(), indexes.end(), data_)) * 1.1;
}

std::vector<Finding> storage_findings(double needed_bytes, unsigned given_gib) {
  constexpr double gib = 1024.0 * 1024 * 1024;
  if (needed_bytes <= given_gib * gib) return {};
  return {{.text = fmt::format("{} GiB are too little: data, indexes and their largest builds need about {:.1f} GiB",
                               given_gib, needed_bytes / gib),
           .advice = "Give more with --allocated-storage; a volume can't be made smaller later, but grow it can."}};
}

std::vector<Finding> check_storage(const Subject& subject, std::stop_token) {
  StorageNeed need;
  list_copied_tables(subject, [&need](const tables::Table& table) { need.add(table); });
  return storage_findings(need.bytes(subject.lanes),
                          subject.plan.request.allocated_storage_gib.value_or(
                              static_cast<unsigned>(subject.source.allocated_storage.value_or(0))));
}

}  // namespace darbe::preflight
