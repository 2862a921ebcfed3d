#include "tables/create_statement.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include <fmt/format.h>

#include "base/error.h"

namespace darbe::tables {

namespace {

using base::Error;
using base::Kind;

// The place after the quoted text that begins at `start`.
std::size_t after_quoted(std::string_view text, std::size_t start) {
  const char quote = text[start];
  for (std::size_t i = start + 1; i < text.size(); ++i) {
    if (text[i] == '\\' && quote != '`') {
      ++i;
    } else if (text[i] == quote) {
      if (i + 1 >= text.size() || text[i + 1] != quote) return i + 1;
      ++i;
    }
  }
  return text.size();
}

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

bool opens_quote(char letter) { return letter == '\'' || letter == '"' || letter == '`'; }

// Calls `visit(place)` for each character outside of quotes, until it says stop.
template <typename Visit>
void scan(std::string_view text, std::size_t start, const Visit& visit) {
  for (std::size_t i = start; i < text.size();) {
    if (opens_quote(text[i])) {
      i = after_quoted(text, i);
      continue;
    }
    if (!visit(i)) return;
    ++i;
  }
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

struct Parts {
  std::vector<std::string_view> clauses;
  std::string_view options;  // from the closing parenthesis on
};

Parts cut(std::string_view text) {
  Parts parts;
  int depth = 0;
  std::size_t begin = 0;
  std::size_t end = std::string_view::npos;
  scan(text, 0, [&](std::size_t i) {
    if (text[i] == '(' && ++depth == 1) begin = i + 1;
    const bool closes = text[i] == ')' && --depth == 0;
    if (closes || (text[i] == ',' && depth == 1)) {
      parts.clauses.push_back(trim(text.substr(begin, i - begin)));
      begin = i + 1;
    }
    if (closes) end = i;
    return !closes;
  });
  if (end == std::string_view::npos) throw Error(Kind::failed, "the server's CREATE TABLE has no end");
  parts.options = text.substr(end);
  return parts;
}

struct Token {
  std::string_view text;
  std::size_t begin;
};

// Words, quoted texts and single signs.
std::vector<Token> tokens_of(std::string_view text) {
  const auto is_word = [](char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
  };
  std::vector<Token> tokens;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t begin = i;
    if (std::isspace(static_cast<unsigned char>(text[i])) != 0) {
      ++i;
      continue;
    }
    if (opens_quote(text[i]))
      i = after_quoted(text, i);
    else if (is_word(text[i]))
      while (i < text.size() && is_word(text[i])) ++i;
    else
      ++i;
    tokens.push_back({text.substr(begin, i - begin), begin});
  }
  return tokens;
}

std::string unquote(std::string_view name) {
  std::string plain;
  for (std::size_t i = 1; i + 1 < name.size(); ++i) {
    plain += name[i];
    if (name[i] == '`') ++i;
  }
  return plain;
}

bool is_word(const std::vector<Token>& tokens, std::size_t index, std::string_view word) {
  return index < tokens.size() && tokens[index].text == word;
}

// What DEFAULT is followed by: a quoted text, or a number up to the next blank.
std::string_view literal_at(std::string_view clause, std::size_t begin) {
  if (opens_quote(clause[begin])) return clause.substr(begin, after_quoted(clause, begin) - begin);
  return clause.substr(begin, clause.find_first_of(" \n", begin) - begin);
}

bool may_be_question_mark(std::string_view type, std::string_view literal) {
  return literal.front() == '\'' && literal.find('?') != std::string_view::npos && type != "enum" && type != "set";
}

bool is_number(std::string_view literal) {
  if (literal.size() > 2 && literal.front() == '\'') literal = literal.substr(1, literal.size() - 2);
  return is_digit(literal.back()) && literal.find_first_not_of("0123456789.e+-") == std::string_view::npos;
}

// Every server prints a FLOAT's default by six digits at most, but that of one with a width.
bool may_be_rounded(const std::vector<Token>& column, std::string_view literal) {
  return is_word(column, 1, "float") && !is_word(column, 2, "(") && is_number(literal);
}

// Whether the column may be NULL and has no default: no CREATE TABLE says so, and who leaves it out of an INSERT is
// refused. Of types that MySQL prints no default for this can't be told.
bool may_be_null_without_default(const std::vector<Token>& tokens, const Column& column) {
  const auto has = [&tokens](std::string_view word) {
    return std::ranges::find(tokens, word, &Token::text) != tokens.end();
  };
  const bool tells = !column.is_spatial() && column.data_type != "json" && column.data_type != "vector" &&
                     !column.data_type.ends_with("text") && !column.data_type.ends_with("blob");
  return tells && column.nullable && !column.generated && !column.auto_increment && !has("DEFAULT");
}

enum class Clause { column, primary_key, key, foreign_key, other };

Clause kind_of(const std::vector<Token>& tokens) {
  if (tokens.empty()) return Clause::other;
  if (tokens[0].text.front() == '`') return Clause::column;
  if (is_word(tokens, 0, "PRIMARY")) return Clause::primary_key;
  if (is_word(tokens, 0, "KEY") || is_word(tokens, 1, "KEY")) return Clause::key;
  if (is_word(tokens, 0, "CONSTRAINT") && is_word(tokens, 2, "FOREIGN")) return Clause::foreign_key;
  return Clause::other;
}

struct Key {
  SecondaryKey key;
  bool unique = false;
  bool fulltext = false;
  bool hashed = false;
  bool known = true;
  std::string first_column;  // empty for an expression

