#include "figures.h"

#include <algorithm>

#include "base/error.h"

namespace darbe::bench {

double median(std::vector<double> values) {
  DARBE_ASSERT(!values.empty());
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace darbe::bench
