// Identifiers, literals and accounts as SQL text.
#pragma once

#include <string>
#include <string_view>

namespace darbe::mysql {

// `na``me`
std::string quote_name(std::string_view name);
// `schema`.`table`
std::string quote_name(std::string_view schema, std::string_view table);
// 'it''s' with backslashes doubled. For sessions without NO_BACKSLASH_ESCAPES, which ours never have.
std::string quote_text(std::string_view text);
// X'6162': any bytes, in any character set.
std::string quote_bytes(std::string_view bytes);
// 'user'@'host'
std::string quote_account(std::string_view user, std::string_view host);

}  // namespace darbe::mysql