  bool is_functional() const { return key.kind == SecondaryKey::Kind::functional; }
};

// "`b`(10)" is the beginning of a column.
std::string value_of_part(const std::vector<Token>& tokens, std::size_t column) {
  const std::string name(tokens[column].text);
  return is_word(tokens, column + 1, "(") ? fmt::format("LEFT({}, {})", name, tokens.at(column + 2).text) : name;
}

Key read_key(std::string_view clause, const std::vector<Token>& tokens) {
  Key key;
  const std::size_t name = is_word(tokens, 0, "KEY") ? 1 : 2;
  key.unique = is_word(tokens, 0, "UNIQUE");
  key.fulltext = is_word(tokens, 0, "FULLTEXT");
  const bool spatial = is_word(tokens, 0, "SPATIAL");
  if (spatial) key.key.kind = SecondaryKey::Kind::spatial;
  key.known = name == 1 || key.unique || key.fulltext || spatial;
  if (tokens.size() > name && tokens[name].text.front() == '`') key.key.name = unquote(tokens[name].text);
  key.key.clause = std::string(clause);
  for (std::size_t i = name + 1; i < tokens.size(); ++i) {
    const bool starts_part = tokens[i - 1].text == "(" || tokens[i - 1].text == ",";
    if (starts_part && tokens[i].text == "(") key.key.kind = SecondaryKey::Kind::functional;
    if (tokens[i].text == "HASH") key.hashed = true;
    if (!starts_part || tokens[i].text.front() != '`') continue;
    if (key.first_column.empty() && !key.is_functional()) key.first_column = unquote(tokens[i].text);
    key.key.values.push_back(value_of_part(tokens, i));
  }
  if (key.is_functional()) key.key.values.clear();
  return key;
}

// Says the collation after each CHARACTER SET that the server wrote without one.
std::string with_collation(const Table& table, std::string_view clause, const std::vector<Token>& tokens) {
  const Column& column = table.column(unquote(tokens[0].text));
  for (std::size_t i = 1; i + 2 < tokens.size(); ++i) {
    if (tokens[i].text != "CHARACTER" || tokens[i + 1].text != "SET") continue;
    if (is_word(tokens, i + 3, "COLLATE") || column.collation.empty()) break;
    const std::size_t end = tokens[i + 2].begin + tokens[i + 2].text.size();
    return fmt::format("{} COLLATE {}{}", clause.substr(0, end), column.collation, clause.substr(end));
  }
  return std::string(clause);
}

std::string with_table_collation(const Table& table, std::string_view options) {
  const std::vector<Token> tokens = tokens_of(options);
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
    if (tokens[i].text != "CHARSET" || tokens[i + 1].text != "=") continue;
    if (is_word(tokens, i + 3, "COLLATE") || table.collation.empty()) break;
    const std::size_t end = tokens[i + 2].begin + tokens[i + 2].text.size();
    return fmt::format("{} COLLATE={}{}", options.substr(0, end), table.collation, options.substr(end));
  }
  return std::string(options);
}

// ARCHIVE refuses rows below its counter, which is raised after the rows are there anyway.
std::string without_counter(const std::string& options) {
  const std::vector<Token> tokens = tokens_of(options);
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i)
    if (tokens[i].text == "AUTO_INCREMENT" && tokens[i + 1].text == "=")
      return options.substr(0, tokens[i].begin) + options.substr(tokens[i + 2].begin + tokens[i + 2].text.size());
  return options;
}

