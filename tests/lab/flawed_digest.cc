#include "flawed_digest.h"

#include <cstdlib>
#include <string>
#include <vector>

#include "tables/digest.h"

// RowHasher::hash as the linker calls it (Itanium C++ ABI, 5.1), and --wrap in damage.cmake.
#define DARBE_HASH                                                                                                  \
  "_ZN5darbe6tables9RowHasher4hashESt4spanIKSt8optionalISt17basic_string_viewIcSt11char_traitsIcEEELm1844674407370" \
  "9551615EE"

namespace darbe::copy {

tables::Digest sound_hash(tables::RowHasher*, mysql::RowView) __asm__("__real_" DARBE_HASH);
tables::Digest hash(tables::RowHasher*, mysql::RowView) __asm__("__wrap_" DARBE_HASH);

namespace {

using tables::Digest;
using tables::RowHasher;

Digest of_each_value(RowHasher* hasher, mysql::RowView row) {
  Digest sum;
  for (std::size_t i = 0; i < row.size(); ++i) sum += sound_hash(hasher, row.subspan(i, 1));
  return sum;
}

Digest without_last_bits(RowHasher* hasher, mysql::RowView row) {
  std::vector<std::string> texts(row.size());
  std::vector<mysql::Value> values(row.size());
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!row[i]) continue;
    texts[i] = *row[i];
    if (!texts[i].empty()) texts[i].back() = static_cast<char>(texts[i].back() & ~1);
    values[i] = texts[i];
  }
  return sound_hash(hasher, values);
}

}  // namespace

Digest hash(RowHasher* hasher, mysql::RowView row) {
  static const char* const set = std::getenv(flaw_variable);
  static const std::string flaw = set == nullptr ? "" : set;
  if (flaw == sees_no_values) return sound_hash(hasher, {});
  if (flaw == forgets_the_row) return of_each_value(hasher, row);
  if (flaw == drops_last_bits) return without_last_bits(hasher, row);
  return sound_hash(hasher, row);
}

}  // namespace darbe::copy
