// The copy in a process of its own that is killed, or loses its link, at the points of the pipeline: the same command
// ends with equal data.
#include <algorithm>
#include <atomic>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <stop_token>
#include <thread>
#include <tuple>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/file.h"
#include "copy_child.h"
#include "copy_fixture.h"
#include "mysql/server_life.h"

namespace darbe::copy {
namespace {

// Where the child is to be when it is disturbed.
enum class Situation {
  copying,     // everything is still to be done
  repairing,   // all is copied, and a row on the target was damaged since
  discarding,  // all is copied, and is to be taken back and copied anew
  ahead,       // everything is still to be done, and lanes verify while others build the last indexes
};

TEST(CopyChild, DISABLED_CopiesAndVerifies) {
  Options options{.frozen = options_from_environment("SOURCE"), .target = options_from_environment("TARGET")};
  options.databases = {"shop"};
  options.jobs = static_cast<unsigned>(std::stoi(environment("JOBS")));
  options.chunk_bytes = 16384;
  verify::Options verifying{.frozen = options.frozen, .target = options.target, .databases = options.databases};
  verifying.jobs = 2;
  const auto situation = static_cast<Situation>(std::stoi(environment("SITUATION")));
  // Elsewhere a chunk that differs is the end: nothing may need to be repaired.
  if (situation == Situation::repairing)
    verifying.copy_again = [&](const tables::Table& table, const tables::PlannedTable& planned,
                               const tables::Chunk& chunk,
                               std::stop_token stop) { return copy_again(options, table, planned, chunk, stop); };
  if (situation == Situation::discarding) discard(options.target, {});
  verify::Ahead ahead(verifying);
  if (situation == Situation::ahead)
    options.meanwhile = [&](const std::vector<unsigned>& table_ids, std::stop_token end) {
      return ahead.work(table_ids, std::move(end));
    };
  Progress progress;
  through_restarts([&] { return copy::run(options, progress, {}); });
  verify::run(verifying, progress, {});
}

constexpr base::Poll patience{.every = std::chrono::milliseconds(10), .at_most = std::chrono::minutes(1)};

class ResumeFixture : public Fixture {
 protected:
  explicit ResumeFixture(std::string_view kind) : Fixture(kind) { options.chunk_bytes = 16384; }

  void fill_tables(int doublings = 12) {
    fill({"CREATE TABLE shop.big (id INT AUTO_INCREMENT PRIMARY KEY, v INT, t VARCHAR(100), KEY v (v), KEY t (t))",
          "INSERT INTO shop.big (v, t) VALUES (1, 'x')"});
    for (int doubling = 0; doubling < doublings; ++doubling)
      source.execute("INSERT INTO shop.big (v, t) SELECT v + id, CONCAT(t, id) FROM shop.big");
    fill({"CREATE TABLE shop.keyless (a INT, b INT)", "INSERT INTO shop.keyless SELECT v, id FROM shop.big LIMIT 100",
          "CREATE TABLE shop.counter (id INT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 5000",
          "ANALYZE TABLE shop.big"});
  }
  void bring_about(Situation situation, int doublings = 12) {
    fill_tables(doublings);
    situation_ = situation;
    if (situation == Situation::repairing || situation == Situation::discarding) copy();
    if (situation == Situation::repairing) target.execute("UPDATE shop.big SET v = v + 1 ORDER BY id DESC LIMIT 1");
  }

  void next_child_is_to_begin_by(Situation situation) { situation_ = situation; }

  // The copy in a process of its own; `fault` is a DARBE_FAULT or empty.
  pid_t start_child(const std::string& fault) {
    servers::Program program = child_program("CopyChild", folder_.path() / "child.log", options.frozen, options.target);
    if (!fault.empty()) program.environment.push_back("DARBE_FAULT=" + fault);
    program.environment.push_back(fmt::format("DARBE_TEST_JOBS={}", options.jobs));
    program.environment.push_back(fmt::format("DARBE_TEST_SITUATION={}", static_cast<int>(situation_)));
    return servers::spawn(program);
  }
  servers::Ending run_child(const std::string& fault) { return servers::wait_for(start_child(fault)); }
  std::string child_log() const { return servers::tail_of(folder_.path() / "child.log", 20); }

  // A child that stands still at `point`; nothing if it never came there.
  std::optional<pid_t> child_paused_at(const std::string& point) {
    const pid_t child = start_child(point + ":pause");
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(child), &info, WSTOPPED | WEXITED | WNOWAIT) == 0 &&
        info.si_code == CLD_STOPPED)
      return child;
    ADD_FAILURE() << "it did not come to " << point << ": " << child_log();
    servers::wait_for(child);
    return std::nullopt;
  }
  // Lets it go on; what it can't mend by itself, the same command mends.
  void let_go_on(pid_t child) {
    ::kill(child, SIGCONT);
    if (!servers::wait_for(child).good) {
      EXPECT_TRUE(run_child("").good) << child_log();
    }
  }

