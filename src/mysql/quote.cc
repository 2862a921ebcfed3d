#include "mysql/quote.h"

namespace darbe::mysql {

std::string quote_name(std::string_view name) {
  std::string quoted = "`";
  for (const char letter : name) {
    if (letter == '`') quoted += '`';
    quoted += letter;
  }
  return quoted += '`';
}

std::string quote_name(std::string_view schema, std::string_view table) {
  return quote_name(schema) + "." + quote_name(table);
}

std::string quote_text(std::string_view text) {
  std::string quoted = "'";
  for (const char letter : text) {
    if (letter == '\0') {
      quoted += "\\0";
      continue;
    }
    if (letter == '\'' || letter == '\\') quoted += letter;
    quoted += letter;
  }
  return quoted += '\'';
}

std::string quote_bytes(std::string_view bytes) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string quoted = "X'";
  quoted.reserve(bytes.size() * 2 + 3);
  for (const char letter : bytes) {
    const auto byte = static_cast<unsigned char>(letter);
    quoted += digits[byte >> 4];
    quoted += digits[byte & 15];
  }
  return quoted += '\'';
}

std::string quote_account(std::string_view user, std::string_view host) {
  return quote_text(user) + "@" + quote_text(host);
}

}  // namespace darbe::mysql
