// The parts of the table of rules.h, and the few questions that they share.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "lab/rules.h"

namespace darbe::lab {

std::span<const Rule> rds_request_rules();  // pages, filters, tags
std::span<const Rule> rds_instance_rules();
std::span<const Rule> rds_storage_rules();
std::span<const Rule> rds_backup_rules();  // snapshots, too
std::span<const Rule> rds_group_rules();
std::span<const Rule> ec2_rules();
std::span<const Rule> identity_rules();  // IAM and STS
std::span<const Rule> monitoring_rules();
std::span<const Rule> secretsmanager_rules();
std::span<const Rule> kms_rules();

using Broken = std::optional<std::string>;
inline const Broken holds = std::nullopt;

// `text` when `is_broken`.
inline Broken when(bool is_broken, std::string_view text = {}) { return is_broken ? Broken(std::string(text)) : holds; }

// Letters, digits and hyphens, a letter first, no hyphen last nor two in a row.
bool is_identifier(std::string_view text, std::size_t length_max);
bool starts_with_letter(std::string_view text);

// The filters of a request whose names are not among `known`.
Broken unknown_filter(const Value& request, std::span<const std::string_view> known);

}  // namespace darbe::lab
