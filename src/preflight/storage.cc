#include <algorithm>

#include <fmt/format.h>

#include "preflight/checks.h"

namespace darbe::preflight {

double storage_needed_bytes(const std::vector<tables::Table>& copied) {
  std::uint64_t data = 0, largest = 0;
  for (const tables::Table& table : copied) {
    data += table.data_bytes + table.index_bytes;
    largest = std::max(largest, table.index_bytes);
  }
  // Index builds sort the largest table's keys beside it; a tenth stays for redo, undo and binlogs.
  return static_cast<double>(data + largest) * 1.1;
}

std::vector<Finding> check_storage(const Subject& subject, std::stop_token) {
  const double needed = storage_needed_bytes(copied_tables(subject));
  const auto gib = subject.plan.request.allocated_storage_gib.value_or(
      static_cast<unsigned>(subject.source.allocated_storage.value_or(0)));
  const double given = static_cast<double>(gib) * 1024 * 1024 * 1024;
  if (needed <= given) return {};
  return {{.text = fmt::format("{} GiB are too little: data, indexes and their largest build need about {:.1f} GiB",
                               gib, needed / 1024 / 1024 / 1024),
           .advice = "Give more with --allocated-storage; a volume can't be made smaller later, but grow it can."}};
}

}  // namespace darbe::preflight
