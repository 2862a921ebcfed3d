#include "preflight/unanswered.h"

#include "aws/error.h"

namespace darbe::preflight {

bool is_unanswered(const base::Error& error) {
  const auto* said = dynamic_cast<const aws::ApiError*>(&error);
  return error.kind() == base::Kind::transient || (said != nullptr && said->meaning() == aws::Meaning::access_denied);
}

}  // namespace darbe::preflight
