#include "steps/earlier_changes.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "base/letters.h"
#include "plan/target.h"
#include "replication/rds_configuration.h"
#include "steps/network.h"
#include "steps/source_marks.h"

namespace darbe::steps {

namespace {

// When, and by which request, AWS's CloudTrail and the source's own log know.
class Recorder {
 public:
  explicit Recorder(Run& run) : run_(run), known_(run.journal.audit()) {}

  // An answer that something is there already tells nothing of who made it. Without a subject: about whatever.
  bool lacks(const char* where, const std::string& beginning, const std::string& subject = {}) const {
    return std::ranges::none_of(known_, [&](const plan::AuditLine& line) {
      const bool tells =
          line.outcome == "done" || line.outcome == "no answer" || line.outcome == plan::by_earlier_command;
      const bool is_about = subject.empty() || line.subject == subject;
      return tells && is_about && line.where == where && line.what.starts_with(beginning);
    });
  }
  void record(const char* where, const std::string& what, const std::string& subject) {
    run_.journal.record_audit({.at = std::chrono::system_clock::now(),
                               .where = where,
                               .what = what,
                               .subject = subject,
                               .request_id = {},
                               .outcome = plan::by_earlier_command});
  }
  void record_instance(const char* action, const std::string& id, const std::stop_token& stop) {
    if (!lacks("aws", action, id)) return;
    const auto instance = run_.account.instances.find(id, stop);
    if (instance && run_.is_ours(instance->tags)) record("aws", action, id);
  }

 private:
  Run& run_;
  const std::vector<plan::AuditLine> known_;
};

void record_groups(Run& run, Recorder& recorder, const std::stop_token& stop) {
  for (const char* action : {"CreateSecurityGroup", "RevokeSecurityGroupEgress"})
    if (recorder.lacks("aws", action))
      if (const auto own = find_own_group(run, stop)) recorder.record("aws", action, own->id);
  const bool lacks_making = recorder.lacks("aws", "CreateDBParameterGroup");
  const bool lacks_values = recorder.lacks("aws", "ModifyDBParameterGroup");
  if (!lacks_making && !lacks_values) return;
  const auto& groups = run.account.parameter_groups;
  const auto group = groups.find(run.plan.names.parameter_group, stop);
  if (!group || !run.is_ours(run.account.tags.of(group->arn, stop))) return;
  if (lacks_making) recorder.record("aws", "CreateDBParameterGroup", group->name);
  if (lacks_values && !groups.parameters(group->name, aws::ParameterGroups::Which::set_by_user, stop).empty())
    recorder.record("aws", "ModifyDBParameterGroup", group->name);
}

// Its window is all that Provision changes of it.
void record_window(Run& run, Recorder& recorder, const aws::Instance& source, const aws::Instance& target) {
  const auto made_with = plan::target_of(run.plan, source).wanted.maintenance_window;
  if (!made_with || base::equal_in_any_case(*made_with, target.maintenance_window)) return;
  if (recorder.lacks("aws", "ModifyDBInstance", target.identifier))
    recorder.record("aws", "ModifyDBInstance", target.identifier);
}

void record_on_source(Run& run, Recorder& recorder, mysql::Connection& source) {
  constexpr const char* record = "CREATE DATABASE darbe, with the run's record";
  if (recorder.lacks("source", "INSERT INTO darbe.run") && recorder.lacks("source", record))
    recorder.record("source", record, run.source_id());
  const std::string call = fmt::format("CALL mysql.rds_set_configuration('{}'", replication::binlog_retention);
  if (const auto change = retention_change(source); change && recorder.lacks("source", call))
    recorder.record("source", fmt::format("{}, {})", call, change->new_value), run.source_id());
}

}  // namespace

void record_earlier_changes(Run& run, const aws::Instance& source, const aws::Instance& target,
                            mysql::Connection& on_source, std::stop_token stop) {
  Recorder recorder(run);
  record_groups(run, recorder, stop);
  recorder.record_instance("CreateDBInstance", run.target_id(), stop);
  recorder.record_instance("CreateDBInstanceReadReplica", run.replica_id(), stop);
  for (const aws::SecurityGroupRule& rule : own_rules(run, stop)) {
    const char* action = rule.is_egress ? "AuthorizeSecurityGroupEgress" : "AuthorizeSecurityGroupIngress";
    if (recorder.lacks("aws", action)) recorder.record("aws", action, rule.id);
  }
  record_window(run, recorder, source, target);
  record_on_source(run, recorder, on_source);
}

}  // namespace darbe::steps