  void reconnect() {
    source = mysql::Connection(servers().source.connect_options(), {});
    target = mysql::Connection(servers().target.connect_options(), {});
  }
  static void restart(servers::TestServer& server) {
    server.kill();
    server.start();
  }

  static void end_session(mysql::Connection& side, const std::string& id) {
    try {
      side.execute("KILL " + id);
    } catch (const mysql::ServerError&) {
      // One that the copy had closed before it paused: gone meanwhile.
    }
  }

  void expect_all_equal(const std::vector<std::string>& tables = {"shop.big", "shop.keyless", "shop.counter"}) {
    for (const std::string& table : tables) {
      EXPECT_EQ(checksum(source, table), checksum(target, table)) << table;
      EXPECT_EQ(definition_of(source, table), definition_of(target, table));
    }
    EXPECT_EQ(state(options, {}), State::done);
    EXPECT_EQ(verify::state(options.target, {}), verify::State::done);
  }

  // A killed server may forget its counters above the rows. Where a target doesn't, state() wants them to reach the
  // source's.
  void counters_are_forgotten() { counters_count_ = false; }

 private:
  std::string definition_of(mysql::Connection& side, const std::string& table) const {
    static const std::regex counter(" AUTO_INCREMENT=[0-9]+");
    const std::string text = definition(side, table);
    return counters_count_ ? text : std::regex_replace(text, counter, "");
  }

  base::TemporaryFolder folder_;
  Situation situation_ = Situation::copying;
  bool counters_count_ = true;
};

struct Place {
  std::string point;  // of DARBE_FAULT
  Situation situation = Situation::copying;
  int doublings = 12;  // of the rows
};

void PrintTo(const Place& place, std::ostream* out) { *out << place.point; }

// Every fault point of the pipeline, some of them at their first passing and at a later one.
const std::vector<Place>& places() {
  static const std::vector<Place> all = {
      {"copy.planned"},
      {"copy.table_created"},
      {"copy.text_taken"},
      {"copy.text_taken#6"},
      {"copy.rows_sent"},
      {"copy.rows_sent#7"},
      {"copy.ledger_written"},
      {"copy.ledger_written#5"},
      {.point = "copy.range_cut", .doublings = 14},  // for a lane that comes late, too
      {"copy.committed"},
      {"copy.committed#6"},
      {"copy.indexes_built"},
      {"copy.counters_raised"},
      {"verify.chunk_read#4"},
      {"verify.chunk_marked#4"},
      {"verify.table_counted"},
      {"verify.chunk_read", Situation::ahead, 15},
      {"verify.chunk_marked", Situation::ahead, 15},
      {"copy.text_taken", Situation::repairing},
      {"copy.rows_sent", Situation::repairing},
      {"copy.ledger_written", Situation::repairing},
      {"copy.committed", Situation::repairing},
      {"verify.copied_again", Situation::repairing},
      {"copy.dropped", Situation::discarding},
  };
  return all;
}

std::string name_of_place(const testing::TestParamInfo<std::tuple<std::string_view, Place>>& info) {
  const Place& place = std::get<1>(info.param);
  std::string name = place.point;
  std::replace_if(name.begin(), name.end(), [](unsigned char letter) { return std::isalnum(letter) == 0; }, '_');
  if (place.situation == Situation::ahead) name += "_ahead";
  return name + (place.situation == Situation::repairing ? "_in_a_repair" : "");
}

class CopyResume : public testing::TestWithParam<std::tuple<std::string_view, Place>>, public ResumeFixture {
 protected:
  CopyResume() : ResumeFixture(std::get<0>(GetParam())) { bring_about(place().situation, place().doublings); }

  static const Place& place() { return std::get<1>(GetParam()); }

  // Ends all sessions on a server but the test's own, and waits until they are gone.
  static void cut_all_others(mysql::Connection& side) {
    const std::string others =
        fmt::format("FROM information_schema.PROCESSLIST WHERE USER = 'root' AND ID <> {}", side.id());
    for (const auto& row : side.query("SELECT ID AS id " + others).rows) end_session(side, *row.at(0));
    EXPECT_TRUE(base::poll_until(patience, {}, [&] { return side.number("SELECT COUNT(*) AS n " + others) == 0; }));
  }

