// A statement that a server printed (SHOW CREATE …), cut into tokens, so that a clause can be found without being
// fooled by names, strings and comments.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace darbe::objects {

struct Token {
  enum class Kind { word, name, string, symbol };  // name: in backticks
  Kind kind = Kind::symbol;
  std::size_t begin = 0;
  std::size_t end = 0;  // one past the last byte

  std::string_view text(std::string_view statement) const { return statement.substr(begin, end - begin); }
};

// Comments and blanks are no tokens. Numbers, 0x… and keywords are words. An unclosed quote goes to the end.
std::vector<Token> tokens_of(std::string_view statement);

// Whether the tokens from `first` on are exactly these words, in any case.
bool words_at(std::string_view statement, const std::vector<Token>& tokens, std::size_t first,
              const std::vector<std::string_view>& words);

// "CREATE USER … DEFAULT ROLE `a`@`%`,`b`@`%` REQUIRE …" without the DEFAULT ROLE clause.
std::string without_default_role(std::string_view create_user);

// "CREATE … EVENT … ON COMPLETION [NOT] PRESERVE ENABLE …" with another word in the place of ENABLE, DISABLE, DISABLE
// ON SLAVE or DISABLE ON REPLICA. Throws: Error{failed} if there is no such clause.
std::string with_event_status(std::string_view create_event, std::string_view status);

// The first string that follows the word COMMENT. Requires: the statement has one outside of its body.
Token comment_of(std::string_view create);

}  // namespace darbe::objects
