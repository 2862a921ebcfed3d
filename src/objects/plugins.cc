#include "objects/plugins.h"

#include <fmt/format.h>

#include "objects/sql_tokens.h"

namespace darbe::objects {

namespace {

// MariaDB's "… IDENTIFIED VIA unix_socket OR mysql_native_password USING '*0D3…' …"; its usual one without the word
// VIA.
std::set<std::string> plugins_in(const std::string& definition) {
  std::set<std::string> plugins;
  const std::vector<Token> tokens = tokens_of(definition);
  bool named = false;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (words_at(definition, tokens, i, {"IDENTIFIED", "BY"})) plugins.insert("mysql_native_password");
    if (named) plugins.insert(std::string(tokens[i].text(definition)));
    named = words_at(definition, tokens, i, {"VIA"}) || (!plugins.empty() && words_at(definition, tokens, i, {"OR"}));
  }
  return plugins;
}

}  // namespace

std::set<std::string> plugins_of(const AccountName& name, const Account& account) {
  if (name.is_role) return {};
  if (!account.definition.empty()) return plugins_in(account.definition);
  const auto plugin = account.attributes.find("plugin");
  return plugin == account.attributes.end() ? std::set<std::string>{} : std::set<std::string>{plugin->second};
}

std::set<std::string> active_plugins(mysql::Connection& server) {
  const mysql::Result rows = server.query(
      "SELECT PLUGIN_NAME FROM information_schema.PLUGINS WHERE PLUGIN_TYPE = 'AUTHENTICATION'"
      " AND PLUGIN_STATUS = 'ACTIVE'",
      "listing the authentication plugins");
  std::set<std::string> plugins;
  for (const mysql::Result::Row& row : rows.rows) plugins.insert(row.at(0).value_or(""));
  return plugins;
}

std::vector<std::string> without_plugin(const AccountBook& book, const std::set<AccountName>& accounts,
                                        const std::set<std::string>& there) {
  std::vector<std::string> sentences;
  for (const AccountName& name : accounts)
    for (const std::string& plugin : plugins_of(name, book.accounts.at(name)))
      if (!there.contains(plugin)) sentences.push_back(fmt::format("{} logs in with {}", text_of(name), plugin));
  return sentences;
}

}  // namespace darbe::objects
