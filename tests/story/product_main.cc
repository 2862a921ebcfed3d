// story_product --record FILE [--gtest_filter=…]: each fault point by itself, killed there and resumed, killed there
// and undone, and each action of AWS with its answer lost, on each family of servers. What passes is written to FILE
// and not tried again: a repeated call goes on where the last one ended. `./dev check --all`
#include <fstream>
#include <set>

#include "aws/actions.h"
#include "base/file.h"
#include "story/family.h"

namespace darbe::story_test {
namespace {

enum class Then { resumed, undone };

template <typename Family>
class Product : public Story<Family> {
 protected:
  using Base = Story<Family>;
  using Base::world;
  static constexpr const char* id = "putio19";
  static std::vector<std::string> setup() { return world->setup_arguments(id, {"--jobs", "2"}); }
  static std::vector<std::string> undo() { return world->undo_arguments(id); }

  static void expect_end() {
    const Ended ended = world->darbe(setup());
    ASSERT_EQ(ended.status, 0) << ended.text();
    Base::expect_equal(id);
  }
};

// A point of DARBE_FAULT.
template <typename Family>
class Kill : public Product<Family> {
 public:
  Kill(std::string point, Then then) : point_(std::move(point)), then_(then) {}

  void TestBody() override {
    const std::string before = world->inventory();
    bring_about();
    const Ended first = world->darbe(Product<Family>::setup(), {{"DARBE_FAULT", point_ + ":kill"}});
    if (first.signal != SIGKILL) {
      ASSERT_EQ(first.status, 0) << first.text();  // it is not on the way
      const Ended back = world->darbe(Product<Family>::undo(), {{"DARBE_FAULT", point_ + ":kill"}});
      const bool is_passed = std::ranges::find(Family::unpassed, point_) == Family::unpassed.end();
      EXPECT_EQ(back.signal == SIGKILL, is_passed) << back.text();
    } else if (then_ == Then::resumed) {
      Product<Family>::expect_end();
    }
    Product<Family>::expect_undo(Product<Family>::id, before);
  }

 private:
  using Story<Family>::world;

  // Two points are passed only where something went wrong.
  void bring_about() {
    const bool in_repair = point_ == "verify.copied_again";
    if (!in_repair && point_ != "copy.dropped") return;
    ASSERT_TRUE(Product<Family>::is_killed_at("applied.Copy", Product<Family>::setup()));
    if (!in_repair) return Product<Family>::restart_replica();
    world->connect(Product<Family>::id).execute("UPDATE putio.files SET size = size + 1 ORDER BY id LIMIT 1");
  }

  const std::string point_;
  const Then then_;
};

// An action whose answer is lost, once on the way and once on the way back, while darbe lives.
template <typename Family>
class Loss : public Product<Family> {
 public:
  explicit Loss(std::string action) : action_(std::move(action)) {}

  void TestBody() override {
    const std::string before = world->inventory();
    const std::size_t since = world->lab().requests().size();
    for (const bool back : {false, true}) {
      world->lab().lose(action_);
      back ? Product<Family>::expect_undo(Product<Family>::id, before) : Product<Family>::expect_end();
      world->lab().clear_faults();
    }
    const bool is_asked = std::ranges::find(Family::unpassed, "aws." + action_) == Family::unpassed.end();
    EXPECT_EQ(was_lost(since), is_asked) << action_;
  }

 private:
  using Story<Family>::world;

  bool was_lost(std::size_t since) const {
    const auto requests = world->lab().requests();
    return std::any_of(requests.begin() + static_cast<std::ptrdiff_t>(since), requests.end(), [&](const auto& request) {
      return request.at("action").text() == action_ && request.at("lost").truth();
    });
  }

  const std::string action_;
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

std::string name_of(const char* what, std::string subject) {
  std::ranges::replace(subject, '.', '_');
  return fmt::format("{}_{}", what, subject);
}

template <typename Family>
void add(const Record& record, const char* suite) {
  const auto add_test = [&](const std::string& name, const auto& make) {
    if (record.has(fmt::format("{}.{}", suite, name))) return;
    testing::RegisterTest(suite, name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                          [make]() -> Story<Family>* { return make(); });
  };
  for (const std::string& point : points_of_darbe())
    for (const Then then : {Then::resumed, Then::undone})
      add_test(name_of(then == Then::resumed ? "resumed" : "undone", point),
               [point, then] { return new Kill<Family>(point, then); });
  for (const aws::Action& action : aws::changing_actions())
    add_test(name_of("lost", std::string(action.name)),
             [name = std::string(action.name)] { return new Loss<Family>(name); });
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