  // How often rows were sent to the target since it started, and the chunks that it has.
  std::uint64_t loads() { return target.query("SHOW GLOBAL STATUS LIKE 'Com_load'").number(0, "Value"); }
  std::vector<mysql::Result::Row> ledger() {
    std::vector<mysql::Result::Row> lines =
        target
            .query(
                "SELECT table_id, range_number, sequence, after_key, until_key, row_count, digest, copied_at"
                " FROM darbe_journal.copy_ledger")
            .rows;
    std::ranges::sort(lines);
    return lines;
  }
  // Without what a kill of the target may take away: InnoDB shows a commit to others before it is on its disk, and then
  // answers. And 5.6 never starts again after a kill in the midst of a CREATE TABLE.
  std::vector<mysql::Result::Row> lasting_ledger() {
    auto lines = ledger();
    EXPECT_TRUE(base::poll_until(patience, {}, [&] {
      return target.number(
                 "SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE INFO = 'COMMIT' OR INFO LIKE 'CREATE "
                 "TABLE%'") == 0;
    }));
    return lines;
  }
  // What was in the ledger stays as it is, and no more chunks come twice than there are lanes: where everything was
  // still to be done, and nothing is repaired.
  void expect_hardly_repeated(const std::vector<mysql::Result::Row>& earlier, std::uint64_t sent) {
    if (place().situation != Situation::copying && place().situation != Situation::ahead) return;
    const auto lines = ledger();
    EXPECT_TRUE(std::includes(lines.begin(), lines.end(), earlier.begin(), earlier.end()));
    EXPECT_GE(sent, lines.size());
    EXPECT_LE(sent, lines.size() + options.jobs);
  }
};

// What happens to its servers and links.
class CopyDisturbed : public CopyResume {};

auto on(std::string_view kind) { return testing::Combine(testing::Values(kind), testing::ValuesIn(places())); }

// One suite for each kind, so that they run side by side.
INSTANTIATE_TEST_SUITE_P(OnMysql, CopyResume, on(servers::mysql_current), name_of_place);
INSTANTIATE_TEST_SUITE_P(OnOldMysql, CopyResume, on(servers::mysql_old), name_of_place);
INSTANTIATE_TEST_SUITE_P(OnMariadb, CopyResume, on(servers::mariadb), name_of_place);
INSTANTIATE_TEST_SUITE_P(OnMysql, CopyDisturbed, on(servers::mysql_current), name_of_place);
INSTANTIATE_TEST_SUITE_P(OnOldMysql, CopyDisturbed, on(servers::mysql_old), name_of_place);
INSTANTIATE_TEST_SUITE_P(OnMariadb, CopyDisturbed, on(servers::mariadb), name_of_place);

TEST_P(CopyResume, EndsEqualAfterAKill) {
  const std::uint64_t sent_before = loads();
  EXPECT_EQ(run_child(place().point + ":kill").text, "signal 9") << child_log();
  const auto lines = ledger();
  EXPECT_TRUE(run_child("").good) << child_log();
  expect_hardly_repeated(lines, loads() - sent_before);
  expect_all_equal();
}

TEST_P(CopyResume, GoesOnByItselfAfterALostLink) {
  const std::uint64_t sent_before = loads();
  const servers::Ending ending = run_child(place().point + ":lose");
  // Only the sessions of a lane or of a verifying thread are opened again; the rest is for the next call.
  const bool in_a_lane = place().point != "copy.planned" && place().point != "copy.counters_raised" &&
                         place().situation != Situation::discarding;
  EXPECT_EQ(ending.good, in_a_lane) << child_log();
  if (!ending.good) {
    EXPECT_TRUE(run_child("").good) << child_log();
  }
  expect_hardly_repeated({}, loads() - sent_before);
  expect_all_equal();
}

// The servers roll back what was open, and the copy finds each of its sessions dead when it uses it next.
TEST_P(CopyDisturbed, EndsEqualAfterAllItsLinksWereCut) {
  const std::uint64_t sent_before = loads();
  const auto child = child_paused_at(place().point);
  ASSERT_TRUE(child);
  const auto lines = ledger();
  cut_all_others(source);
  cut_all_others(target);
  let_go_on(*child);
  expect_hardly_repeated(lines, loads() - sent_before);
  expect_all_equal();
}

TEST_P(CopyDisturbed, EndsEqualAfterTheTargetWasKilled) {
  const std::uint64_t sent_before = loads();
  const auto child = child_paused_at(place().point);
  ASSERT_TRUE(child);
  const auto lines = lasting_ledger();
  const std::uint64_t sent_then = loads() - sent_before;
  restart(servers().target);
  reconnect();
  if (!is_mariadb() && !at_least(8, 0)) counters_are_forgotten();
  const std::uint64_t sent_to_nobody = loads();
  let_go_on(*child);
  expect_hardly_repeated(lines, sent_then + loads() - sent_to_nobody);
  expect_all_equal();
}

