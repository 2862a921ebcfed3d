// story_product --record FILE [--gtest_filter=…]: each fault point by itself, and each call of AWS that changes
// something. Darbe is killed there, or the answer is lost while it lives; then it is resumed, or undone; on undo's own
// way undo is repeated. On each family of servers, under live writes, compared with a run that nobody disturbed. What
// passes is written to FILE and not tried again: a repeated call goes on where the last one ended. `./dev check --all`
#include <fstream>
#include <set>

#include "aws/actions.h"
#include "base/file.h"
#include "story/family.h"

namespace darbe::story_test {
namespace {

// What goes wrong at a point.
enum class Fault {
  killed,  // what was asked has taken effect, nobody saw the answer, and darbe is gone
  lost     // as before, and darbe lives
};

// What happens then.
enum class Then {
  resumed,       // the same setup again, and undo
  undone,        // undo
  undone_again,  // it happened on undo's way: the same undo again
};

// A point of DARBE_FAULT, at one of its passings: NAME or NAME#N. That of an action of AWS may be passed often.
struct Place {
  std::string point;

  std::string name() const { return point.substr(0, point.find('#')); }
  int passing() const { return name() == point ? 1 : std::stoi(point.substr(name().size() + 1)); }
  bool is_of_aws() const { return point.starts_with(of_aws); }
  std::string action() const { return name().substr(of_aws.size()); }

  static constexpr std::string_view of_aws = "aws.";
};

constexpr int passings_of_aws = 6;  // of one action that are tried

template <typename Family>
class Product : public Story<Family> {
 public:
  Product(Place place, Fault fault, Then then) : place_(std::move(place)), fault_(fault), then_(then) {}

  static void SetUpTestSuite() {
    Base::SetUpTestSuite();
    world->set_windows(World::source_id, std::chrono::hours(96), std::chrono::hours(12));  // not to come near meanwhile
    const std::string before = world->inventory();
    std::vector<std::string> passed;
    const Ended undisturbed = world->darbe(setup(), passed);
    EXPECT_EQ(undisturbed.status, 0) << undisturbed.text();
    on_the_way = {passed.begin(), passed.end()};
    on_the_way.insert(brought_about.begin(), brought_about.end());
    end_state = world->end_state(id);
    const Ended undone = world->darbe(undo(), passed);
    EXPECT_EQ(undone.status, 0) << undone.text();
    on_the_way_back = {passed.begin(), passed.end()};
    EXPECT_EQ(world->inventory(), before);
    expect_all_points();
  }

  void TestBody() override {
    const bool is_back = then_ == Then::undone_again;
    if (!(is_back ? on_the_way_back : on_the_way).contains(place_.point)) GTEST_SKIP() << "it is not on the way";
    const std::string before = world->inventory();
    world->connect(World::source_id).execute("TRUNCATE TABLE putio.acknowledged");
    demo::Writer writer(world->options_of(World::source_id), {.name = "`putio`.`acknowledged`", .other_columns = ""});
    if (is_back)
      expect_end(writer);
    else
      ASSERT_NO_FATAL_FAILURE(bring_about());
    break_there(is_back ? undo() : setup());
    if (then_ == Then::resumed) expect_end(writer);
    writer.stop();
    Base::expect_undo(id, before);
  }

  // What a failed one left behind would be the next one's.
  void TearDown() override {
    if (!Base::HasFailure()) return;
    std::cerr << "the lab said:\n" << world->lab().log();
    world.reset();
    SetUpTestSuite();
  }

 private:
  using Base = Story<Family>;
  using Base::world;

  static constexpr const char* id = "putio19";
  // Passed only where something went wrong.
  static inline const std::vector<std::string> brought_about = {"copy.dropped", "verify.copied_again"};

  static std::vector<std::string> setup() { return world->setup_arguments(id, {"--jobs", "2"}); }
  static std::vector<std::string> undo() { return world->undo_arguments(id); }

  static void expect_all_points() {
    std::vector<std::string> neither;
    for (const std::string& point : points_of_darbe())
      if (!on_the_way.contains(point) && !on_the_way_back.contains(point)) neither.push_back(point);
    EXPECT_THAT(neither, testing::UnorderedElementsAreArray(Family::unpassed));
    for (const auto* way : {&on_the_way, &on_the_way_back})
      for (const std::string& point : *way) {
        const Place place{point};
        EXPECT_FALSE(place.is_of_aws() && place.passing() > passings_of_aws) << "not every passing is tried: " << point;
      }
  }

  static void expect_end(demo::Writer& writer) {
    const Ended ended = Base::repeated(setup());
    ASSERT_EQ(ended.status, 0) << ended.text();
    Base::expect_equal(id, writer);
    EXPECT_EQ(world->end_state(id), end_state);
  }

