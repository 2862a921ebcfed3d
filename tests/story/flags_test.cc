// Runs whose operator says everything on the command line and on a terminal, and a target unlike its source.
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <fmt/format.h>
#include <pty.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "lab/api_client.h"
#include "story/family.h"

namespace darbe::story_test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr base::Poll patience{.every = std::chrono::milliseconds(10), .at_most = std::chrono::minutes(1)};

// A darbe with a terminal of its own. Killed when it goes unwaited.
class Terminal {
 public:
  Terminal(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment) {
    process_ = ::forkpty(&screen_, nullptr, nullptr, nullptr);
    if (process_ == 0) become_darbe(arguments, environment);
    ::fcntl(screen_, F_SETFD, FD_CLOEXEC);
    ::fcntl(screen_, F_SETFL, O_NONBLOCK);
  }
  ~Terminal() {
    if (process_ > 0) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, nullptr, 0);
    }
    ::close(screen_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // False if it ended without these words, or a minute passed.
  bool shows(const std::string& words) {
    return base::poll_until(patience, {}, [&] { return !read() || text_.find(words) != std::string::npos; }) &&
           text_.find(words) != std::string::npos;
  }
  void type(const std::string& line) { press(line + "\n"); }
  void press(const std::string& keys) {
    ASSERT_EQ(::write(screen_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }
  // Once nobody could read it over a shoulder: what is typed before is thrown away.
  void type_unseen(const std::string& line) { press_unseen(line + "\n"); }
  void press_unseen(const std::string& keys) {
    ASSERT_TRUE(base::poll_until(patience, {}, [&] { return !echoes(); }));
    press(keys);
  }
  // Its exit code.
  int end() {
    if (!base::poll_until(patience, {}, [&] { return !read(); })) ::kill(process_, SIGKILL);
    int how = 0;
    ::waitpid(std::exchange(process_, -1), &how, 0);
    return WIFEXITED(how) ? WEXITSTATUS(how) : -1;
  }
  const std::string& text() const { return text_; }
  bool echoes() const {
    termios now{};
    return ::tcgetattr(screen_, &now) == 0 && (now.c_lflag & ECHO) != 0;
  }

 private:
  // False once nobody is there to write.
  bool read() {
    char buffer[4096];
    ssize_t size = 0;
    while ((size = ::read(screen_, buffer, sizeof buffer)) > 0) text_.append(buffer, static_cast<std::size_t>(size));
    return size < 0 && errno == EAGAIN;
  }

  int screen_ = -1;
  pid_t process_ = -1;
  std::string text_;
};

// Somebody with a profile, and with none of darbe's variables set.
class Operator {
 public:
  explicit Operator(World& world) : world_(world) {
    const auto& lab = world.lab().environment();
    base::write_file_atomically(credentials(),
                                fmt::format("[operator]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
                                            lab.at("AWS_ACCESS_KEY_ID"), lab.at("AWS_SECRET_ACCESS_KEY")),
                                0600);
  }

  std::map<std::string, std::string> environment() const {
    return world_.environment({{"AWS_SHARED_CREDENTIALS_FILE", credentials()},
                               {"AWS_ACCESS_KEY_ID", ""},
                               {"AWS_SECRET_ACCESS_KEY", ""},
                               {"AWS_REGION", ""},
                               {"AWS_DEFAULT_REGION", ""},
                               {"AWS_ENDPOINT_URL", ""},
                               {"DARBE_TLS_CA", ""},
                               {"DARBE_MASTER_USER_PASSWORD", ""}});
  }
  // These arguments, and what stands in the environment else.
  std::vector<std::string> with_flags(std::vector<std::string> arguments) const {
    for (const std::string& word : std::initializer_list<std::string>{
             "--profile", "operator", "--endpoint-url", world_.lab().endpoint_url(), "--tls-ca", world_.lab().tls_ca()})
      arguments.push_back(word);
    return arguments;
  }
  std::vector<std::string> undo() const {
    return with_flags({"undo", "--region", "eu-west-1", "--new-instance-id", "putio31"});
  }

 private:
  std::string credentials() const { return (folder_.path() / "credentials").string(); }

  World& world_;
  base::TemporaryFolder folder_{"darbe-operator"};
};

// What people choose when they choose: their own groups, with values in them.
void make_groups(World& world) {
  const auto& groups = world.account().parameter_groups;
  groups.create({.name = "operators",
                 .family = groups.find(World::source_id).value().family,
                 .description = "values of the operator's",
                 .tags = {}});
  groups.modify("operators", {{"max_connections", "123"}, {"sync_binlog", "7"}});
  lab_test::ApiClient(world.lab())
      .ask("CreateOptionGroup", {{"OptionGroupName", "operators"},
                                 {"EngineName", world.engine()},
                                 {"MajorEngineVersion", MariaDb::version},
                                 {"OptionGroupDescription", "options of the operator's"}});
}

std::string other_zone(World& world) {
  return world.account().instances.get(World::source_id).availability_zone == "eu-west-1a" ? "eu-west-1b"
                                                                                           : "eu-west-1a";
}

// The tags of a request, as "key=value".
std::vector<std::string> tags_of(const lab::Value& parameters) {
  std::vector<std::string> tags;
  for (int i = 1; parameters.has(fmt::format("Tags.Tag.{}.Key", i)); ++i)
    tags.push_back(parameters.at(fmt::format("Tags.Tag.{}.Key", i)).text() + "=" +
                   parameters.at(fmt::format("Tags.Tag.{}.Value", i)).text());
  return tags;
}

void expect_the_creating_request(World& world, const std::string& zone) {
  const lab::Value request = world.lab().requests("CreateDBInstance").back().at("parameters");
  const std::map<std::string, std::string> expected = {{"DBInstanceIdentifier", "putio31"},
                                                       {"DBInstanceClass", "db.m6g.large"},
                                                       {"AvailabilityZone", zone},
                                                       {"OptionGroupName", "operators"},
                                                       {"AllocatedStorage", "400"},
                                                       {"StorageType", "gp3"},
                                                       {"Iops", "13000"},
                                                       {"BackupRetentionPeriod", "0"},
                                                       {"MultiAZ", "false"},
                                                       {"DeletionProtection", "false"},
                                                       {"MasterUserPassword", "****"}};
  for (const auto& [name, value] : expected) EXPECT_EQ(request.at(name).text(), value) << name;
  EXPECT_THAT(request.at("DBParameterGroupName").text(), testing::StartsWith("darbe-"));
  const auto source = world.account().instances.get(World::source_id);
  EXPECT_EQ(request.at("VpcSecurityGroupIds.VpcSecurityGroupId.1").text(), source.security_group_ids.at(0));
  const auto own = world.account().security_groups.list(
      {.name = request.at("DBParameterGroupName").text(), .vpc_id = {}, .tags = {}});
  EXPECT_EQ(request.at("VpcSecurityGroupIds.VpcSecurityGroupId.2").text(), own.at(0).id);
  EXPECT_THAT(tags_of(request),
              testing::IsSupersetOf({std::string("darbe:source=putio16"), std::string("darbe:phase=building"),
                                     "darbe:run=" + own.at(0).tags.at("darbe:run")}));
}

void expect_the_chosen_values(World& world, const std::string& zone) {
  const aws::Instance target = world.account().instances.get("putio31");
  EXPECT_EQ(target.instance_class, "db.m6g.large");
  EXPECT_EQ(target.availability_zone, zone);
  EXPECT_EQ(target.option_group(), "operators");
  EXPECT_EQ(target.allocated_storage, 400);
  EXPECT_EQ(target.iops, 13000);
  mysql::Connection on_target = world.connect("putio31"), on_source = world.connect(World::source_id);
  EXPECT_EQ(on_target.value("SELECT @@global.max_connections"), "123");
  EXPECT_EQ(on_target.value("SELECT @@global.sync_binlog"), "7");
  const auto configuration = on_source.query("CALL mysql.rds_show_configuration");
  EXPECT_THAT(configuration.rows, testing::Contains(testing::Contains(std::optional<std::string>("48"))));
}

TEST_F(StoryMariaDb, IsMadeAsTheFlagsSayAndUndoneOnATerminal) {
  make_groups(*world);
  const Operator person(*world);
  const std::string before = world->inventory(), zone = other_zone(*world);
  const auto setup = person.with_flags(world->setup_arguments(
      "putio31", {"--db-instance-class", "db.m6g.large", "--availability-zone", zone, "--parameter-group", "operators",
                  "--option-group", "operators", "--allocated-storage", "400", "--iops", "13000",
                  "--master-user-password", World::master_password, "--binlog-retention-hours", "48", "--debug"}));
  const Ended ended = Running(setup, person.environment()).end();
  ASSERT_EQ(ended.status, 0) << ended.text();
  EXPECT_THAT(ended.errors, HasSubstr("a password on the command line can be read in the process list"));
  EXPECT_THAT(ended.errors, HasSubstr("Action=CreateDBInstance "));
  for (const std::string& secret :
       {std::string(World::master_password), world->lab().environment().at("AWS_SECRET_ACCESS_KEY")})
    EXPECT_THAT(ended.text(), Not(HasSubstr(secret)));
  expect_equal("putio31");
  expect_the_creating_request(*world, zone);
  expect_the_chosen_values(*world, zone);

  const std::string with_it = world->inventory();
  const Ended unasked = Running(person.undo(), person.environment()).end();
  EXPECT_EQ(unasked.status, 2) << unasked.text();
  EXPECT_THAT(unasked.errors, HasSubstr("Say --yes if you mean it"));
  Terminal hesitant(person.undo(), person.environment());
  ASSERT_TRUE(hesitant.shows("Delete putio31 with all its data")) << hesitant.text();
  hesitant.type("no");
  EXPECT_EQ(hesitant.end(), 130) << hesitant.text();
  EXPECT_EQ(world->inventory(), with_it);

  Terminal sure(person.undo(), person.environment());
  ASSERT_TRUE(sure.shows("Delete putio31 with all its data")) << sure.text();
  sure.type("yes");
  ASSERT_TRUE(sure.shows("Password of the master user: ")) << sure.text();
  sure.type_unseen(World::master_password);
  EXPECT_EQ(sure.end(), 0) << sure.text();
  EXPECT_THAT(sure.text(), HasSubstr("putio31 is gone"));
  EXPECT_THAT(sure.text(), Not(HasSubstr(World::master_password)));
  EXPECT_EQ(world->inventory(), before);
}

TEST_F(StoryMariaDb, LeavesAPromptAtTheFirstCtrlCAndTakesNoPasswordForNone) {
  const Operator person(*world);
  const std::string before = world->inventory();
  const auto setup = person.with_flags(world->setup_arguments("putio34"));
  const auto ends_after = [&](const std::string& keys) {
    Terminal terminal(setup, person.environment());
    EXPECT_TRUE(terminal.shows("Password of the master user: ")) << terminal.text();
    terminal.press_unseen(keys);
    const int status = terminal.end();
    EXPECT_TRUE(terminal.echoes()) << terminal.text();
    return std::pair(status, terminal.text());
  };
  const std::string ctrl_c = "\x03", ctrl_d = "\x04";
  const auto stopped = ends_after(ctrl_c);
  EXPECT_EQ(stopped.first, 130) << stopped.second;
  EXPECT_THAT(stopped.second, HasSubstr("stopped as asked"));
  for (const std::string& nothing : {std::string("\n"), ctrl_d}) {
    const auto refused = ends_after(nothing);
    EXPECT_EQ(refused.first, 2) << refused.second;
    EXPECT_THAT(refused.second, HasSubstr("the master user's password is missing"));
  }
  EXPECT_EQ(world->inventory(), before);
}

// As large as this user may make them, for this process and its children, while the object lives.
class CoreDumps {
 public:
  CoreDumps() {
    ::getrlimit(RLIMIT_CORE, &before_);
    const rlimit most{before_.rlim_max, before_.rlim_max};
    ::setrlimit(RLIMIT_CORE, &most);
  }
  ~CoreDumps() { ::setrlimit(RLIMIT_CORE, &before_); }
  CoreDumps(const CoreDumps&) = delete;
  CoreDumps& operator=(const CoreDumps&) = delete;

  bool allowed() const { return before_.rlim_max != 0; }

 private:
  rlimit before_{};
};

TEST_F(StoryMariaDb, LeavesNoCoreWithPasswordsBehind) {
  const CoreDumps dumps;
  if (!dumps.allowed()) GTEST_SKIP() << "nobody may dump cores here";
  const std::string before = world->inventory();
  const auto setup = world->start(world->setup_arguments("putio33"), {{"DARBE_FAULT", "copy.committed:pause"}});
  ASSERT_TRUE(setup->pauses()) << setup->end().text();
  setup->signal(SIGABRT);
  setup->go_on();
  const Ended ended = setup->end();
  EXPECT_EQ(ended.signal, SIGABRT) << ended.text();
  EXPECT_FALSE(ended.dumped_core);
  const Ended undone = world->darbe(world->undo_arguments("putio33"));
  EXPECT_EQ(undone.status, 0) << undone.text();
  EXPECT_EQ(world->inventory(), before);
}

TEST_F(StoryMariaDb, IsUndoneByTheNameOfItsSource) {
  const std::string before = world->inventory();
  const Ended killed = world->darbe(world->setup_arguments("putio32"), {{"DARBE_FAULT", "provision.group_made:kill"}});
  ASSERT_EQ(killed.signal, SIGKILL) << killed.text();
  std::vector<std::string> arguments = world->undo_arguments("putio32");
  arguments.insert(arguments.end(), {"--source-instance-id", "nowhere"});
  expect_refusal(3, "there is no instance nowhere", arguments);
  arguments.back() = World::source_id;
  arguments.insert(arguments.end(), {"--output", "json"});
  const auto expect_last_word = [](const std::string& event, const Ended& ended) {
    EXPECT_EQ(ended.status, 0) << ended.text();
    const std::vector<lab::Value> events = events_of(ended);
    ASSERT_FALSE(events.empty());
    EXPECT_EQ(events.back().at("event").text(), event);
    EXPECT_EQ(events.back().at("new_instance_id").text(), "putio32");
    EXPECT_THAT(events.back().at("at").text(), testing::MatchesRegex("2[0-9-]+T[0-9:]+Z"));
  };
  expect_last_word("undone", world->darbe(arguments));
  EXPECT_EQ(world->inventory(), before);
  expect_last_word("nothing_left", world->darbe(arguments));
}

}  // namespace
}  // namespace darbe::story_test
