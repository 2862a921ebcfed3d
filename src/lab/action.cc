#include "lab/action.h"

namespace darbe::lab {

bool changes_something(std::string_view action) {
  return !action.starts_with("Describe") && !action.starts_with("List") && !action.starts_with("Get");
}

}  // namespace darbe::lab