  void bring_about() {
    const bool in_repair = place_.point == "verify.copied_again";
    if (!in_repair && place_.point != "copy.dropped") return;
    ASSERT_TRUE(Base::is_killed_at("applied.Copy", setup()));
    if (!in_repair) return Base::restart_replica();
    world->connect(id).execute("UPDATE putio.files SET size = size + 1 ORDER BY id LIMIT 1");
  }

  void break_there(const std::vector<std::string>& arguments) {
    if (fault_ == Fault::killed) {
      Base::is_killed_at(place_.point, arguments);
    } else if (place_.is_of_aws()) {
      const std::uintmax_t since = world->lab().requests_size();
      world->lab().lose(place_.action(), 1, place_.passing() - 1);
      const Ended ended = Base::repeated(arguments);
      world->lab().clear_faults();
      EXPECT_EQ(ended.status, 0) << ended.text();
      EXPECT_TRUE(was_lost(since)) << place_.point;
    } else {
      const Ended ended = Base::repeated(arguments, {{"DARBE_FAULT", place_.point + ":lose"}});
      EXPECT_TRUE(ended.status == 0 || ended.status == 1) << ended.text();  // done, or "the same command goes on"
      EXPECT_THAT(ended.errors, testing::HasSubstr(fmt::format("fault point {}: lose\n", place_.name())));
    }
  }

  bool was_lost(std::uintmax_t since) const {
    return std::ranges::any_of(world->lab().requests_since(since), [&](const lab::Value& request) {
      return request.at("action").text() == place_.action() && request.at("lost").truth();
    });
  }

  // Of the undisturbed run.
  static inline std::set<std::string> on_the_way;
  static inline std::set<std::string> on_the_way_back;
  static inline std::string end_state;

  const Place place_;
  const Fault fault_;
  const Then then_;
};

// Tests that passed, in a file.
class Record : public testing::EmptyTestEventListener {
 public:
  explicit Record(std::string file) : file_(std::move(file)) {
    std::ifstream lines(file_);
    for (std::string line; std::getline(lines, line);) passed_.insert(line);
  }
  bool has(const std::string& test) const { return passed_.contains(test); }
  std::size_t size() const { return passed_.size(); }

  void OnTestEnd(const testing::TestInfo& test) override {
    if (test.result()->Passed())
      std::ofstream(file_, std::ios::app) << test.test_suite_name() << "." << test.name() << "\n";
  }

 private:
  const std::string file_;
  std::set<std::string> passed_;
};

std::string name_of(Fault fault, Then then, std::string point) {
  constexpr const char* outcomes[] = {"resumed", "undone", "undone_again"};
  std::ranges::replace(point, '.', '_');
  std::ranges::replace(point, '#', '_');
  return fmt::format("{}_{}_{}", fault == Fault::killed ? "killed" : "lost", outcomes[static_cast<int>(then)], point);
}

// The points, and further passings of those of AWS.
std::vector<Place> places() {
  std::vector<Place> all;
  for (const std::string& point : points_of_darbe()) {
    all.push_back({point});
    for (int passing = 2; Place{point}.is_of_aws() && passing <= passings_of_aws; ++passing)
      all.push_back({fmt::format("{}#{}", point, passing)});
  }
  return all;
}

template <typename Family>
void add(const Record& record, const char* suite) {
  for (const Place& place : places())
    for (const Fault fault : {Fault::killed, Fault::lost})
      for (const Then then : {Then::resumed, Then::undone, Then::undone_again}) {
        const std::string name = name_of(fault, then, place.point);
        if (record.has(fmt::format("{}.{}", suite, name))) continue;
        testing::RegisterTest(suite, name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                              [=]() -> Product<Family>* { return new Product<Family>(place, fault, then); });
      }
}

int run(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  if (argc != 3 || std::string_view(argv[1]) != "--record") {
    std::cerr << "story_product --record FILE [--gtest_filter=…]\n";
    return 2;
  }
  auto record = std::make_unique<Record>(argv[2]);
  if (record->size() > 0) std::cerr << record->size() << " have passed before, by " << argv[2] << "\n";
  add<MySql>(*record, "ProductMySql");
  add<MySql56>(*record, "ProductMySql56");
  add<MariaDb>(*record, "ProductMariaDb");
  testing::UnitTest::GetInstance()->listeners().Append(record.release());  // which owns its listeners
  return RUN_ALL_TESTS();
}

}  // namespace
}  // namespace darbe::story_test

int main(int argc, char** argv) { return darbe::story_test::run(argc, argv); }
