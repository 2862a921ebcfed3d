#include "engine/explain.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "engine/runner.h"

namespace darbe::engine {

namespace {

// Who took the line over.
std::string_view taken_over_by(const Story& story, std::size_t index, const Journal& journal) {
  for (std::size_t later = index + 1; later < story.size(); ++later)
    if (!story[later].takes_over_from.empty() && journal.done(story[later].name)) return story[later].name;
  return "a later step";
}

void ask(Explanation& line, Step& step, Run& run, const std::function<std::string()>& saw,
         const std::stop_token& stop) {
  try {
    line.servers = step.check(run, stop);
    line.decision = decide(line.journal, *line.servers);
    line.why = saw();
  } catch (const StartOver& again) {
    line.why = fmt::format("{}: everything since {} begins anew", again.reason, again.since);
  } catch (const std::exception& error) {
    base::throw_if_stopped(stop);
    line.why = base::text_of(error);
  }
}

Explanation unasked(const Story& story, std::size_t index, const Journal& journal) {
  return {
      .step = story[index].name, .journal = recorded(story, index, journal), .servers = {}, .decision = {}, .why = {}};
}

bool did_nothing(const Explanation& taker) { return taker.servers && above_begun(*taker.servers) == Above::ask; }

// A line that a begun taker takes over, or keeps the walk from.
Explanation beneath(Explanation line, const Explanation& taker) {
  if (taker.servers && above_begun(*taker.servers) == Above::skip) {
    line.decision = Decision::next;
    line.why = fmt::format("not asked: {} began and takes over", taker.step);
  } else {
    line.why = fmt::format("not asked: {} comes first", taker.step);
  }
  return line;
}

bool goes_on(const Explanation& line) {
  return line.decision == Decision::next || line.decision == Decision::record_done;
}

}  // namespace

std::vector<Explanation> explain(const Story& story, Run& run, const Journal& journal,
                                 const std::function<std::string()>& saw, std::stop_token stop) {
  std::vector<Explanation> lines;
  std::string_view first;  // the line where a walk would have something to do
  for (std::size_t index = 0; index < story.size(); ++index) {
    Explanation line = unasked(story, index, journal);
    if (!first.empty()) {
      line.why = fmt::format("not asked: {} comes first", first);
    } else if (line.journal == Recorded::closed) {
      line.decision = Decision::next;
      line.why = fmt::format("not asked: {} took it over", taken_over_by(story, index, journal));
    } else {
      const auto taker = begun_taker_from(story, index, journal);
      Explanation asked = unasked(story, taker.value_or(index), journal);
      ask(asked, *story[taker.value_or(index)].make(), run, saw, stop);
      if (taker && did_nothing(asked)) {
        ask(line, *story[index].make(), run, saw, stop);
      } else {
        for (; taker && index < *taker; ++index) lines.push_back(beneath(unasked(story, index, journal), asked));
        line = std::move(asked);
      }
      if (!goes_on(line)) first = line.step;
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace darbe::engine