// MySQL ≥ 8.0 names the system tablespace for each table that was rebuilt there (by any ALTER), as if somebody had
// asked for it. Where tables go is for the target's innodb_file_per_table to say: what fills ibdata1 never leaves it.
std::string without_system_tablespace(const std::string& options) {
  const std::vector<Token> tokens = tokens_of(options);
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i)
    if (tokens[i].text == "TABLESPACE" && tokens[i + 1].text == "`innodb_system`")
      return options.substr(0, tokens[i].begin) + options.substr(tokens[i + 1].begin + tokens[i + 1].text.size());
  return options;
}

std::string counting_column(const Table& table) {
  for (const Column& column : table.columns)
    if (column.auto_increment) return column.name;
  return {};
}

std::string assemble(const Table& table, const std::vector<std::string>& clauses, const std::string& options) {
  std::string text = fmt::format("CREATE TABLE IF NOT EXISTS {} (", table.name.quoted());
  for (std::size_t i = 0; i < clauses.size(); ++i) text += (i == 0 ? "\n  " : ",\n  ") + clauses[i];
  return text + "\n" + options;
}

bool is_partitioned(std::string_view options) {
  const std::vector<Token> tokens = tokens_of(options);
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i)
    if (tokens[i].text == "PARTITION" && tokens[i + 1].text == "BY") return true;
  return false;
}

template <typename Is>
bool has_key(const Parts& parts, const Is& is) {
  return std::any_of(parts.clauses.begin(), parts.clauses.end(), [&](std::string_view clause) {
    const std::vector<Token> tokens = tokens_of(clause);
    return kind_of(tokens) == Clause::key && is(read_key(clause, tokens));
  });
}

// MySQL adds a functional key's hidden column in place unless the key is unique or the table partitioned, or another
// functional key is there already whose name comes later (1846).
bool functional_keys_may_wait(const Parts& parts) {
  return !is_partitioned(parts.options) &&
         !has_key(parts, [](const Key& key) { return key.is_functional() && key.unique; });
}

bool has_key_without_overlaps(const Parts& parts) {
  return std::any_of(parts.clauses.begin(), parts.clauses.end(), [](std::string_view clause) {
    const std::vector<Token> tokens = tokens_of(clause);
    const Clause kind = kind_of(tokens);
    return (kind == Clause::key || kind == Clause::primary_key) &&
           std::ranges::any_of(tokens, [](const Token& token) { return token.text == "OVERLAPS"; });
  });
}

// MariaDB adds no key in place to a table with the hidden column of one that is unique by hash, or with one whose
// periods must not overlap (1846).
bool keys_may_wait(const Parts& parts) {
  return !has_key_without_overlaps(parts) && !has_key(parts, [](const Key& key) { return key.hashed && key.unique; });
}

// Whether the key can wait until the rows are there.
bool may_wait(const Table& table, const Key& key) {
  // Without a primary key InnoDB clusters by a unique one, and adding that later rebuilds the table; so does the first
  // FULLTEXT key, for its hidden column. Other engines rebuild for any key.
  const bool clusters = key.unique && !table.has_primary_key();
  // This one's name is InnoDB's own, and taken at creation only.
  const bool counts_documents = key.key.name == "FTS_DOC_ID_INDEX";
  return table.is_transactional() && key.known && !key.key.name.empty() && !clusters && !key.fulltext && !key.hashed &&
         !counts_documents;
}

}  // namespace

std::vector<DoubtfulDefault> doubtful_defaults(const std::string& statement) {
  std::vector<DoubtfulDefault> found;
  for (const std::string_view clause : cut(statement).clauses) {
    const std::vector<Token> tokens = tokens_of(clause);
    if (kind_of(tokens) != Clause::column) continue;
    for (std::size_t i = 2; i + 1 < tokens.size(); ++i) {
      if (tokens[i].text != "DEFAULT") continue;
      const std::string_view literal = literal_at(clause, tokens[i + 1].begin);
      const bool is_rounded = may_be_rounded(tokens, literal);
      if (!is_rounded && !may_be_question_mark(tokens[1].text, literal)) continue;
      const auto begin = static_cast<std::size_t>(literal.data() - statement.data());
      found.push_back({unquote(tokens[0].text), begin, begin + literal.size(), is_rounded});
    }
  }
  return found;
}

