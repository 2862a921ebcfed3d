#include "engine/runner.h"

#include <map>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "engine/explain.h"

namespace darbe {

// The engine never looks inside; here it is the world that the steps act on.
class Run {
 public:
  std::map<std::string, engine::Standing, std::less<>> world;
  std::vector<std::string> calls;
  std::string start_over_at;  // the step whose check finds the ground gone, once
};

namespace engine {
namespace {

using testing::ElementsAre;

template <const char* step_name>
class FakeStep : public Step {
 public:
  static constexpr std::string_view name = step_name;
  Standing check(Run& run, std::stop_token) override {
    run.calls.push_back("check " + std::string(name));
    if (run.start_over_at == name) {
      run.start_over_at.clear();
      throw StartOver{"second", "it moved"};
    }
    return run.world[std::string(name)];
  }
  void apply(Run& run, std::stop_token) override {
    run.calls.push_back("apply " + std::string(name));
    run.world[std::string(name)] = Standing::done;
  }
  void undo(Run& run, std::stop_token) override { run.calls.push_back("undo " + std::string(name)); }
};

constexpr char first[] = "first", second[] = "second", third[] = "third", fourth[] = "fourth";

class Taker : public FakeStep<third> {
 public:
  static constexpr std::string_view takes_over_from = "second";
};
class Watched : public FakeStep<fourth> {
 public:
  static constexpr Lasts lasts = Lasts::while_watched;
};

class MemoryJournal : public Journal {
 public:
  bool is_open() const override { return open; }
  bool began(std::string_view step) const override { return began_steps.contains(step); }
  bool done(std::string_view step) const override { return done_steps.contains(step); }
  void record_began(std::string_view step, std::chrono::system_clock::time_point) override {
    began_steps.emplace(step);
  }
  void record_done(std::string_view step) override { done_steps.emplace(step); }
  void record_void(std::string_view step, const std::string&) override {
    began_steps.erase(std::string(step));
    done_steps.erase(std::string(step));
  }
  bool open = true;
  std::set<std::string, std::less<>> began_steps;
  std::set<std::string, std::less<>> done_steps;
};

class SilentWatcher : public Watcher {
 public:
  void step_begins(std::string_view) override {}
  void step_done(std::string_view, bool) override {}
  void step_void(std::string_view step, const std::string&) override { voided.emplace_back(step); }
  std::vector<std::string> voided;
};

class Runner : public testing::Test {
 protected:
  void walk() { engine::walk(story, run, journal, watcher, {}); }

