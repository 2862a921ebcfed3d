#include "objects/reported.h"

#include <algorithm>

namespace darbe::objects {

std::string not_there(const std::string& thing, const std::string& reason) {
  return thing + " is not on the target" + (reason.empty() ? "" : ": " + reason);
}

bool is_reported(const std::vector<std::string>& sentences, const std::string& beginning) {
  return std::any_of(sentences.begin(), sentences.end(),
                     [&](const std::string& sentence) { return sentence.starts_with(beginning); });
}

}  // namespace darbe::objects
