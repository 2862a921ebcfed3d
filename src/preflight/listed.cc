#include "preflight/listed.h"

#include <algorithm>

#include <fmt/format.h>

#include "mysql/quote.h"

namespace darbe::preflight {

constexpr std::size_t names_shown_max = 5;

std::string first_of(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), names_shown_max); ++i)
    text += fmt::format("{}{}", i == 0 ? "" : ", ", names[i]);
  return names.size() > names_shown_max ? fmt::format("{} and {} more", text, names.size() - names_shown_max) : text;
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + mysql::quote_text(name);
  return text;
}

}  // namespace darbe::preflight