TEST_P(CopyDisturbed, EndsEqualAfterTheSourceWasKilled) {
  const std::uint64_t sent_before = loads();
  const auto child = child_paused_at(place().point);
  ASSERT_TRUE(child);
  const auto lines = ledger();
  restart(servers().source);
  reconnect();
  counters_are_forgotten();
  let_go_on(*child);
  expect_hardly_repeated(lines, loads() - sent_before);
  expect_all_equal();
}

// A point that is added to the code and not to the list would never be tried.
TEST(CopyPoints, AreAllTried) {
  std::set<std::string> listed;
  for (const Place& place : places()) listed.insert(place.point.substr(0, place.point.find('#')));
  std::set<std::string> written;
  static const std::regex point("fault::point<\"([^\"]+)\">");
  for (const char* folder : {"copy", "verify", "tables"})
    for (const auto& file : std::filesystem::directory_iterator(std::string(DARBE_SOURCE_DIR) + "/src/" + folder)) {
      const std::string text = base::read_file(file.path());
      for (std::sregex_iterator found(text.begin(), text.end(), point), end; found != end; ++found)
        written.insert((*found)[1].str());
    }
  EXPECT_EQ(listed, written);
}

// Bytes that wait to be read at this address (proc(5), /proc/net/tcp).
bool has_unread_bytes(const std::string& address) {
  in_addr number{};
  ::inet_pton(AF_INET, address.c_str(), &number);
  const std::string local = fmt::format("{:08X}:{:04X}", number.s_addr, 3306);
  std::ifstream sockets("/proc/net/tcp");
  for (std::string line; std::getline(sockets, line);) {
    std::istringstream words(line);
    std::string index, here, there, state, queues;
    words >> index >> here >> there >> state >> queues;
    if (here == local && state == "01" && !queues.ends_with(":00000000")) return true;
  }
  return false;
}

class CopyCommit : public testing::TestWithParam<std::string_view>, public ResumeFixture {
 protected:
  CopyCommit() : ResumeFixture(GetParam()) {}

  std::uint64_t chunks_committed() { return target.number("SELECT COUNT(*) AS n FROM darbe_journal.copy_ledger"); }
};
INSTANTIATE_TEST_SUITE_P(EachKind, CopyCommit,
                         testing::Values(servers::mysql_current, servers::mysql_old, servers::mariadb), name_of);

// The target gets the COMMIT and carries it out; the copy is gone before the answer comes.
TEST_P(CopyCommit, IsLookedUpWhenItsAnswerWasLost) {
  fill_tables();
  options.jobs = 1;
  const auto child = child_paused_at("copy.ledger_written#3");
  ASSERT_TRUE(child);
  EXPECT_EQ(chunks_committed(), 2U);
  servers().target.pause();
  ::kill(*child, SIGCONT);
  const bool sent = base::poll_until(patience, {}, [&] { return has_unread_bytes(servers().target.address()); });
  ::kill(*child, SIGKILL);
  servers::wait_for(*child);
  servers().target.resume();
  ASSERT_TRUE(sent);
  EXPECT_TRUE(base::poll_until(patience, {}, [&] { return chunks_committed() == 3; }));
  EXPECT_TRUE(run_child("").good) << child_log();
  expect_all_equal();
}

// One process stands still within a transaction, as when its machine is suspended or gone, and another one goes on: it
// would have the run's lock by then, which these do without.
class CopyTakeover : public testing::TestWithParam<std::string_view>, public ResumeFixture {
 protected:
  CopyTakeover() : ResumeFixture(GetParam()) {}

  void expect_to_give_way(pid_t first) {
    ::kill(first, SIGCONT);
    EXPECT_FALSE(servers::wait_for(first).good);
    EXPECT_THAT(child_log(), testing::HasSubstr("another darbe has taken the copy over"));
  }
  // As another darbe would that knows nothing of the first one's sessions.
  void another_copies(const std::string& rows) {
    if (!rows.empty()) target.execute(rows);
    target.execute(
        "INSERT INTO darbe_journal.copy_ledger SELECT table_id, 0, 0, NULL, NULL, 1, 1, 1, REPEAT('0', 32),"
        " UTC_TIMESTAMP(), NULL FROM darbe_journal.copy_tables");
  }
};
INSTANTIATE_TEST_SUITE_P(EachKind, CopyTakeover,
                         testing::Values(servers::mysql_current, servers::mysql_old, servers::mariadb), name_of);

