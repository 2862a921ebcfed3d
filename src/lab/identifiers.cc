#include "lab/identifiers.h"

#include <fmt/format.h>

#include "base/random.h"

namespace darbe::lab {

std::string new_uuid() {
  const std::string hex = base::random_hex(16);
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4), hex.substr(16, 4),
                     hex.substr(20));
}

}  // namespace darbe::lab
