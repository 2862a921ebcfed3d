#include "lab/rules.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include <fmt/format.h>

#include "lab/rules_parts.h"

namespace darbe::lab {
namespace {

bool names_action(std::string_view actions, std::string_view action) {
  if (actions == "*") return true;
  while (!actions.empty()) {
    const std::size_t end = std::min(actions.find(' '), actions.size());
    if (actions.substr(0, end) == action) return true;
    actions.remove_prefix(std::min(end + 1, actions.size()));
  }
  return false;
}

}  // namespace

std::span<const Rule> rules() {
  static const std::vector<Rule> all = [] {
    std::vector<Rule> joined;
    for (const auto part :
         {rds_request_rules(), rds_instance_rules(), rds_storage_rules(), rds_backup_rules(), rds_group_rules(),
          ec2_rules(), identity_rules(), monitoring_rules(), secretsmanager_rules(), kms_rules()})
      joined.insert(joined.end(), part.begin(), part.end());
    return joined;
  }();
  return all;
}

const Rule* broken_rule(std::string_view service, const Situation& situation) {
  for (const Rule& rule : rules())
    if (rule.service == service && names_action(rule.actions, situation.action) && rule.broken(situation)) return &rule;
  return nullptr;
}

void check_rules(std::string_view service, const Situation& situation) {
  const Rule* rule = broken_rule(service, situation);
  if (!rule) return;
  const int status = rule->code == "AccessDenied" ? 403 : 0;
  throw Refusal(std::string(rule->code), fmt::format(fmt::runtime(rule->sentence), *rule->broken(situation)), status);
}

bool starts_with_letter(std::string_view text) {
  return !text.empty() && std::isalpha(static_cast<unsigned char>(text.front())) != 0;
}

bool is_identifier(std::string_view text, std::size_t length_max) {
  if (!starts_with_letter(text) || text.size() > length_max || text.back() == '-') return false;
  if (text.find("--") != std::string_view::npos) return false;
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c < 128 && (std::isalnum(c) != 0 || c == '-'); });
}

Broken unknown_filter(const Value& request, std::span<const std::string_view> known) {
  for (const Value& filter : request.at("Filters").list()) {
    const std::string name = filter.at("Name").text();
    if (std::find(known.begin(), known.end(), name) == known.end()) return name;
  }
  return holds;
}

}  // namespace darbe::lab
