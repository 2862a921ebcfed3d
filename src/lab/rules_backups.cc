// Rules for backups, their windows and snapshots: after facts/rds-mysql.md 4 and the model's texts.
#include <algorithm>
#include <cctype>
#include <set>

#include <fmt/format.h>

#include "base/letters.h"
#include "lab/instance_values.h"
#include "lab/quotas.h"
#include "lab/rules_instances.h"

namespace darbe::lab {
namespace {

Broken retention_range(const Situation& s) {
  const std::int64_t days = s.request.at("BackupRetentionPeriod").number();
  return when(given(s, "BackupRetentionPeriod") && (days < 0 || days > 35), std::to_string(days));
}

Broken retention_with_replicas(const Situation& s) {
  const bool off = given(s, "BackupRetentionPeriod") && s.request.at("BackupRetentionPeriod").number() == 0;
  return when(off && !instance_of(s)->shape.at("ReadReplicaDBInstanceIdentifiers").list().empty(), subject(s));
}

constexpr int minutes_a_day = 24 * 60;
constexpr int minutes_a_week = 7 * minutes_a_day;
constexpr int shortest_window = 30;

struct Window {
  int from = 0;
  int length = 0;
};

// Two digits below `limit`.
std::optional<int> two_digits(std::string_view text, int limit) {
  if (text.size() != 2 || !std::all_of(text.begin(), text.end(), ::isdigit)) return std::nullopt;
  const int number = (text[0] - '0') * 10 + (text[1] - '0');
  return number < limit ? std::optional(number) : std::nullopt;
}

std::optional<int> clock_time(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hours = two_digits(text.substr(0, 2), 24);
  const auto minutes = two_digits(text.substr(3), 60);
  return hours && minutes ? std::optional(*hours * 60 + *minutes) : std::nullopt;
}

std::optional<int> week_time(std::string_view text) {
  static constexpr std::string_view days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  if (text.size() != 9 || text[3] != ':') return std::nullopt;
  const auto day = std::find(std::begin(days), std::end(days), base::lower(text.substr(0, 3)));
  const auto time = clock_time(text.substr(4));
  if (day == std::end(days) || !time) return std::nullopt;
  return static_cast<int>(day - std::begin(days)) * minutes_a_day + *time;
}

std::optional<Window> window(std::optional<int> from, std::optional<int> to, int cycle) {
  if (!from || !to) return std::nullopt;
  const int length = (*to - *from + cycle) % cycle;
  if (length < shortest_window) return std::nullopt;
  return Window{*from, length};
}

std::optional<Window> backup_window(const std::string& text) {
  if (text.size() != 11 || text[5] != '-') return std::nullopt;
  return window(clock_time(text.substr(0, 5)), clock_time(text.substr(6)), minutes_a_day);
}

std::optional<Window> maintenance_window(const std::string& text) {
  if (text.size() != 19 || text[9] != '-') return std::nullopt;
  return window(week_time(text.substr(0, 9)), week_time(text.substr(10)), minutes_a_week);
}

Broken backup_window_form(const Situation& s) {
  return when(given(s, "PreferredBackupWindow") && !backup_window(text(s, "PreferredBackupWindow")),
              text(s, "PreferredBackupWindow"));
}

Broken maintenance_window_form(const Situation& s) {
  return when(given(s, "PreferredMaintenanceWindow") && !maintenance_window(text(s, "PreferredMaintenanceWindow")),
              text(s, "PreferredMaintenanceWindow"));
}

Broken windows_meet(const Situation& s) {
  const auto daily = backup_window(wanted(s, "PreferredBackupWindow").text());
  const auto weekly = maintenance_window(wanted(s, "PreferredMaintenanceWindow").text());
  if (!daily || !weekly || (!given(s, "PreferredBackupWindow") && !given(s, "PreferredMaintenanceWindow")))
    return holds;
  for (int day = -1; day <= 8; ++day) {
    const int from = day * minutes_a_day + daily->from;
    if (from < weekly->from + weekly->length && weekly->from < from + daily->length) return std::string();
  }
  return holds;
}

// ---- snapshots

std::string new_snapshot(const Situation& s) {
  return text(s, s.action == "DeleteDBInstance" ? "FinalDBSnapshotIdentifier" : "DBSnapshotIdentifier");
}

Broken snapshot_name(const Situation& s) {
  const std::string name = new_snapshot(s);
  const bool asked = s.action == "CreateDBSnapshot" || !name.empty();
  return when(asked && !is_identifier(name, 255), name);
}

Broken snapshot_taken(const Situation& s) {
  return when(s.store.snapshots.contains(base::lower(new_snapshot(s))), new_snapshot(s));
}

Broken snapshot_quota_full(const Situation& s) {
  return when(exceeds_quota(s.store, "ManualSnapshots"), std::to_string(quota_max(s.store, "ManualSnapshots")));
}

const Value* old_snapshot(const Situation& s) {
  const auto found = s.store.snapshots.find(identifier_in(text(s, "DBSnapshotIdentifier")));
  return found == s.store.snapshots.end() ? nullptr : &found->second;
}

Broken snapshot_type(const Situation& s) {
  static const std::set<std::string> known = {"automated", "manual", "shared", "public", "awsbackup"};
  return when(given(s, "SnapshotType") && !known.contains(text(s, "SnapshotType")), text(s, "SnapshotType"));
}

Broken snapshot_missing(const Situation& s) {
  // Automated snapshots are called rds:NAME: their ARN ends in two parts.
  const bool asked = s.action == "DeleteDBSnapshot" || given(s, "DBSnapshotIdentifier");
  return when(asked && !s.store.snapshots.contains(base::lower(text(s, "DBSnapshotIdentifier"))) && !old_snapshot(s),
              text(s, "DBSnapshotIdentifier"));
}

// "If this identifier is for an automated snapshot, the SnapshotType parameter must also be specified."
Broken snapshot_without_type(const Situation& s) {
  const std::string name = text(s, "DBSnapshotIdentifier");
  const auto found = s.store.snapshots.find(base::lower(name));
  return when(found != s.store.snapshots.end() && found->second.at("SnapshotType").text() == "automated" &&
                  !given(s, "SnapshotType"),
              name);
}

Broken snapshot_automated(const Situation& s) {
  const auto found = s.store.snapshots.find(base::lower(text(s, "DBSnapshotIdentifier")));
  return when(found != s.store.snapshots.end() && found->second.at("SnapshotType").text() == "automated",
              text(s, "DBSnapshotIdentifier"));
}

Broken snapshot_unfinished(const Situation& s) {
  const Value* snapshot = old_snapshot(s);
  return when(snapshot && snapshot->at("Status").text() != "available", text(s, "DBSnapshotIdentifier"));
}

const Rule table[] = {
    {"retention", "CreateDBInstance ModifyDBInstance PromoteReadReplica", "rds", "InvalidParameterValue",
     "Invalid backup retention period: {}. Must be between 0 and 35 days", retention_range},
    {"retention with replicas", "ModifyDBInstance PromoteReadReplica", "rds", "InvalidParameterCombination",
     "Backups can't be turned off while {} is the source of read replicas", retention_with_replicas},
    {"backup window", "CreateDBInstance ModifyDBInstance PromoteReadReplica", "rds", "InvalidParameterValue",
     "Invalid backup window format: {}. Should be specified as a range hh24:mi-hh24:mi of at least 30 minutes",
     backup_window_form},
    {"maintenance window", sets_password, "rds", "InvalidParameterValue",
     "Invalid maintenance window format: {}. Should be specified as a range ddd:hh24:mi-ddd:hh24:mi of at least 30 "
     "minutes",
     maintenance_window_form},
    {"windows", "CreateDBInstance ModifyDBInstance PromoteReadReplica", "rds", "InvalidParameterValue",
     "The backup window and maintenance window must not overlap.", windows_meet},

    {"snapshot name", "CreateDBSnapshot DeleteDBInstance", "rds", "InvalidParameterValue",
     "Invalid snapshot identifier: {}", snapshot_name},
    {"snapshot taken", "CreateDBSnapshot DeleteDBInstance", "rds", "DBSnapshotAlreadyExists",
     "Cannot create the snapshot because a snapshot with the identifier {} already exists.", snapshot_taken},
    {"snapshot quota", "CreateDBSnapshot", "rds", "SnapshotQuotaExceeded",
     "Cannot create more than {} manual snapshots", snapshot_quota_full},
    {"snapshot type", "DescribeDBSnapshots", "rds", "InvalidParameterValue", "Invalid snapshot type: {}",
     snapshot_type},
    {"snapshot known", "DescribeDBSnapshots DeleteDBSnapshot", "rds", "DBSnapshotNotFound", "DBSnapshot not found: {}",
     snapshot_missing},
    {"automated snapshot's type", "DescribeDBSnapshots", "rds", "DBSnapshotNotFound",
     "DBSnapshot not found: {}, which is automated: SnapshotType must say so", snapshot_without_type},
    {"snapshot automated", "DeleteDBSnapshot", "rds", "InvalidDBSnapshotState",
     "Automated snapshots can't be deleted: {}", snapshot_automated},
    {"snapshot unfinished", "DeleteDBSnapshot", "rds", "InvalidDBSnapshotState", "The snapshot {} is not available",
     snapshot_unfinished},
};

}  // namespace

std::span<const Rule> rds_backup_rules() { return table; }

}  // namespace darbe::lab
