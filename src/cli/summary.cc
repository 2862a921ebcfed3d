#include "cli/summary.h"

#include <fmt/format.h>

#include "aws/parameter_groups.h"
#include "cli/session.h"
#include "replication/filters.h"
#include "steps/left_out.h"
#include "steps/network.h"
#include "steps/objects_options.h"
#include "steps/parameters.h"
#include "steps/source_marks.h"
#include "steps/source_schema.h"
#include "steps/tablespaces.h"

namespace darbe::cli {

namespace {

using Sentences = std::vector<std::string>;

// The three servers of a report, as AWS and they themselves describe them.
struct Ends {
  aws::Instance source;
  aws::Instance target;
  mysql::Connection on_source;
  mysql::Connection on_target;
};

Ends open_ends(const Run& run, const std::stop_token& stop) {
  aws::Instance source = run.account.instances.get(run.source_id(), stop);
  aws::Instance target = run.account.instances.get(run.target_id(), stop);
  mysql::Connection on_source(run.connect_options(source), stop), on_target(run.connect_options(target), stop);
  return {std::move(source), std::move(target), std::move(on_source), std::move(on_target)};
}

void add_network(const Run& run, const std::stop_token& stop, Sentences& made) {
  const auto group = steps::find_own_group(run, stop);
  if (!group) return;
  made.push_back(fmt::format("security group {} ({}): {} is its only member", group->id, group->name, run.target_id()));
  for (const auto& rule : steps::own_rules(run, stop)) {
    if (rule.is_egress)
      made.push_back(fmt::format("rule {} of {}: it lets out to port {} of the members of {}, and to nowhere else",
                                 rule.id, group->id, rule.from_port, rule.other_group_id));
    else
      made.push_back(fmt::format("rule {} of {}'s security group {}: members of {} reach port {}", rule.id,
                                 run.source_id(), rule.group_id, group->id, rule.from_port));
  }
}

std::string hours_in_words(const std::optional<std::string>& hours) {
  return hours ? *hours + " hours" : "no longer than needed";
}

void add_marks_on_source(const Run& run, Ends& ends, Sentences& made) {
  made.push_back(fmt::format("user {} on {}: it may replicate and nothing else", run.plan.names.replication_user,
                             run.source_id()));
  made.push_back(fmt::format("schema darbe on {}: the run's record", run.source_id()));
  if (const auto change = steps::retention_change(ends.on_source))
    made.push_back(fmt::format("{} keeps its binlogs for {}; before: {}", run.source_id(),
                               hours_in_words(change->new_value), hours_in_words(change->old_value)));
}

std::string replica_sentence(const Run& run) {
  if (run.replica_is_ours())
    return fmt::format("read replica {}: stood still while it was read, and is deleted", run.replica_id());
  return fmt::format("your read replica {} stood still while it was read, and replicates again", run.replica_id());
}

Sentences made_by(const Run& run, Ends& ends, const std::stop_token& stop) {
  Sentences made{
      fmt::format("instance {} ({}): {} {}, {}, {} GiB", run.target_id(), ends.target.resource_id, ends.target.engine,
                  ends.target.engine_version, ends.target.instance_class, ends.target.allocated_storage.value_or(0)),
      fmt::format("parameter group {}: {}'s own, with the values of {}", run.plan.names.parameter_group,
                  run.target_id(), steps::base_group(run, ends.source)),
      fmt::format("schema darbe_journal on {}: the run's journal", run.target_id())};
  add_network(run, stop, made);
  add_marks_on_source(run, ends, made);
  made.push_back(replica_sentence(run));
  return made;
}

Sentences not_as_source(const Run& run) {
  Sentences sentences = steps::reported_differences(run);
  for (const auto& [event, status] : run.facts.events_enabled_on_source)
    sentences.push_back(fmt::format("event {} is disabled, so that it runs on the source only", event));
  return sentences;
}

Sentences notes_on(const Run& run, Ends& ends) {
  Sentences notes = {
      "event_scheduler is OFF and read_only 0 on the new instance; it takes writes, so write there with care",
      fmt::format("read replicas of the new instance take writes, too, until read_only in parameter group {} is {}: "
                  "set that after the switch",
                  run.plan.names.parameter_group, aws::true_if_replica),
      ends.on_target.flavor().has_tls()
          ? "replication is encrypted; RDS can't verify the source's identity, so keep it inside the VPC"
          : "MySQL 5.6's TLS is too old for today's clients: connections and replication are not encrypted",
      fmt::format("before the application writes on the new instance, so that no undo deletes it: {}",
                  mark_as_serving(ends.target))};
  if (run.plan.request.databases && ends.on_source.value("SELECT @@global.binlog_format") == "MIXED")
    notes.emplace_back(replication::mixed_and_filtered);
  return notes;
}

Sentences next_commands(const CommonOptions& options, const std::string& region) {
  const std::string flags = repeated_flags(options, region);
  return {fmt::format("darbe status {}   # where the run is and how far behind", flags),
          fmt::format("darbe undo {}   # gives the new instance up and takes everything back", flags)};
}

}  // namespace

Report report_of(Run& run, const CommonOptions& options, const std::stop_token& stop) {
  Ends ends = open_ends(run, stop);
  Report report;
  report.new_instance_id = run.target_id();
  report.endpoint = fmt::format("{}:{}", ends.target.address, ends.target.port.value_or(3306));
  report.run_id = run.plan.names.run_id;
  report.coordinates = fmt::format("{}:{}", run.facts.frozen.value().file, run.facts.frozen->position);
  report.caught_up_at = run.facts.caught_up_at.value_or("");
  report.tables = run.facts.tables;
  report.rows = run.facts.rows;
  report.bytes = run.facts.bytes;
  report.chunks_equal = run.facts.chunks_equal;
  report.seconds = seconds_per_step(run.journal.events());
  report.tablespace_before = run.facts.bytes_before;
  report.tablespace_after = steps::tablespace_bytes(ends.on_target, run.databases(ends.on_target));
  report.made = made_by(run, ends, stop);
  report.left_out = steps::left_out(run, ends.on_source, ends.on_target);
  report.not_proven = run.facts.not_proven;
  report.not_as_source = not_as_source(run);
  steps::SchemaNews news = steps::schema_news(run, ends.on_source, ends.on_target);
  report.source_changes = std::move(news.changes);
  report.attention = std::move(news.attention);
  report.audit = run.journal.audit();
  report.notes = notes_on(run, ends);
  report.next = next_commands(options, run.plan.request.region);
  return report;
}

}  // namespace darbe::cli