TEST_P(CopyTakeover, CopiesWhatTheFirstHadNotCommitted) {
  fill_tables();
  const auto first = child_paused_at("copy.ledger_written#3");
  ASSERT_TRUE(first);
  EXPECT_TRUE(run_child("").good) << child_log();
  expect_all_equal();
  expect_to_give_way(*first);
  expect_all_equal();
}

TEST_P(CopyTakeover, DropsWhatTheFirstHasOpen) {
  fill_tables();
  const auto first = child_paused_at("copy.ledger_written#3");
  ASSERT_TRUE(first);
  next_child_is_to_begin_by(Situation::discarding);
  EXPECT_TRUE(run_child("").good) << child_log();
  expect_all_equal();
  expect_to_give_way(*first);
  expect_all_equal();
}

TEST_P(CopyTakeover, VerifiesWhatTheFirstWasRepairing) {
  bring_about(Situation::repairing);
  const auto first = child_paused_at("copy.ledger_written");
  ASSERT_TRUE(first);
  EXPECT_EQ(verify().repaired.size(), 1U);
  let_go_on(*first);
  expect_all_equal();
}

// Where its sessions were not ended: a chunk has one line, whoever writes it.
TEST_P(CopyTakeover, KeepsNoRowsTwice) {
  options.jobs = 1;
  fill({"CREATE TABLE shop.keyless (a INT, b INT)", "INSERT INTO shop.keyless VALUES (1, 2), (1, 2), (3, 4)"});
  const auto first = child_paused_at("copy.rows_sent");
  ASSERT_TRUE(first);
  another_copies({});
  ::kill(*first, SIGCONT);
  EXPECT_FALSE(servers::wait_for(*first).good);
  EXPECT_THAT(child_log(), testing::HasSubstr("another darbe has copied shop.keyless meanwhile"));
  EXPECT_EQ(target.number("SELECT COUNT(*) FROM shop.keyless"), 0U);
}

TEST_P(CopyTakeover, NamesTheOtherOneWhereAKeyTakesNoRowTwice) {
  options.jobs = 1;
  fill({"CREATE TABLE shop.keyed (id INT PRIMARY KEY)", "INSERT INTO shop.keyed VALUES (1), (2)"});
  const auto first = child_paused_at("copy.text_taken");
  ASSERT_TRUE(first);
  another_copies("INSERT INTO shop.keyed VALUES (1), (2)");
  ::kill(*first, SIGCONT);
  EXPECT_FALSE(servers::wait_for(*first).good);
  EXPECT_THAT(child_log(), testing::HasSubstr("another darbe has copied shop.keyed where id <= 2 meanwhile"));
  EXPECT_EQ(target.number("SELECT COUNT(*) FROM shop.keyed"), 2U);
}

// Somebody who reads shop.big on the target in a transaction that stays open: no statement can change the table then.
class OpenReader {
 public:
  static constexpr const char* statement = "SELECT id FROM shop.big LIMIT 1";

  explicit OpenReader(const mysql::ConnectOptions& target)
      : thread_([this, target](const std::stop_token& stop) {
          try {
            mysql::Connection session(target, stop);
            session.execute("BEGIN");
            session.query(statement);
            reads_ = true;
            base::sleep_for(std::chrono::minutes(2), stop);
          } catch (const base::Error& error) {
            ADD_FAILURE() << base::text_of(error);
          }
        }) {}
  OpenReader(const OpenReader&) = delete;
  OpenReader& operator=(const OpenReader&) = delete;

  bool reads() const { return reads_; }

 private:
  std::atomic<bool> reads_ = false;
  std::jthread thread_;
};

// Disturbed in the midst of ALTER TABLE … ADD KEY. A build needs its table alone twice: for a moment before it begins
// and for another before it ends. One reader keeps the table from the first moment until a second one waits for it, who
// gets it once the build has begun, and keeps it from the other.
class CopyBuild : public testing::TestWithParam<std::string_view>, public ResumeFixture {
 protected:
  CopyBuild() : ResumeFixture(GetParam()) { fill_tables(15); }

  // A child whose build has begun, and can't end before let_builds_end().
  std::optional<pid_t> child_that_builds() {
    const auto child = child_paused_at("copy.committed#6");
    if (!child) return std::nullopt;
    auto first = std::make_unique<OpenReader>(servers().target.connect_options());
    EXPECT_TRUE(base::poll_until(patience, {}, [&] { return first->reads(); }));
    ::kill(*child, SIGCONT);
    EXPECT_TRUE(base::poll_until(patience, {}, [&] { return running(build, waiting) == 1; }));
    reader_ = std::make_unique<OpenReader>(servers().target.connect_options());
    EXPECT_TRUE(base::poll_until(patience, {}, [&] { return running(OpenReader::statement, waiting) == 1; }));
    first.reset();
    EXPECT_TRUE(base::poll_until(patience, {}, [&] { return reader_->reads(); }));
    EXPECT_EQ(running(build), 1U);
    return child;
  }
  void let_builds_end() { reader_.reset(); }

