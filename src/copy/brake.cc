#include "copy/brake.h"

#include <algorithm>

namespace darbe::copy {

unsigned Brake::limit(unsigned lanes, double full) {
  const unsigned working = limit(lanes);
  if (full >= levels_.too_full)
    allowed_ = std::max(1U, working / 2);
  else if (full < levels_.free_enough && allowed_)
    allowed_ = 2 * working;
  if (allowed_ && *allowed_ >= lanes && full < levels_.too_full) allowed_.reset();
  return limit(lanes);
}

}  // namespace darbe::copy
