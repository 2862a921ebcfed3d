// What the switch will refuse later (its fence locks accounts, ends their sessions, and replicates back), told as long
// as there is time to change it. What of it concerns the binlog is in binlog.cc.
#include <set>

#include <fmt/format.h>

#include "preflight/checks.h"
#include "preflight/listed.h"
#include "preflight/sessions.h"

namespace darbe::preflight {

namespace {

Finding later(std::string text, std::string advice) {
  return {.weight = Weight::warning,
          .text = fmt::format("a switch will be refused: {}", text),
          .advice = std::move(advice)};
}

// Addresses from which others than this command use the master user now.
std::vector<std::string> master_user_addresses(const Subject& subject) {
  std::set<std::string> addresses;
  const mysql::Result sessions = subject.server.query("SHOW PROCESSLIST");
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    if (sessions.text(row, "User") != subject.plan.request.master_user_name) continue;
    if (sessions.number(row, "Id") == subject.server.id()) continue;
    addresses.insert(host_of_session(sessions, row));
  }
  return {addresses.begin(), addresses.end()};
}

// Accounts that a full server or a read-only one lets in or that can write there.
std::vector<std::string> unfenced_accounts(const Subject& subject) {
  std::set<std::string> names;
  const mysql::Result grants = subject.server.query(
      "SELECT GRANTEE AS grantee FROM information_schema.USER_PRIVILEGES"
      " WHERE PRIVILEGE_TYPE IN ('SUPER', 'CONNECTION_ADMIN', 'CONNECTION ADMIN')");
  for (std::size_t row = 0; row < grants.size(); ++row) {
    const std::string& grantee = grants.text(row, "grantee");  // 'user'@'host'
    const std::string user = grantee.substr(1, grantee.find("'@'") - 1);
    if (!is_servers_own(user) && user != subject.plan.request.master_user_name) names.insert(grantee);
  }
  return {names.begin(), names.end()};
}

}  // namespace

std::vector<Finding> check_switching(const Subject& subject, std::stop_token) {
  std::vector<Finding> findings;
  const auto source = mysql::Flavor::from_api(subject.plan.engine, subject.plan.source_engine_version);
  if (source.is_mariadb() ? !source.at_least(10, 4) : !source.at_least(5, 7))
    findings.push_back(later(fmt::format("{} {} has no ACCOUNT LOCK, so nothing can keep clients off the old side",
                                         subject.plan.engine, subject.plan.source_engine_version),
                             "Move clients yourself while the application stands still."));
  if (!subject.source.replica_source.empty())
    findings.push_back(later(fmt::format("{} is a read replica of {} and would go on taking its writes",
                                         subject.source.identifier, subject.source.replica_source),
                             "Promote it first."));
  if (const auto addresses = master_user_addresses(subject); !addresses.empty())
    findings.push_back(later(fmt::format("the master user is in use from {}", first_of(addresses)),
                             "Give whatever runs there an account of its own."));
  if (const auto accounts = unfenced_accounts(subject); !accounts.empty())
    findings.push_back(later(fmt::format("accounts that pass by a fence: {}", first_of(accounts)),
                             "Revoke SUPER and CONNECTION_ADMIN from them."));
  return findings;
}

}  // namespace darbe::preflight