  // Statements on the target that begin so.
  std::uint64_t running(const std::string& beginning, const std::string& state = "%") {
    return target.number(
        fmt::format("SELECT COUNT(*) AS n {} AND COALESCE(STATE, '') LIKE '{}'", with_statement(beginning), state));
  }
  std::string session_that_builds() {
    return target.value(fmt::format("SELECT ID {}", with_statement(build))).value_or("none");
  }
  std::string keys_on_the_target() {
    return target
        .value(
            "SELECT GROUP_CONCAT(DISTINCT INDEX_NAME ORDER BY INDEX_NAME) FROM information_schema.STATISTICS"
            " WHERE TABLE_SCHEMA = 'shop' AND TABLE_NAME = 'big'")
        .value_or("none");
  }

  static constexpr const char* build = "ALTER TABLE `shop`.`big` ADD KEY";
  static constexpr const char* waiting = "%metadata lock%";

 private:
  static std::string with_statement(const std::string& beginning) {
    return fmt::format("FROM information_schema.PROCESSLIST WHERE INFO LIKE '{}%'", beginning);
  }

  std::unique_ptr<OpenReader> reader_;
};

// One suite for each kind, so that they run side by side.
INSTANTIATE_TEST_SUITE_P(OnMysql, CopyBuild, testing::Values(servers::mysql_current), name_of);
INSTANTIATE_TEST_SUITE_P(OnOldMysql, CopyBuild, testing::Values(servers::mysql_old), name_of);
INSTANTIATE_TEST_SUITE_P(OnMariadb, CopyBuild, testing::Values(servers::mariadb), name_of);

TEST_P(CopyBuild, EndsEqualAfterTheTargetWasKilled) {
  const auto child = child_that_builds();
  ASSERT_TRUE(child);
  ::kill(*child, SIGSTOP);  // nobody builds anything while we look
  restart(servers().target);
  reconnect();
  if (!is_mariadb() && !at_least(8, 0)) counters_are_forgotten();
  EXPECT_EQ(keys_on_the_target(), "PRIMARY");
  let_go_on(*child);
  expect_all_equal();
}

TEST_P(CopyBuild, EndsEqualAfterItsLinkWasCut) {
  const auto child = child_that_builds();
  ASSERT_TRUE(child);
  const std::string cut = session_that_builds();
  end_session(target, cut);
  // Its successor waits for the reader.
  EXPECT_TRUE(base::poll_until(patience, {}, [&] { return running(build) == 1 && session_that_builds() != cut; }));
  EXPECT_EQ(keys_on_the_target(), "PRIMARY");
  let_builds_end();
  let_go_on(*child);
  expect_all_equal();
}

// The server goes on with a statement whose client is gone, and the same command meets it there.
TEST_P(CopyBuild, WaitsForTheOneOfAnEarlierCommandThatWasKilled) {
  const auto child = child_that_builds();
  ASSERT_TRUE(child);
  ::kill(*child, SIGKILL);
  servers::wait_for(*child);
  const pid_t next = start_child("");
  // For the reader, and for the build.
  const std::string words =
      "waiting for the target's server, which is still at work for an earlier command: ALTER TABLE `shop`.`big` ADD "
      "KEY";
  EXPECT_TRUE(base::poll_until(patience, {}, [&] { return child_log().find(words) != std::string::npos; }));
  // The build, and the next command; which MySQL 8 and later keep from the table's database already.
  EXPECT_TRUE(base::poll_until(patience, {}, [&] { return running("DO SLEEP") + running("", waiting) == 2; }));
  EXPECT_EQ(keys_on_the_target(), "PRIMARY");
  let_builds_end();
  EXPECT_TRUE(servers::wait_for(next).good) << child_log();
  expect_all_equal();
}

// Below MySQL 8.0 a crash may come between the two places where an ALTER writes: InnoDB has an index, and the table's
// .frm has none yet. No server can be killed there at will, so the test puts the .frm back. (MariaDB, which keeps such
// files, has an ALTER whole or not at all since 10.6.)
class CopyDictionaries : public testing::Test, public ResumeFixture {
 protected:
  CopyDictionaries() : ResumeFixture(servers::mysql_old) {
    fill_tables();
    EXPECT_EQ(run_child("copy.committed#6:kill").text, "signal 9") << child_log();
    without_keys_ = base::read_file(frm());
  }

