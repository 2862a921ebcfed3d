#include "steps/earlier_changes.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "replication/rds_configuration.h"
#include "steps/network.h"
#include "steps/source_marks.h"

namespace darbe::steps {

namespace {

// When, and by which request, AWS's CloudTrail and the source's own log know.
class Recorder {
 public:
  explicit Recorder(Run& run) : run_(run), known_(run.journal.audit()) {}

  // An answer that something is there already tells nothing of who made it.
  bool lacks(const char* where, const std::string& beginning) const {
    return std::ranges::none_of(known_, [&](const plan::AuditLine& line) {
      const bool tells =
          line.outcome == "done" || line.outcome == "no answer" || line.outcome == plan::by_earlier_command;
      return tells && line.where == where && line.what.starts_with(beginning);
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
    if (!lacks("aws", action)) return;
    const auto instance = run_.account.instances.find(id, stop);
    if (instance && run_.is_ours(instance->tags)) record("aws", action, id);
  }

 private:
  Run& run_;
  const std::vector<plan::AuditLine> known_;
};

void record_groups(Run& run, Recorder& recorder, const std::stop_token& stop) {
  if (recorder.lacks("aws", "CreateSecurityGroup"))
    if (const auto own = find_own_group(run, stop)) recorder.record("aws", "CreateSecurityGroup", own->id);
  if (!recorder.lacks("aws", "CreateDBParameterGroup")) return;
  const auto group = run.account.parameter_groups.find(run.plan.names.parameter_group, stop);
  if (group && run.is_ours(run.account.tags.of(group->arn, stop)))
    recorder.record("aws", "CreateDBParameterGroup", group->name);
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

void record_earlier_changes(Run& run, mysql::Connection& on_source, std::stop_token stop) {
  Recorder recorder(run);
  record_groups(run, recorder, stop);
  recorder.record_instance("CreateDBInstance", run.target_id(), stop);
  recorder.record_instance("CreateDBInstanceReadReplica", run.replica_id(), stop);
  if (recorder.lacks("aws", "AuthorizeSecurityGroupIngress"))
    for (const aws::SecurityGroupRule& rule : own_rules(run, stop))
      recorder.record("aws", "AuthorizeSecurityGroupIngress", rule.id);
  record_on_source(run, recorder, on_source);
}

}  // namespace darbe::steps
