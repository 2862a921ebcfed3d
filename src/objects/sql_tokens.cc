#include "objects/sql_tokens.h"

#include <algorithm>
#include <cctype>

#include "base/error.h"

namespace darbe::objects {

namespace {

bool is_word_byte(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return std::isalnum(value) != 0 || byte == '_' || byte == '$' || value >= 0x80;
}

bool same_word(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
    return std::toupper(static_cast<unsigned char>(a)) == std::toupper(static_cast<unsigned char>(b));
  });
}

// One past the closing quote; doubled quotes are inside, and backslashes escape in strings only.
std::size_t end_of_quoted(std::string_view text, std::size_t begin) {
  const char quote = text[begin];
  for (std::size_t i = begin + 1; i < text.size(); ++i) {
    if (text[i] == '\\' && quote != '`') {
      ++i;
    } else if (text[i] == quote) {
      if (i + 1 < text.size() && text[i + 1] == quote)
        ++i;
      else
        return i + 1;
    }
  }
  return text.size();
}

std::size_t end_of_line(std::string_view text, std::size_t begin) {
  const std::size_t end = text.find('\n', begin);
  return end == std::string_view::npos ? text.size() : end + 1;
}

// Where a blank or a comment that starts at `begin` ends; `begin` itself where there is none.
std::size_t end_of_gap(std::string_view text, std::size_t begin) {
  const std::string_view rest = text.substr(begin);
  if (std::isspace(static_cast<unsigned char>(rest[0])) != 0) return begin + 1;
  if (rest[0] == '#' || rest.starts_with("-- ") || rest.starts_with("--\n")) return end_of_line(text, begin);
  if (!rest.starts_with("/*")) return begin;
  const std::size_t end = text.find("*/", begin + 2);
  return end == std::string_view::npos ? text.size() : end + 2;
}

Token token_at(std::string_view text, std::size_t begin) {
  const char first = text[begin];
  if (first == '`') return {Token::Kind::name, begin, end_of_quoted(text, begin)};
  if (first == '\'' || first == '"') return {Token::Kind::string, begin, end_of_quoted(text, begin)};
  if (!is_word_byte(first)) return {Token::Kind::symbol, begin, begin + 1};
  std::size_t end = begin;
  while (end < text.size() && is_word_byte(text[end])) ++end;
  return {Token::Kind::word, begin, end};
}

// One past the last token of the list of roles that begins at `first`: account[, account]…
std::size_t end_of_roles(std::string_view text, const std::vector<Token>& tokens, std::size_t first) {
  std::size_t i = first;
  while (i < tokens.size() && (tokens[i].kind != Token::Kind::word || same_word(tokens[i].text(text), "ALL") ||
                               same_word(tokens[i].text(text), "NONE")))
    ++i;
  return i;
}

// How many tokens the status clause at `first` has; 0 if there is none.
std::size_t length_of_event_status(std::string_view text, const std::vector<Token>& tokens, std::size_t first) {
  if (words_at(text, tokens, first, {"DISABLE", "ON", "SLAVE"})) return 3;
  if (words_at(text, tokens, first, {"DISABLE", "ON", "REPLICA"})) return 3;
  if (words_at(text, tokens, first, {"DISABLE"}) || words_at(text, tokens, first, {"ENABLE"})) return 1;
  return 0;
}

std::string with_replaced(std::string_view text, std::size_t begin, std::size_t end, std::string_view by) {
  return std::string(text.substr(0, begin)).append(by).append(text.substr(end));
}

}  // namespace

std::vector<Token> tokens_of(std::string_view statement) {
  std::vector<Token> tokens;
  for (std::size_t i = 0; i < statement.size();) {
    const std::size_t gap_end = end_of_gap(statement, i);
    if (gap_end > i) {
      i = gap_end;
      continue;
    }
    tokens.push_back(token_at(statement, i));
    i = tokens.back().end;
  }
  return tokens;
}

bool words_at(std::string_view statement, const std::vector<Token>& tokens, std::size_t first,
              const std::vector<std::string_view>& words) {
  if (first + words.size() > tokens.size()) return false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Token& token = tokens[first + i];
    if (token.kind != Token::Kind::word || !same_word(token.text(statement), words[i])) return false;
  }
  return true;
}

std::string without_default_role(std::string_view create_user) {
  const std::vector<Token> tokens = tokens_of(create_user);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!words_at(create_user, tokens, i, {"DEFAULT", "ROLE"})) continue;
    const std::size_t last = end_of_roles(create_user, tokens, i + 2);
    const std::size_t end = last < tokens.size() ? tokens[last].begin : create_user.size();
    return with_replaced(create_user, tokens[i].begin, end, "");
  }
  return std::string(create_user);
}

std::string with_event_status(std::string_view create_event, std::string_view status) {
  const std::vector<Token> tokens = tokens_of(create_event);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    std::size_t first = i;
    if (words_at(create_event, tokens, i, {"ON", "COMPLETION", "PRESERVE"})) first = i + 3;
    if (words_at(create_event, tokens, i, {"ON", "COMPLETION", "NOT", "PRESERVE"})) first = i + 4;
    if (first == i) continue;
    const std::size_t length = length_of_event_status(create_event, tokens, first);
    if (length == 0) break;
    return with_replaced(create_event, tokens[first].begin, tokens[first + length - 1].end, status);
  }
  throw base::Error(base::Kind::failed, "SHOW CREATE EVENT shows no status after ON COMPLETION");
}

Token comment_of(std::string_view create) {
  const std::vector<Token> tokens = tokens_of(create);
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i)
    if (words_at(create, tokens, i, {"COMMENT"}) && tokens[i + 1].kind == Token::Kind::string) return tokens[i + 1];
  throw base::Error(base::Kind::failed, "SHOW CREATE shows no comment where there is one");
}

}  // namespace darbe::objects
