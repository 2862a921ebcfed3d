#include "cli/look.h"

#include <fmt/format.h>

#include "base/error.h"
#include "engine/explain.h"
#include "story.h"

namespace darbe::cli {

namespace {

using base::Kind;

// What keeps a server from answering; empty if it does. Throws: what is not about the server's answer.
template <typename Work>
std::string trouble_of(Work&& work) {
  try {
    work();
    return {};
  } catch (const std::exception& error) {
    const Kind kind = base::kind_of(error);
    if (kind != Kind::transient && kind != Kind::failed) throw;
    return base::text_of(error);
  }
}

std::string standing_of(const plan::JournalTable& journal, std::string_view step) {
  if (!journal.is_open()) return "not begun";
  if (journal.done(step)) return "done";
  return journal.began(step) ? "begun" : "not begun";
}

Found find_or_refuse(const aws::Account& account, const std::string& new_instance_id, const std::stop_token& stop) {
  Found found = find_run(account, new_instance_id, stop);
  if (!found.target)
    throw base::Error(Kind::refused, fmt::format("no run builds {} in {}", new_instance_id, account.client.region()),
                      "Correct --new-instance-id or --region; `darbe setup` begins a run.");
  return found;
}

void add_explanations(Status& status, Run& run, const std::stop_token& stop) {
  const auto lines = engine::explain(make_story(), run, run.journal, [&run] { return run.what_was_seen(); }, stop);
  for (std::size_t index = 0; index < lines.size(); ++index) status.steps[index].explanation = lines[index];
  if (run.journal.is_open()) status.audit = run.journal.audit();
}

}  // namespace

Status Looker::look(std::stop_token stop) { return look(Explain::no, std::move(stop)); }

Status Looker::look_and_explain(std::stop_token stop) { return look(Explain::yes, std::move(stop)); }

Status Looker::look(Explain explain, std::stop_token stop) {
  const Found found = find_or_refuse(account_, options_.new_instance_id, stop);
  if (!settings_) {
    settings_ = settings_for(options_, account_, *found.target, stop);
    settings_->answer_timeout = steps::look_answer_timeout;
  }
  if (!least_plan_) least_plan_ = least_plan(account_, options_, found.source_id, stop);

  Status status;
  status.new_instance_id = options_.new_instance_id;
  status.source_id = found.source_id;
  status.instance_status = found.target->status;
  const auto phase = found.target->tags.find(plan::tag_phase);
  status.phase = phase == found.target->tags.end() ? "without a phase" : phase->second;
  status.mark_as_serving = mark_as_serving(*found.target);
  status.run_id = found.target->tags.at(plan::tag_run);
  plan::JournalTable journal(stop);
  std::optional<Run> run(std::in_place, *least_plan_, *settings_, account_, journal, *reporter_);
  std::string trouble;
  if (!found.target->address.empty() && found.target->status != "creating")
    trouble = trouble_of([&] { journal.open(run->connect_options(*found.target)); });
  if (journal.is_open()) run.emplace(journal.plan(), *settings_, account_, journal, *reporter_);
  for (const engine::Line& line : make_story())
    status.steps.push_back(
        {std::string(line.name), trouble.empty() || journal.is_open() ? standing_of(journal, line.name) : "unknown"});
  if (explain == Explain::yes) add_explanations(status, *run, stop);
  look_at_servers(status, *run, found, stop);
  if (!trouble.empty()) {
    status.seen.at_work = true;  // the journal would tell whether anybody has to be
    status.seen.trouble = fmt::format("the journal on {} can't be read: {}", run->target_id(), trouble);
  }
  status.reasons = watch::reasons(status.seen);
  status.next = next_of(status);
  return status;
}

void Looker::look_at_servers(Status& status, Run& run, const Found& found, std::stop_token stop) {
  steps::AtAws at_aws{.source = account_.instances.find(found.source_id, stop), .target = found.target, .replica = {}};
  if (!run.facts.replica_released) at_aws.replica = account_.instances.find(run.replica_id(), stop);
  status.seen = steps::observation_without_servers(run, at_aws);
  if (!at_aws.source) return;
  status.seen.trouble = trouble_of([&] {
    const bool at_work = status.seen.promised.settled || steps::is_at_work(run, at_aws, stop);
    if (run.journal.is_open()) status.seen = observer_.look(run, at_aws, stop);
    status.seen.at_work = at_work;
  });
}

}  // namespace darbe::cli