  void lose_keys_of_the_frm() {
    servers().target.kill();
    std::ofstream(frm(), std::ios::binary | std::ios::trunc) << without_keys_;
    servers().target.start();
    reconnect();
    counters_are_forgotten();
  }

 private:
  std::filesystem::path frm() { return servers().target.data() / "shop" / "big.frm"; }

  std::string without_keys_;
};

TEST_F(CopyDictionaries, AreMadeOneWhereInnodbAloneHasAnIndex) {
  EXPECT_EQ(run_child("copy.indexes_built:kill").text, "signal 9") << child_log();
  lose_keys_of_the_frm();
  EXPECT_TRUE(run_child("").good) << child_log();
  expect_all_equal();
}

// The rebuild wrote all rows once more.
TEST_F(CopyDictionaries, AreMadeOneBeforeAnythingCountsAsVerified) {
  EXPECT_TRUE(run_child("").good) << child_log();
  lose_keys_of_the_frm();
  EXPECT_EQ(run_child("copy.indexes_built:kill").text, "signal 9") << child_log();
  EXPECT_EQ(verify::state(options.target, {}), verify::State::partial);
  EXPECT_TRUE(run_child("").good) << child_log();
  expect_all_equal();
}

// A host that goes down takes the last second of commits along: the load leaves the redo log to the operating system
// (innodb_flush_log_at_trx_commit = 2). A killed server loses none, so the test takes them away before it kills it.
class CopyLosses : public testing::TestWithParam<std::string_view>, public ResumeFixture {
 protected:
  CopyLosses() : ResumeFixture(GetParam()) {
    options.jobs = 1;
    fill({"CREATE TABLE shop.first (id INT PRIMARY KEY, t VARCHAR(200), KEY t (t))",
          "CREATE TABLE shop.second (id INT PRIMARY KEY, t VARCHAR(200))", "INSERT INTO shop.first VALUES (0, '')"});
    for (int rows = 1; rows < 8192; rows *= 2)
      source.execute(
          fmt::format("INSERT INTO shop.first SELECT id + {}, LPAD(id + {}, 150, 'row') FROM shop.first", rows, rows));
    fill({"INSERT INTO shop.second SELECT * FROM shop.first WHERE id < 4096", "ANALYZE TABLE shop.first, shop.second"});
  }

  // The rows of a table's last chunks, and their lines: all from this number on.
  void lose_chunks(const std::string& table, unsigned sequence) {
    const auto chunk = target.query(
        fmt::format("SELECT after_key FROM darbe_journal.copy_ledger JOIN darbe_journal.copy_tables USING (table_id)"
                    " WHERE table_name = '{}' AND range_number = 0 AND sequence = {}",
                    table, sequence));
    ASSERT_FALSE(chunk.empty());
    target.execute(fmt::format("DELETE FROM shop.{} WHERE id > {}", table, chunk.value(0, "after_key").value_or("-1")));
    target.execute(
        fmt::format("DELETE FROM darbe_journal.copy_ledger WHERE sequence >= {} AND table_id = (SELECT"
                    " table_id FROM darbe_journal.copy_tables WHERE table_name = '{}')",
                    sequence, table));
  }
  tables::LedgerLine last_line_of(const std::string& table) { return lines_of(table).last_lines.at(0); }
  // Goes on after the crash. Whether this very process came to its end. A server tells the second in which it began:
  // it must not begin anew within the same one.
  bool ends_after_a_crash(pid_t child) {
    EXPECT_TRUE(base::poll_until(patience, {}, [&] {
      return std::to_string(target.number("SELECT UNIX_TIMESTAMP()")) > mysql::server_started(target);
    }));
    restart(servers().target);
    reconnect();
    ::kill(child, SIGCONT);
    return servers::wait_for(child).good;
  }
};

INSTANTIATE_TEST_SUITE_P(Servers, CopyLosses,
                         testing::Values(servers::mysql_current, servers::mysql_old, servers::mariadb), name_of);

TEST_P(CopyLosses, AreNoneOfWhatWasFlushedToTheDisk) {
  copy();
  target.execute("SET GLOBAL innodb_flush_log_at_trx_commit = 2");
  target.execute("SET GLOBAL innodb_flush_log_at_timeout = 2700");
  const auto lsn = [this](const std::string& name) {
    const std::string text = target.query("SHOW ENGINE INNODB STATUS").text(0, "Status");
    std::smatch found;
    EXPECT_TRUE(std::regex_search(text, found, std::regex(name + " +(\\d+)"))) << text;
    return std::stoull(found[1]);
  };
  target.execute("DELETE FROM shop.second WHERE id = 1");
  const auto committed = lsn("Log sequence number");
  EXPECT_TRUE(mysql::flush_to_disk(target, tables::ledger::schema));
  EXPECT_GE(lsn("Log flushed up to"), committed);
}

