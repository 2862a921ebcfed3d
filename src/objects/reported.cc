#include "objects/reported.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace darbe::objects {

std::string not_there(const std::string& thing, const std::string& reason) {
  return thing + " is not on the target" + (reason.empty() ? "" : ": " + reason);
}

bool is_reported(const std::vector<std::string>& sentences, const std::string& beginning) {
  return std::any_of(sentences.begin(), sentences.end(),
                     [&](const std::string& sentence) { return sentence.starts_with(beginning); });
}

std::string first_of(std::vector<std::string> names) {
  constexpr std::size_t shown_max = 3;
  if (names.size() > shown_max) {
    names.resize(shown_max);
    names.emplace_back("…");
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace darbe::objects
