#include "preflight/check.h"

#include <algorithm>

#include <fmt/format.h>

#include "aws/error.h"
#include "base/error.h"
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

// What it finds; or that these credentials may not look, so that all that is missing is told at once.
std::vector<Finding> look_with(const Check& check, const Subject& subject, const std::stop_token& stop) {
  try {
    return check.look(subject, stop);
  } catch (const aws::ApiError& error) {
    if (error.meaning() != aws::Meaning::access_denied) throw;
    return {{.text = fmt::format("this can't be looked at: {}", error.what()), .advice = error.advice()}};
  }
}

}  // namespace

const std::vector<Check>& all_checks() {
  static const std::vector<Check> checks = {
      {"instance", false, check_instance},
      {"names", false, check_names},
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
      {"option-group", false, check_option_group},
      {"retention", false, check_retention},
      {"maintenance", false, check_maintenance},
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
