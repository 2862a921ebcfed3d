// Runs that are killed at every point that the code itself lists, and resumed or undone. `./dev check --all` tries each
// point by itself, both ways (product_main.cc).
#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>

#include "aws/actions.h"
#include "base/file.h"
#include "story/family.h"

namespace darbe::story_test {
namespace {

using testing::HasSubstr;

constexpr std::string_view applied = "applied.";

// A point, and the step in which a run that nobody disturbs passes it first.
struct Place {
  std::string point;
  std::string step;

  bool ends_its_step() const { return point == std::string(applied) + step; }
};

std::vector<Place> places_of(const std::vector<std::string>& passed) {
  std::vector<Place> places;
  std::size_t first_of_step = 0;
  for (const std::string& point : passed) {
    if (point.find('#') != std::string::npos) continue;  // a later passing
    places.push_back({point, {}});
    if (!point.starts_with(applied)) continue;
    for (; first_of_step < places.size(); ++first_of_step) places[first_of_step].step = point.substr(applied.size());
  }
  return places;
}

// Each line of it is an event.
void expect_events(const Ended& ended) {
  for (const lab::Value& event : events_of(ended)) {
    EXPECT_NE(event.at("event").text(), "") << lab::to_json(event);
    EXPECT_NE(event.at("at").text(), "") << lab::to_json(event);
  }
}

// `darbe status` after a kill at `place`: the steps above are done, this one is begun, none below.
void expect_status(const World& world, const std::string& target_id, const Place& place, bool is_altered) {
  const Ended ended = world.darbe(world.status_arguments(target_id));
  std::string expected = "done";
  const std::vector<lab::Value> events = events_of(ended);
  ASSERT_EQ(events.size(), 1u) << place.point << "\n" << ended.text();
  // That nobody is at work, and that somebody altered a table (write_across_databases), is all that a person has to
  // know.
  std::vector<std::string> concerns, known{"work"};
  if (is_altered) known.emplace_back("schema");
  for (const lab::Value& reason : events.at(0).at("reasons").list()) concerns.push_back(reason.at("concern").text());
  EXPECT_EQ(concerns, known) << place.point << "\n" << ended.text();
  EXPECT_EQ(ended.status, 6) << place.point << "\n" << ended.text();
  for (const lab::Value& line : events.at(0).at("steps").list()) {
    const bool is_here = line.at("step").text() == place.step;
    EXPECT_EQ(line.at("standing").text(), is_here ? "begun" : expected) << line.at("step").text() << place.point;
    if (is_here) expected = "not begun";
  }
  EXPECT_EQ(expected, "not begun") << "no line for " << place.step;
}

// What a filter by name of the session's database would get wrong, both ways.
void write_across_databases(const World& world) {
  mysql::ConnectOptions options = world.options_of(World::source_id);
  options.database = "elsewhere";
  mysql::Connection elsewhere(options, {});
  elsewhere.execute("INSERT INTO notes SELECT 1 + MAX(id) FROM notes");
  elsewhere.execute("ALTER TABLE putio.t ADD COLUMN later INT NOT NULL DEFAULT 7");
  elsewhere.execute("INSERT INTO putio.t (id) VALUES (1)");
}

void expect_the_filter_to_have_judged(const World& world, const std::string& target_id) {
  mysql::Connection target = world.connect(target_id);
  EXPECT_EQ(target.value("SELECT later FROM putio.t WHERE id = 1"), "7");
  EXPECT_EQ(target.number("SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'elsewhere'"), 0u);
  mysql::Connection source = world.connect(World::source_id);
  source.execute("DELETE FROM putio.t");
  source.execute("ALTER TABLE putio.t DROP COLUMN later");
}

std::vector<std::string> without(const std::vector<std::string>& all, const std::set<std::string>& some) {
  std::vector<std::string> rest;
  std::ranges::copy_if(all, std::back_inserter(rest), [&](const std::string& each) { return !some.contains(each); });
  return rest;
}

}  // namespace

template <typename Family>
void Story<Family>::expect_to_survive_kills() {
  const std::string before = world->inventory();
  const auto arguments = world->setup_arguments("putio17", {"--output", "json", "--jobs", "2"});
  std::vector<std::string> on_the_way, on_the_way_back;
  const Ended undisturbed = world->darbe(arguments, on_the_way);
  ASSERT_EQ(undisturbed.status, 0) << undisturbed.text();
  const std::string end_state = world->end_state("putio17");
  const Ended undone = world->darbe(world->undo_arguments("putio17"), on_the_way_back);
  ASSERT_EQ(undone.status, 0) << undone.text();
  EXPECT_EQ(world->inventory(), before);

  std::set<std::string> killed_at;
  const auto is_killed = [&](const std::string& point, const std::vector<std::string>& at_work) {
    return killed_at.insert(point).second && is_killed_at(point, at_work);
  };
  demo::Writer writer(world->options_of(World::source_id), {.name = "`putio`.`acknowledged`", .other_columns = ""});
  bool is_altered = false;
  for (const Place& place : places_of(on_the_way)) {
    ASSERT_TRUE(is_killed(place.point, arguments));
    if (place.ends_its_step()) expect_status(*world, "putio17", place, is_altered);
    if (place.point == "applied.Copy") {
      world->connect("putio17").execute("UPDATE putio.files SET size = size + 1 ORDER BY id LIMIT 1");
      ASSERT_TRUE(is_killed("verify.copied_again", arguments));
    }
    if (place.point == "applied.Verify") {
      restart_replica();
      ASSERT_TRUE(is_killed("copy.dropped", arguments));
    }
    if (place.point != "applied.Objects") continue;
    write_across_databases(*world);  // the freeze holds: replication brings this
    is_altered = true;
  }
  const Ended ended = world->darbe(arguments);
  ASSERT_EQ(ended.status, 0) << ended.text();
  expect_events(ended);
  const lab::Value report = events_of(ended).back();
  EXPECT_EQ(report.at("event").text(), "report");
  EXPECT_TRUE(report.at("all_equal").truth());
  const lab::Value& changes = report.at("source_changes");
  EXPECT_EQ(changes.list().size(), 1u) << lab::to_json(changes);  // write_across_databases() and nobody else
  EXPECT_THAT(lab::to_json(changes), HasSubstr("putio.t "));
  expect_equal("putio17", writer);
  expect_the_filter_to_have_judged(*world, "putio17");
  EXPECT_EQ(world->end_state("putio17"), end_state);

  for (const Place& place : places_of(on_the_way_back)) {
    killed_at.erase(place.point);  // of a deletion on the way
    ASSERT_TRUE(is_killed(place.point, world->undo_arguments("putio17")));
  }
  expect_undo("putio17", before);
  EXPECT_THAT(without(points_of_darbe(), killed_at), testing::UnorderedElementsAreArray(Family::unpassed));
}

// Of the last step's end it is tried above.
template <typename Family>
void Story<Family>::expect_undo_from_each_step() {
  const std::string before = world->inventory();
  for (const std::string& point : points_of_darbe()) {
    if (!point.starts_with(applied) || point == "applied.Settle") continue;
    ASSERT_TRUE(is_killed_at(point, world->setup_arguments("putio18")));
    expect_undo("putio18", before);
  }
}

template <typename Family>
void Story<Family>::expect_undo_after_lost_answers() {
  const std::string before = world->inventory();
  for (const aws::Action& action : aws::changing_actions()) {
    if (action.effect != aws::Effect::makes) continue;
    ASSERT_TRUE(is_killed_at(fmt::format("aws.{}", action.name), world->setup_arguments("putio18")));
    expect_undo("putio18", before);
  }
  const Ended again = world->darbe(world->undo_arguments("putio18"));
  EXPECT_EQ(again.status, 0) << again.text();
  EXPECT_THAT(again.output, HasSubstr("nothing is left to undo"));
}

namespace {

// Suites of their own, to run beside the rest of their family's.
class KillsMySql : public StoryMySql {};
class KillsMySql56 : public StoryMySql56 {};
class KillsMariaDb : public StoryMariaDb {};

TEST_F(KillsMySql, IsKilledAtEveryPointResumedAndUndone) { expect_to_survive_kills(); }
TEST_F(KillsMySql56, IsKilledAtEveryPointResumedAndUndone) { expect_to_survive_kills(); }
TEST_F(KillsMariaDb, IsKilledAtEveryPointResumedAndUndone) { expect_to_survive_kills(); }

TEST_F(KillsMySql, IsUndoneFromTheEndOfEachStep) { expect_undo_from_each_step(); }
TEST_F(KillsMySql56, IsUndoneFromTheEndOfEachStep) { expect_undo_from_each_step(); }
TEST_F(KillsMariaDb, IsUndoneFromTheEndOfEachStep) { expect_undo_from_each_step(); }

TEST_F(KillsMySql, IsUndoneWhenTheAnswerWasLost) { expect_undo_after_lost_answers(); }
TEST_F(KillsMySql56, IsUndoneWhenTheAnswerWasLost) { expect_undo_after_lost_answers(); }
TEST_F(KillsMariaDb, IsUndoneWhenTheAnswerWasLost) { expect_undo_after_lost_answers(); }

// What the code says and what the program knows: no point is lost on the way into it.
TEST(FaultPoints, AreAllListedByDarbeItself) {
  static const std::regex point("fault::point<\"([^\"]+)\">");
  std::set<std::string> written;
  for (const auto& file : std::filesystem::recursive_directory_iterator(std::string(DARBE_SOURCE_DIR) + "/src")) {
    if (file.path().extension() != ".cc") continue;
    const std::string text = base::read_file(file.path());
    for (std::sregex_iterator found(text.begin(), text.end(), point), end; found != end; ++found)
      written.insert((*found)[1].str());
  }
  for (const aws::Action& action : aws::changing_actions()) written.insert(fmt::format("aws.{}", action.name));
  std::set<std::string> listed, steps;
  for (const std::string& name : points_of_darbe()) (name.starts_with(applied) ? steps : listed).insert(name);
  EXPECT_EQ(listed, written);
  EXPECT_EQ(steps.size(), 9u);
}

}  // namespace
}  // namespace darbe::story_test
