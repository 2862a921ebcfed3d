#include "objects/writing_events.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "objects/stored_object.h"

namespace darbe::objects {

namespace {

using mysql::Connection;
using mysql::Result;

// 'user'@'host', as the server's catalog writes it: what is within is not escaped.
AccountName account_of_grantee(const std::string& grantee) {
  const std::size_t at = grantee.rfind("'@'");
  const std::string host = grantee.substr(at + 3, grantee.size() - at - 4);
  return {grantee.substr(1, at - 1), host};
}

constexpr std::array<std::string_view, 3> unstopped = {"SUPER", "CONNECTION_ADMIN", "READ_ONLY ADMIN"};

// The catalog's view has RDS's own role, which no AccountBook has, and the book MariaDB's roles, which the view lacks.
std::set<AccountName> unstopped_accounts(Connection& server, const AccountBook& book) {
  std::set<AccountName> accounts;
  for (const auto& [name, account] : book.accounts)
    for (const auto& [level, privileges] : account.grants)
      if (level.kind == Level::Kind::global &&
          std::ranges::any_of(unstopped, [&](auto privilege) { return privileges.contains(std::string(privilege)); }))
        accounts.insert(name);
  // No DISTINCT: the catalog takes names that differ in case only for equal.
  const Result rows = server.query(fmt::format("SELECT GRANTEE AS grantee FROM information_schema.USER_PRIVILEGES"
                                               " WHERE PRIVILEGE_TYPE IN ('{}')",
                                               fmt::join(unstopped, "', '")),
                                   "looking for accounts that read_only does not stop");
  for (std::size_t row = 0; row < rows.size(); ++row) accounts.insert(account_of_grantee(rows.text(row, "grantee")));
  return accounts;
}

// A procedure has its own definer's privileges, not those of the event that calls it.
bool has_unstopped_procedure(Connection& server, const AccountBook& book, const std::set<AccountName>& holders) {
  const Result rows = server.query(
      "SELECT DEFINER AS definer FROM information_schema.ROUTINES"
      " WHERE ROUTINE_TYPE = 'PROCEDURE' AND SECURITY_TYPE = 'DEFINER'",
      "reading the definers of procedures");
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const AccountName definer = parse_definer(rows.text(row, "definer"));
    if (!is_reserved(definer) && holds(book, holders, definer)) return true;
  }
  return false;
}

// Those whom read_only does not stop.
struct Exempt {
  AccountBook book;
  std::set<AccountName> holders;
  bool any_call_may_write = false;

  bool may_write(const AccountName& definer, bool calls) const {
    return holds(book, holders, definer) || (any_call_may_write && calls);
  }
};

Exempt find_exempt(Connection& server) {
  Exempt found;
  found.book = read_accounts(server);
  found.holders = unstopped_accounts(server, found.book);
  found.any_call_may_write = has_unstopped_procedure(server, found.book, found.holders);
  return found;
}

}  // namespace

ReadOnly read_only_of(Connection& server) {
  const auto value = server.value("SELECT @@global.read_only");
  return value == "0" || value == "OFF" ? ReadOnly::off : ReadOnly::on;
}

bool runs_events(Connection& server) {
  const Result rows = server.query(
      "SHOW GLOBAL VARIABLES WHERE Variable_name = 'event_scheduler' AND Value = 'ON'"
      " OR Variable_name = 'super_read_only' AND Value = 'ON'");
  return rows.size() == 1 && rows.text(0, "Variable_name") == "event_scheduler";
}

std::vector<std::string> writing_events(Connection& server, ReadOnly read_only) {
  const Result rows = server.query(
      "SELECT EVENT_SCHEMA AS db, EVENT_NAME AS name, DEFINER AS definer,"
      " COALESCE(LOWER(EVENT_DEFINITION), 'call') LIKE '%call%' AS calls FROM information_schema.EVENTS"
      " WHERE STATUS = 'ENABLED' ORDER BY 1, 2",
      "looking for enabled events");
  if (rows.empty()) return {};
  std::optional<Exempt> exempt;  // nothing: read_only stops nobody
  if (read_only == ReadOnly::on) exempt = find_exempt(server);
  std::vector<std::string> found;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const AccountName definer = parse_definer(rows.text(row, "definer"));
    if (is_reserved(definer)) continue;
    if (!exempt || exempt->may_write(definer, rows.number(row, "calls") != 0))
      found.push_back(fmt::format("event {}.{} of {}", rows.text(row, "db"), rows.text(row, "name"), text_of(definer)));
  }
  return found;
}

bool holds(const AccountBook& book, const std::set<AccountName>& holders, const AccountName& account) {
  std::set<AccountName> seen;
  std::vector<AccountName> open(book.mandatory_roles.begin(), book.mandatory_roles.end());
  open.push_back({"PUBLIC", "", true});
  open.push_back(account);
  if (!book.accounts.contains(account))
    for (const auto& [other, unused] : book.accounts)
      if (other.user == account.user) open.push_back(other);
  while (!open.empty()) {
    const AccountName next = open.back();
    open.pop_back();
    if (holders.contains(next)) return true;
    const auto found = book.accounts.find(next);
    if (found == book.accounts.end() || !seen.insert(next).second) continue;
    for (const auto& [level, privileges] : found->second.grants)
      if (level.kind == Level::Kind::role) open.push_back(role_of(level));
  }
  return false;
}

}  // namespace darbe::objects