std::string with_reference_systems(const std::string& statement, const std::map<std::string, std::string>& by_column) {
  std::string text;
  std::size_t kept = 0;
  for (const std::string_view clause : cut(statement).clauses) {
    const std::vector<Token> tokens = tokens_of(clause);
    if (kind_of(tokens) != Clause::column) continue;
    const auto system = by_column.find(unquote(tokens[0].text));
    if (system == by_column.end()) continue;
    const std::string_view type = tokens.at(1).text;
    const auto end = static_cast<std::size_t>(type.data() + type.size() - statement.data());
    text += fmt::format("{} REF_SYSTEM_ID={}", std::string_view(statement).substr(kept, end - kept), system->second);
    kept = end;
  }
  return text + statement.substr(kept);
}

CreateStatement split_create_statement(const Table& table, const std::string& text) {
  const Parts parts = cut(text);
  const std::string counter = counting_column(table);
  bool counter_has_key = counter.empty() || (table.has_primary_key() && table.key_columns.front() == counter);
  CreateStatement statement;
  const bool any_may_wait = keys_may_wait(parts);
  const bool functional_may_wait = functional_keys_may_wait(parts);
  std::vector<std::string> all;
  std::vector<std::string> needed;
  for (const std::string_view clause : parts.clauses) {
    const std::vector<Token> tokens = tokens_of(clause);
    const Clause kind = kind_of(tokens);
    if (kind == Clause::foreign_key) {
      statement.foreign_keys.emplace_back(clause);
      continue;
    }
    all.push_back(kind == Clause::column ? with_collation(table, clause, tokens) : std::string(clause));
    if (kind == Clause::column)
      if (const Column& column = table.column(unquote(tokens[0].text)); may_be_null_without_default(tokens, column))
        statement.without_default.push_back(column.name);
    if (kind == Clause::key) {
      const Key key = read_key(clause, tokens);
      const bool carries_counter = !counter_has_key && key.first_column == counter;
      counter_has_key = counter_has_key || carries_counter;
      if (!carries_counter && any_may_wait && may_wait(table, key) && (functional_may_wait || !key.is_functional())) {
        statement.later_keys.push_back(key.key);
        continue;
      }
    }
    needed.push_back(all.back());
  }
  std::string options = without_system_tablespace(with_table_collation(table, parts.options));
  if (table.engine == "ARCHIVE") options = without_counter(options);
  statement.with_all_keys = assemble(table, all, options);
  statement.with_needed_keys = assemble(table, needed, options);
  return statement;
}

std::string row_format_of(const std::string& statement) {
  const std::vector<Token> tokens = tokens_of(cut(statement).options);
  std::string format;
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
    if (tokens[i + 1].text != "=") continue;
    if (tokens[i].text == "ROW_FORMAT") return std::string(tokens[i + 2].text);
    if (tokens[i].text == "KEY_BLOCK_SIZE") format = "COMPRESSED";
  }
  return format;
}

std::string not_as_defined(const std::string& table) {
  return fmt::format("table {} is not made as it is defined", table);
}

std::string without_option(const std::string& statement, std::string_view option) {
  const std::size_t begin = statement.size() - cut(statement).options.size();
  const std::string_view options = std::string_view(statement).substr(begin);
  const std::vector<Token> words = tokens_of(option);
  const std::vector<Token> tokens = tokens_of(options);
  std::string text = statement.substr(0, begin);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    std::size_t value = i;
    while (value - i < words.size() && is_word(tokens, value, words[value - i].text)) ++value;
    if (value - i < words.size()) continue;
    if (is_word(tokens, value, "=")) ++value;
    if (value >= tokens.size() || !opens_quote(tokens[value].text.front())) continue;
    text += options.substr(kept, tokens[i].begin - kept);
    if (option == "ENCRYPTION") text += "ENCRYPTION='N'";
    kept = tokens[value].begin + tokens[value].text.size();
  }
  return text + std::string(options.substr(kept));
}

}  // namespace darbe::tables
