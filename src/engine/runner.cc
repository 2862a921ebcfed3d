#include "engine/runner.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"

namespace darbe::engine {

namespace {

using base::Error;
using base::Kind;

// A frozen replica that keeps moving is no ground to build on: more restarts than this in one command stop the run.
constexpr int start_overs_max = 5;

std::size_t index_of(const Story& story, std::string_view name) {
  const auto line = std::ranges::find(story, name, &Line::name);
  DARBE_ASSERT(line != story.end());
  return static_cast<std::size_t>(line - story.begin());
}

bool done(const Journal& journal, std::string_view step) { return journal.is_open() && journal.done(step); }

[[noreturn]] void stop_for(Decision decision, const Line& line, Standing standing) {
  if (decision == Decision::stop_changed)
    throw Error(
        Kind::failed, fmt::format("{} was done, and now the servers say {}", line.name, name_of(standing)),
        "Something changed it behind us. `darbe status --explain` says what is missing: put it back, or give the "
        "run up with `darbe undo`.");
  throw Error(Kind::ambiguous, fmt::format("it can't be known how far {} is", line.name),
              "Look at the instances named above in the AWS console; run the same command again when they answer.");
}

// One line of the story, from the question to the record.
void walk_line(const Story& story, std::size_t index, Run& run, Journal& journal, Watcher& watcher,
               const std::stop_token& stop) {
  const Line& line = story[index];
  const Recorded before = recorded(story, index, journal);
  if (before == Recorded::closed) return watcher.step_done(line.name, false);
  const auto step = line.make();
  const auto begins = std::chrono::system_clock::now();
  const Standing standing = step->check(run, stop);
  const Decision decision = decide(before, standing);
  if (decision == Decision::next) return watcher.step_done(line.name, false);
  if (decision == Decision::stop_changed || decision == Decision::stop_unknown) stop_for(decision, line, standing);
  if (decision == Decision::apply) {
    watcher.step_begins(line.name);
    if (journal.is_open()) journal.record_began(line.name, begins);
    step->apply(run, stop);
  }
  if (!journal.began(line.name)) journal.record_began(line.name, begins);
  line.applied->pass();
  if (!journal.done(line.name)) journal.record_done(line.name);
  watcher.step_done(line.name, decision == Decision::apply);
}

// The line to go on with: `index`, or the one that has taken it over.
std::size_t skip_taken_over(const Story& story, std::size_t index, Run& run, const Journal& journal, Watcher& watcher,
                            const std::stop_token& stop) {
  const auto taker = begun_taker_from(story, index, journal);
  if (!taker) return index;
  const Line& line = story[*taker];
  const Standing standing = base::in_context(std::string(line.name), [&] { return line.make()->check(run, stop); });
  const Above above = above_begun(standing);
  if (above == Above::stop_unknown) stop_for(Decision::stop_unknown, line, standing);
  if (above == Above::ask) return index;
  for (; index < *taker; ++index) watcher.step_done(story[index].name, false);
  return index;
}

void start_over(const Story& story, std::size_t since, const std::string& reason, Journal& journal, Watcher& watcher) {
  for (std::size_t i = story.size(); i-- > since;) {
    if (!journal.began(story[i].name)) continue;
    journal.record_void(story[i].name, reason);
    watcher.step_void(story[i].name, reason);
  }
}

}  // namespace

std::optional<std::size_t> begun_taker_from(const Story& story, std::size_t index, const Journal& journal) {
  for (std::size_t later = index + 1; later < story.size(); ++later) {
    const Line& line = story[later];
    if (line.takes_over_from == story[index].name && journal.is_open() && journal.began(line.name) &&
        !journal.done(line.name))
      return later;
  }
  return std::nullopt;
}

Recorded recorded(const Story& story, std::size_t index, const Journal& journal) {
  const Line& line = story[index];
  if (!done(journal, line.name)) return Recorded::not_done;
  for (std::size_t later = index + 1; later < story.size(); ++later) {
    const Line& other = story[later];
    if (!other.takes_over_from.empty() && done(journal, other.name) && index_of(story, other.takes_over_from) <= index)
      return Recorded::closed;
  }
  return line.lasts == Lasts::always ? Recorded::done : Recorded::done_passing;
}

void walk(const Story& story, Run& run, Journal& journal, Watcher& watcher, std::stop_token stop) {
  int start_overs = 0;
  for (std::size_t index = 0; index < story.size();) {
    base::throw_if_stopped(stop);
    try {
      index = skip_taken_over(story, index, run, journal, watcher, stop);
      base::in_context(std::string(story[index].name), [&] { walk_line(story, index, run, journal, watcher, stop); });
      ++index;
    } catch (const StartOver& again) {
      if (++start_overs > start_overs_max)
        throw Error(Kind::failed, fmt::format("{}; begun anew {} times already", again.reason, start_overs_max),
                    "Find out what restarts the read replica, then run the same command again.");
      start_over(story, index_of(story, again.since), again.reason, journal, watcher);
      index = index_of(story, again.since);
    }
  }
}

void undo(const Story& story, Run& run, std::stop_token stop, const std::function<void(std::string_view)>& undoing) {
  for (auto line = story.rbegin(); line != story.rend(); ++line) {
    base::throw_if_stopped(stop);
    undoing(line->name);
    base::in_context(fmt::format("undo of {}", line->name), [&] { line->make()->undo(run, stop); });
  }
}

}  // namespace darbe::engine
