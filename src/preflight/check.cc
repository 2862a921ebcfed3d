#include "preflight/check.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "mysql/error.h"
#include "preflight/checks.h"

namespace darbe::preflight {

namespace {

void require_known(const std::vector<std::string>& allowed) {
  for (const std::string& name : allowed) {
    const auto check = std::ranges::find(all_checks(), name, &Check::name);
    if (check != all_checks().end() && check->may_be_allowed) continue;
    std::string known;
    for (const Check& each : all_checks())
      if (each.may_be_allowed) known += fmt::format("{}{}", known.empty() ? "" : ", ", each.name);
    throw base::Error(base::Kind::usage, fmt::format("--allow {}: there is no such check to allow", name),
                      fmt::format("These can be allowed: {}.", known));
  }
}

bool ends_all_checks(const base::Error& error, const std::stop_token& stop) {
  const base::Kind kind = base::kind_of(error);
  const auto* said = dynamic_cast<const mysql::ServerError*>(&error);
  const bool is_link_lost = said != nullptr && mysql::meaning_of(*said) == mysql::Meaning::link_lost;
  return stop.stop_requested() || is_link_lost || kind == base::Kind::interrupted || kind == base::Kind::usage;
}

// What it finds; or why it can't look, so that all that is missing is told at once.
std::vector<Finding> look_with(const Check& check, const Subject& subject, const std::stop_token& stop) {
  try {
    return check.look(subject, stop);
  } catch (const base::Error& error) {
    if (ends_all_checks(error, stop)) throw;
    const std::string advice = base::advice_of(error);
    return {{.text = fmt::format("this can't be looked at: {}", base::text_of(error)),
             .advice = advice.empty() ? "Mend that, and run the same command again." : advice}};
  }
}

}  // namespace

const std::vector<Check>& all_checks() {
  static const std::vector<Check> checks = {
      {"instance", false, check_instance},
      {"names", false, check_names},
      {"replica", false, check_replica},
      {"versions", false, check_versions},
      {"storage", true, check_storage},
      {"durability", true, check_durability},
      {"run-record", false, check_run_record},
      {"databases", false, check_databases},
      {"users", false, check_users},
      {"privileges", false, check_privileges},
      {"tables", false, check_tables},
      {"not-copied", false, check_not_copied},
      {"nontransactional", true, check_nontransactional},
      {"filters", false, check_filters},
      {"definers", false, check_definers},
      {"primary-keys", false, check_primary_keys},
      {"capitals", false, check_capitals},
      {"letter-case", true, check_letter_case},
      {"file-per-table", false, check_file_per_table},
      {"parameters", false, check_parameters},
      {"binlog", false, check_binlog},
      {"xa", false, check_xa},
      {"readers", false, check_readers},
      {"events", false, check_events},
      {"page-compressed", false, check_page_compressed},
      {"switching", false, check_switching},
      {"storage-rules", true, check_storage_rules},
      {"master-password", false, check_master_password},
      {"tags", false, check_tags},
      {"option-group", false, check_option_group},
      {"retention", false, check_retention},
      {"maintenance", true, check_maintenance},
      {"credentials", false, check_credentials},
      {"binlog-space", true, check_binlog_space},
      {"kms-key", false, check_kms_key},
      {"network", false, check_network},
      {"quotas", true, check_quotas},
      {"permissions", true, check_permissions},
  };
  return checks;
}

std::vector<Finding> look(const Subject& subject, const std::vector<std::string>& allowed, std::stop_token stop) {
  require_known(allowed);
  std::vector<Finding> findings;
  for (const Check& check : all_checks()) {
    auto found = base::in_context(fmt::format("preflight check {}", check.name),
                                  [&] { return look_with(check, subject, stop); });
    for (Finding& finding : found) {
      finding.check = check.name;
      if (std::ranges::find(allowed, check.name) != allowed.end()) finding.weight = Weight::warning;
      findings.push_back(std::move(finding));
    }
  }
  return findings;
}

}  // namespace darbe::preflight