// The lane has given back what it had begun of the second table, for it builds the first one's index: nobody looks into
// the ledger for that range again.
TEST_P(CopyLosses, OfARangeThatNobodyHasAreCopiedAgain) {
  const auto child = child_paused_at("copy.committed#3");
  ASSERT_TRUE(child);
  mysql::Connection holder(servers().target.connect_options(), {});
  holder.execute("BEGIN");
  holder.query("SELECT 1 FROM shop.first LIMIT 1");  // ALTER TABLE waits for it
  ::kill(*child, SIGCONT);
  const bool builds = base::poll_until(patience, {}, [&] {
    return target.number(
               "SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE INFO LIKE 'ALTER TABLE%first%'") == 1;
  });
  EXPECT_TRUE(builds);
  EXPECT_TRUE(last_line_of("first").chunk.last);
  if (lines_of("second").chunks != 0) {  // else its reader was slower than the writer, for once
    EXPECT_FALSE(last_line_of("second").chunk.last);
    lose_chunks("second", 0);
  }
  EXPECT_TRUE(ends_after_a_crash(*child)) << child_log();
  expect_all_equal({"shop.first", "shop.second"});
}

TEST_P(CopyLosses, OfATableThatWasDoneAreCopiedAgain) {
  copy();
  const std::uint64_t chunks = tables::ledger::read_totals(target).chunks;
  discard(options.target, {});
  const auto child = child_paused_at(fmt::format("copy.committed#{}", chunks));
  ASSERT_TRUE(child);
  lose_chunks("first", last_line_of("first").chunk.sequence);
  lose_chunks("second", last_line_of("second").chunk.sequence - 1);
  EXPECT_TRUE(ends_after_a_crash(*child)) << child_log();
  expect_all_equal({"shop.first", "shop.second"});
  // Neither copy nor verification is over before what they did is on the disk.
  const char* flushes = target.flavor().is_mariadb() ? "Com_create_table" : "Com_flush";
  EXPECT_GE(target.query(fmt::format("SHOW GLOBAL STATUS LIKE '{}'", flushes)).number(0, "Value"), 2U);
}

TEST_P(CopyLosses, OfWhatWasVerifiedAreVerifiedAgain) {
  const auto child = child_paused_at("verify.chunk_marked#4");
  ASSERT_TRUE(child);
  target.execute("UPDATE darbe_journal.copy_ledger SET verified_at = NULL");
  EXPECT_FALSE(ends_after_a_crash(*child));
  EXPECT_THAT(child_log(), testing::HasSubstr("does not know of all chunks that were verified"));
  EXPECT_TRUE(run_child("").good) << child_log();
  expect_all_equal({"shop.first", "shop.second"});
}

// Verify may still remember a chunk that is gone with the chunks before it.
TEST_P(CopyLosses, OfAChunkAreNotMadeUpForAlone) {
  copy();
  const tables::LedgerLine lost = last_line_of("second");
  const auto table = tables::read_tables(source, {tables::TableName{"shop", "second"}}).at(0);
  const auto planned = tables::ledger::read_planned(target, {lost.table_id}).at(0);
  EXPECT_EQ(copy_again(options, table, planned, lost.chunk, {}), lost.source);
  lose_chunks("second", lost.chunk.sequence);
  try {
    copy_again(options, table, planned, lost.chunk, {});
    ADD_FAILURE() << "it was copied";
  } catch (const base::Error& error) {
    EXPECT_THAT(base::text_of(error), testing::HasSubstr("is not in the ledger any more"));
  }
  EXPECT_NE(last_line_of("second").chunk, lost.chunk);
}

// As somebody left it who went on by his memory of lines that were lost.
TEST_P(CopyLosses, ThatLeftAHoleInTheLedgerAreNamed) {
  copy();
  target.execute("DELETE FROM darbe_journal.copy_ledger WHERE sequence = 0 AND table_id = 1");
  EXPECT_EQ(state(options, {}), State::partial);
  try {
    copy();
    ADD_FAILURE() << "nobody saw the hole";
  } catch (const base::Error& error) {
    EXPECT_THAT(base::text_of(error), testing::HasSubstr("lacks chunks of shop."));
    EXPECT_THAT(base::advice_of(error), testing::HasSubstr("undo this run"));
  }
}

}  // namespace
}  // namespace darbe::copy