  Story story = {step<FakeStep<first>>(), step<FakeStep<second>>(), step<Taker>(), step<Watched>()};
  darbe::Run run;
  MemoryJournal journal;
  SilentWatcher watcher;
};

TEST_F(Runner, AppliesEachStepInOrderAndRecordsIt) {
  walk();
  EXPECT_THAT(run.calls, ElementsAre("check first", "apply first", "check second", "apply second", "check third",
                                     "apply third", "check fourth", "apply fourth"));
  EXPECT_THAT(journal.done_steps, ElementsAre("first", "fourth", "second", "third"));
}

TEST_F(Runner, AsksButDoesNotRepeatWhatIsDone) {
  walk();
  run.calls.clear();
  walk();
  EXPECT_THAT(run.calls, ElementsAre("check first", "check third", "check fourth")) << "second is taken over by third";
}

// It was killed between its last effect and the record, and what it takes over looks otherwise since.
TEST_F(Runner, AsksABegunStepBeforeThoseThatItTakesOver) {
  journal.began_steps = {"first", "second"};
  journal.done_steps = {"first", "second"};
  journal.began_steps.emplace("third");
  run.world["first"] = Standing::done;
  run.world["second"] = Standing::partial;
  for (const Standing now : {Standing::partial, Standing::done}) {
    run.world["third"] = now;
    run.calls.clear();
    journal.done_steps.erase("third");
    walk();
    EXPECT_THAT(run.calls, testing::Not(testing::Contains("check second")));
    EXPECT_TRUE(journal.done("third"));
  }
}

TEST_F(Runner, AsksThoseAboveWhileABegunStepDidNothing) {
  journal.began_steps = {"first", "second", "third"};
  walk();
  EXPECT_THAT(run.calls, ElementsAre("check first", "apply first", "check third", "check second", "apply second",
                                     "check third", "apply third", "check fourth", "apply fourth"));
}

TEST_F(Runner, StopsBeforeThoseAboveWhenABegunStepIsUnknown) {
  journal.began_steps = {"first", "second", "third"};
  run.world["third"] = Standing::unknown;
  try {
    walk();
    FAIL() << "acted on the unknown";
  } catch (const base::Error& error) {
    EXPECT_EQ(base::kind_of(error), base::Kind::ambiguous);
    EXPECT_THAT(base::text_of(error), testing::HasSubstr("third"));
  }
  EXPECT_THAT(run.calls, ElementsAre("check first", "apply first", "check third"));
}

TEST_F(Runner, StopsWhenAFinishedThingIsGone) {
  walk();
  run.world["first"] = Standing::absent;
  try {
    walk();
    FAIL() << "walked over a missing step";
  } catch (const base::Error& error) {
    EXPECT_EQ(base::kind_of(error), base::Kind::failed);
    EXPECT_THAT(base::text_of(error), testing::HasSubstr("first"));
    EXPECT_THAT(base::advice_of(error), testing::HasSubstr("`darbe status --explain` says what is missing"));
  }
}

TEST_F(Runner, WaitsAgainForAConditionThatPassed) {
  walk();
  run.world["fourth"] = Standing::partial;
  run.calls.clear();
  walk();
  EXPECT_EQ(run.calls.back(), "apply fourth");
}

TEST_F(Runner, StopsAndAsksAPersonAboutTheUnknown) {
  run.world["second"] = Standing::unknown;
  try {
    walk();
    FAIL() << "acted on the unknown";
  } catch (const base::Error& error) {
    EXPECT_EQ(base::kind_of(error), base::Kind::ambiguous);
  }
  EXPECT_THAT(run.calls, ElementsAre("check first", "apply first", "check second"));
}

TEST_F(Runner, VoidsAndRepeatsAllSinceAStepWhoseGroundIsGone) {
  run.start_over_at = "third";
  walk();
  EXPECT_THAT(watcher.voided, ElementsAre("second"));
  EXPECT_THAT(journal.done_steps, ElementsAre("first", "fourth", "second", "third"));
}

TEST_F(Runner, HeedsAStopBetweenSteps) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(engine::walk(story, run, journal, watcher, stop.get_token()), base::Error);
  EXPECT_TRUE(run.calls.empty());
}

TEST_F(Runner, UndoesBackwards) {
  engine::undo(story, run, {}, [](std::string_view) {});
  EXPECT_THAT(run.calls, ElementsAre("undo fourth", "undo third", "undo second", "undo first"));
}

std::vector<std::string> lines_of(const std::vector<Explanation>& explained) {
  std::vector<std::string> lines;
  for (const Explanation& line : explained)
    lines.push_back(fmt::format("{}: {}, {}, {}: {}", line.step, name_of(line.journal),
                                line.servers ? name_of(*line.servers) : "-",
                                line.decision ? name_of(*line.decision) : "-", line.why));
  return lines;
}

TEST_F(Runner, ExplainsWhatItWouldDoAndChangesNothing) {
  walk();
  run.world["fourth"] = Standing::partial;
  run.calls.clear();
  const auto explained = explain(story, run, journal, [this] { return "after " + run.calls.back(); }, {});
  EXPECT_THAT(lines_of(explained), ElementsAre("first: done, done, next step: after check first",
                                               "second: done and closed, -, next step: not asked: third took it over",
                                               "third: done, done, next step: after check third",
                                               "fourth: done, may pass, partial, apply: after check fourth"));
  EXPECT_THAT(run.calls, ElementsAre("check first", "check third", "check fourth"));
}

TEST_F(Runner, ExplainsThatABegunStepTakesOver) {
  journal.began_steps = {"first", "second", "third"};
  journal.done_steps = {"first", "second"};
  run.world["first"] = Standing::done;
  run.world["second"] = Standing::partial;
  run.world["third"] = Standing::partial;
  const auto explained = [this] {
    run.calls.clear();
    return lines_of(explain(story, run, journal, [] { return "seen"; }, {}));
  };
  EXPECT_THAT(explained(), ElementsAre("first: done, done, next step: seen",
                                       "second: done, -, next step: not asked: third began and takes over",
                                       "third: not done, partial, apply: seen",
                                       "fourth: not done, -, -: not asked: third comes first"));
  EXPECT_THAT(run.calls, ElementsAre("check first", "check third"));
  run.world["third"] = Standing::unknown;
  EXPECT_THAT(explained(),
              ElementsAre("first: done, done, next step: seen", "second: done, -, -: not asked: third comes first",
                          "third: not done, unknown, stop: a person must look: seen",
                          "fourth: not done, -, -: not asked: third comes first"));
  run.world["third"] = Standing::absent;
  EXPECT_EQ(explained().at(1), "second: done, partial, stop: changed behind us: seen");
}

TEST_F(Runner, ExplainsNoStepBelowTheOneThatIsToBeDone) {
  journal.done_steps = {"first"};
  run.world["first"] = Standing::done;
  run.start_over_at = "second";
  const auto explained = explain(story, run, journal, [] { return "seen"; }, {});
  EXPECT_THAT(lines_of(explained), ElementsAre("first: done, done, next step: seen",
                                               "second: not done, -, -: it moved: everything since second begins anew",
                                               "third: not done, -, -: not asked: second comes first",
                                               "fourth: not done, -, -: not asked: second comes first"));
}

}  // namespace
}  // namespace engine
}  // namespace darbe
