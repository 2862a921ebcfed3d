// Services besides RDS and EC2 only tell more: a run goes on without them.
#pragma once

#include "base/error.h"

namespace darbe::preflight {

// Whether AWS did not answer what was asked: the credentials may not ask, or the service can't be reached from here, as
// from a VPC that has endpoints for RDS and EC2 alone.
bool is_unanswered(const base::Error& error);

}  // namespace darbe::preflight
