#include "story/world.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <regex>
#include <set>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aws/engine_versions.h"
#include "aws/waiter.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "lab/accounts.h"
#include "lab/api_client.h"
#include "lab/machine_state.h"
#include "mysql/quote.h"
#include "replication/coordinates.h"
#include "replication/wait.h"
#include "watch/windows.h"

namespace darbe::story_test {

using namespace std::chrono_literals;

namespace {

constexpr base::Poll patience{.every = 10ms, .at_most = 1min};
constexpr base::Poll long_patience{.every = 10ms, .at_most = 5min};

// Two databases that are copied and one that is not, with something of everything that hangs on tables.
constexpr const char* putio_statements[] = {
    "CREATE DATABASE putio CHARACTER SET utf8mb4",
    "CREATE DATABASE mogilefs CHARACTER SET latin1",
    "CREATE DATABASE elsewhere",
    "CREATE TABLE putio.users (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(64) NOT NULL, UNIQUE "
    "KEY by_name "
    "(name)) ENGINE=InnoDB",
    "CREATE TABLE putio.files (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, user_id INT UNSIGNED NOT NULL, name "
    "VARCHAR(255) NOT "
    "NULL, size DOUBLE NOT NULL, ratio FLOAT NULL, body BLOB NULL, made DATETIME NOT NULL, KEY by_user (user_id), KEY "
    "by_name "
    "(name), CONSTRAINT files_user FOREIGN KEY (user_id) REFERENCES putio.users (id)) ENGINE=InnoDB",
    "CREATE TABLE putio.tags (file_id BIGINT NOT NULL, tag VARCHAR(40) NOT NULL, PRIMARY KEY (file_id, tag)) "
    "ENGINE=InnoDB",
    "CREATE TABLE putio.log (said VARCHAR(200) NOT NULL, at_second INT NOT NULL) ENGINE=InnoDB",
    "CREATE TABLE putio.`odd ``name``` (`select` INT PRIMARY KEY, `é` TEXT) ENGINE=InnoDB",
    "CREATE TABLE mogilefs.file (fid INT NOT NULL PRIMARY KEY, dkey VARBINARY(255) NULL, KEY dkey (dkey)) "
    "ENGINE=InnoDB",
    "CREATE TABLE putio.t (id INT PRIMARY KEY) ENGINE=InnoDB",
    "CREATE TABLE elsewhere.notes (id INT PRIMARY KEY) ENGINE=InnoDB",
    "INSERT INTO elsewhere.notes VALUES (1), (2)",
    "CREATE TABLE putio.digits (d INT NOT NULL PRIMARY KEY) ENGINE=InnoDB",
    "INSERT INTO putio.digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)",
    "INSERT INTO putio.users (name) SELECT CONCAT('user ', a.d * 10 + b.d) FROM putio.digits a, putio.digits b",
    "INSERT INTO putio.files (user_id, name, size, ratio, body, made) SELECT 1 + (a.d + b.d * 10) % 100, "
    "CONCAT('file\\t', a.d, "
    "b.d, c.d, e.d, '\\n\\\\'), a.d * 1.1 + c.d / 3, b.d / 7, UNHEX(CONCAT('00FF0A5C09', LPAD(HEX(a.d * 1000 + b.d), "
    "6, '0'))), "
    "'2016-01-01 00:00:00' FROM putio.digits a, putio.digits b, putio.digits c, putio.digits e",
    "INSERT INTO putio.tags SELECT id, CONCAT('tag ', id % 7) FROM putio.files",
    "INSERT INTO putio.log SELECT CONCAT('line ', a.d), b.d FROM putio.digits a, putio.digits b",
    // Larger than what a lane reads ahead, and the next to be copied; without a key, so that a row that came twice
    // stays.
    "CREATE TABLE putio.keyless (id BIGINT NOT NULL, note VARCHAR(900) NOT NULL) ENGINE=InnoDB",
    "CREATE TABLE mogilefs.keyless (id BIGINT NOT NULL, note VARCHAR(900) NOT NULL) ENGINE=InnoDB",
    "INSERT INTO putio.keyless SELECT id, REPEAT(SHA2(id, 256), 12) FROM putio.files",
    "INSERT INTO mogilefs.keyless SELECT id, REPEAT(SHA2(id, 256), 3) FROM putio.files",
    "INSERT INTO putio.`odd ``name``` VALUES (1, 'ü'), (-5, NULL)",
    "INSERT INTO mogilefs.file SELECT a.d + 10 * b.d, UNHEX(LPAD(HEX(a.d + 10 * b.d), 4, '0')) FROM putio.digits a, "
    "putio.digits b",
    "DELETE FROM putio.files WHERE id % 3 = 0",
    // So that their sizes are known: indexes are built after the rows, and the largest table comes first.
    "ANALYZE TABLE putio.files, putio.keyless, mogilefs.keyless",
    "CREATE VIEW putio.big AS SELECT id, name FROM putio.files WHERE size > 5",
    "CREATE VIEW putio.bigger AS SELECT id FROM putio.big WHERE id > 100",
    "CREATE FUNCTION putio.twice(n INT) RETURNS INT DETERMINISTIC RETURN n * 2",
    "CREATE PROCEDURE putio.note(IN what VARCHAR(200)) MODIFIES SQL DATA INSERT INTO putio.log VALUES (what, 0)",
    "CREATE TRIGGER putio.after_user AFTER INSERT ON putio.users FOR EACH ROW INSERT INTO putio.log VALUES (NEW.name, "
    "1)",
    "CREATE EVENT putio.nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO DELETE FROM putio.log WHERE "
    "at_second < 0",
    "CREATE USER 'putio'@'%' IDENTIFIED BY 'secret-putio'",
    "CREATE USER 'mogile'@'10.%' IDENTIFIED BY 'secret-mogile'",
    "CREATE USER 'stranger'@'%' IDENTIFIED BY 'secret-stranger'",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON putio.* TO 'putio'@'%'",
    "GRANT SELECT (fid), UPDATE (dkey) ON mogilefs.file TO 'mogile'@'10.%'",
    "GRANT EXECUTE ON FUNCTION putio.twice TO 'mogile'@'10.%'",
};

// The file's place, which a child that writes shares with us, stays.
std::string all_of(int descriptor) {
  std::string text;
  char buffer[65536];
  for (ssize_t size; (size = ::pread(descriptor, buffer, sizeof buffer, static_cast<off_t>(text.size()))) > 0;)
    text.append(buffer, static_cast<std::size_t>(size));
  return text;
}

// A file without a name: a pipe could fill up and stop the child.
int unnamed_file() {
  const int descriptor = ::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0) throw base::Error(base::Kind::failed, "no temporary file");
  return descriptor;
}

aws::Configuration configuration(const std::map<std::string, std::string>& environment) {
  return aws::configure({}, [environment](const std::string& name) -> std::optional<std::string> {
    const auto found = environment.find(name);
    return found == environment.end() ? std::nullopt : std::optional(found->second);
  });
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string text_of(const aws::Tags& tags) {
  std::string text = " tags:";
  for (const auto& [key, value] : tags) text += fmt::format(" {}={}", key, value);
  return text;
}

std::string text_of(const aws::Instance& instance) {
  std::string text = fmt::format("instance {} {} {}\n {} {}, {} GiB of {}, in {}, Multi-AZ {}, protection {}\n",
                                 instance.identifier, instance.status, instance.resource_id, instance.engine_version,
                                 instance.instance_class, instance.allocated_storage.value_or(0), instance.storage_type,
                                 instance.availability_zone, instance.multi_az, instance.deletion_protection);
  text += fmt::format(" backups {} days, security groups {}, replicas {}, option group {}\n",
                      instance.backup_retention_period, fmt::join(instance.security_group_ids, " "),
                      fmt::join(instance.replicas, " "), instance.option_group());
  for (const auto& group : instance.parameter_groups)
    text += fmt::format(" parameter group {} {}\n", group.name, group.status);
  for (const auto& [name, value] : instance.pending) text += fmt::format(" pending {} {}\n", name, value);
  return text + text_of(instance.tags) + "\n";
}

// Their ids, in whose order AWS lists them, tell nothing.
std::vector<aws::SecurityGroup> by_name(std::vector<aws::SecurityGroup> groups) {
  std::ranges::sort(groups, {}, &aws::SecurityGroup::name);
  return groups;
}

std::string text_of(const aws::SecurityGroup& group, std::vector<aws::SecurityGroupRule> rules) {
  std::ranges::sort(rules, {}, [](const auto& rule) { return rule.description + rule.cidr + rule.protocol; });
  std::string text = fmt::format("security group {} {}{}\n", group.id, group.name, text_of(group.tags));
  for (const auto& rule : rules)
    text += fmt::format(" rule {} {} {}-{} {}{} {}{}\n", rule.id, rule.protocol, rule.from_port, rule.to_port,
                        rule.other_group_id, rule.cidr, rule.description, text_of(rule.tags));
  return text;
}

std::string text_of(const aws::XmlElement& snapshot) {
  return fmt::format("snapshot {} of {}{}\n", snapshot.text("DBSnapshotIdentifier"),
                     snapshot.text("DBInstanceIdentifier"), text_of(aws::to_tags(snapshot.child("TagList"))));
}

void append_grants(std::string& text, mysql::Connection& server) {
  for (const auto& row : server.query("SELECT User, Host FROM mysql.user WHERE Host <> '' ORDER BY 1, 2").rows) {
    const std::string account = mysql::quote_account(row[0].value_or(""), row[1].value_or(""));
    text += account + ":\n";
    std::set<std::string> grants;
    for (const auto& grant : server.query("SHOW GRANTS FOR " + account).rows) grants.insert(grant[0].value_or(""));
    for (const std::string& grant : grants) text += " " + grant + "\n";
  }
}

// What whoever runs the tests has set for AWS or for darbe: AWS_ENDPOINT_URL_RDS, say, counts for more than the lab's
// endpoint.
void forget_callers_settings() {
  std::vector<std::string> names;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view setting = *entry;
    if (setting.starts_with("AWS_") || setting.starts_with("DARBE_"))
      names.emplace_back(setting.substr(0, setting.find('=')));
  }
  for (const std::string& name : names) ::unsetenv(name.c_str());
}

void append_rows(std::string& text, mysql::Connection& server, const std::string& title, const std::string& sql) {
  text += title + ":\n";
  for (const auto& row : server.query(sql).rows) {
    for (const auto& value : row) text += " " + value.value_or("NULL");
    text += "\n";
  }
}

}  // namespace

std::string Ended::text() const {
  return fmt::format("exit {} signal {}\n--- standard output\n{}\n--- standard error\n{}", status, signal, output,
                     errors);
}

bool Ended::was_killed_at(const std::string& point) const {
  const std::string name = point.substr(0, point.find('#'));
  return signal == SIGKILL && errors.find(fmt::format("fault point {}: kill\n", name)) != std::string::npos;
}

void become_darbe(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment) {
  forget_callers_settings();
  for (const auto& [name, value] : environment) {
    if (value.empty()) ::unsetenv(name.c_str());
    if (!value.empty()) ::setenv(name.c_str(), value.c_str(), 1);
  }
  const std::string executable = std::string(DARBE_BINARY_DIR) + "/darbe";
  std::vector<const char*> pointers{executable.c_str()};
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  pointers.push_back(nullptr);
  ::execv(executable.c_str(), const_cast<char* const*>(pointers.data()));
  ::_exit(127);
}

Running::Running(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment)
    : output_(unnamed_file()), errors_(unnamed_file()) {
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  process_ = ::fork();
  if (process_ == 0) {
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(output_, STDOUT_FILENO);
    ::dup2(errors_, STDERR_FILENO);
    become_darbe(arguments, environment);
  }
  ::close(nothing);
}

Running::~Running() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  ::close(output_);
  ::close(errors_);
}

// Whether wait4(2) has news.
bool Running::look(int options) {
  if (process_ < 0 || ::wait4(process_, &how_, options, &usage_) != process_) return false;
  if (!WIFSTOPPED(how_)) process_ = -1;
  return true;
}

bool Running::pauses() {
  return base::poll_until(patience, {}, [&] { return process_ < 0 || look(WNOHANG | WUNTRACED); }) && process_ > 0;
}

void Running::signal(int number) {
  if (process_ > 0) ::kill(process_, number);
}

bool Running::says(const std::string& words) {
  const auto said = [&] { return all_of(errors_).find(words) != std::string::npos; };
  return base::poll_until(patience, {}, [&] { return said() || has_ended(); }) && said();
}

std::string Running::output() const { return all_of(output_); }

std::string Running::errors() const { return all_of(errors_); }

bool Running::has_ended() {
  look(WNOHANG);
  return process_ < 0;
}

Ended Running::end() {
  const bool is_in_time = base::poll_until(long_patience, {}, [&] { return has_ended(); });
  if (!is_in_time) {
    ::kill(process_, SIGKILL);
    look(0);
  }
  Ended ended;
  if (WIFEXITED(how_)) ended.status = WEXITSTATUS(how_);
  if (WIFSIGNALED(how_) && is_in_time) ended.signal = WTERMSIG(how_);
  ended.dumped_core = WIFSIGNALED(how_) && WCOREDUMP(how_);
  ended.peak_bytes = static_cast<std::uint64_t>(usage_.ru_maxrss) << 10;
  ended.output = all_of(output_);
  ended.errors = all_of(errors_);
  if (!is_in_time) ended.errors += "\nkilled by the test: it took too long\n";
  return ended;
}

World::World(std::string engine, std::string version, double speed)
    : engine_(std::move(engine)),
      lab_({.speed = speed}),
      account_(std::make_unique<aws::Account>(configuration(lab_.environment()))) {
  create_source(version);
  fill_source();
}

void World::create_source(const std::string& version) {
  aws::EngineVersion chosen;
  for (const auto& offered : aws::engine_versions(account_->client, engine_, ""))
    if (offered.version.starts_with(version) && offered.version > chosen.version) chosen = offered;
  account_->parameter_groups.create(
      {.name = source_id, .family = chosen.parameter_group_family, .description = "the source's", .tags = {}});
  account_->parameter_groups.modify(source_id, {{"log_bin_trust_function_creators", "1"}});
  aws::CreateInstance wanted;
  wanted.identifier = source_id;
  wanted.instance_class = "db.t3.medium";
  wanted.engine = engine_;
  wanted.engine_version = chosen.version;
  wanted.allocated_storage = 20;
  wanted.storage_type = "gp3";  // takes IOPS, given enough storage
  wanted.master_username = master_user;
  wanted.master_password = base::Secret(master_password);
  wanted.parameter_group = source_id;
  wanted.backup_retention_period = 1;
  // Unlike the default group it does not let its own members in, so that a run needs a rule.
  const std::string vpc = account_->security_groups.list({}).front().vpc_id;
  wanted.security_group_ids = {
      account_->security_groups.create({.name = source_id, .description = "of the source", .vpc_id = vpc, .tags = {}})
          .id};
  account_->instances.create(wanted);
  aws::Waiter(account_->instances, std::chrono::milliseconds(100), [](const aws::WaitState&) {
  }).until_settled(source_id, {});
}

void World::fill_source() const {
  mysql::Connection source = connect(source_id);
  for (const char* statement : putio_statements) source.execute(statement);
}

mysql::ConnectOptions World::options_of(const std::string& instance_id) const {
  const aws::Instance instance = account_->instances.get(instance_id);
  mysql::ConnectOptions options;
  options.host = instance.address;
  options.port = static_cast<unsigned>(instance.port.value());
  options.user = master_user;
  options.password = base::Secret(master_password);
  options.tls_ca = lab_.tls_ca();
  if (!mysql::Flavor::from_api(instance.engine, instance.engine_version).has_tls()) options.tls = mysql::Tls::none;
  return options;
}

void World::set_windows(const std::string& instance_id, std::chrono::minutes maintenance,
                        std::chrono::minutes backups) const {
  const auto now = std::chrono::floor<std::chrono::minutes>(std::chrono::system_clock::now().time_since_epoch());
  const auto since_monday = now + 72h;  // the epoch began on a Thursday
  aws::ModifyInstance change;
  change.maintenance_window =
      watch::text_of({.weekly = true, .begin = (since_monday + maintenance) % (7 * 24h), .length = 30min});
  change.backup_window = watch::text_of({.weekly = false, .begin = (now + backups) % 24h, .length = 30min});
  account_->instances.modify(instance_id, change);
}

void World::set_windows(const aws::Instance& before) const {
  aws::ModifyInstance change;
  change.maintenance_window = before.maintenance_window;
  change.backup_window = before.backup_window;
  account_->instances.modify(before.identifier, change);
}

mysql::Connection World::connect_as_rdsadmin(const std::string& instance_id) const {
  const auto folder = lab_.folder() / "instances" / account_->instances.get(instance_id).resource_id;
  mysql::ConnectOptions options;
  options.host = folder / "server.sock";
  options.user = lab::admin_user;
  options.password = lab::read_state(folder).admin_password;
  options.tls = mysql::Tls::none;
  return {options, {}};
}

std::map<std::string, std::string> World::environment(const std::map<std::string, std::string>& more) const {
  std::map<std::string, std::string> variables = lab_.environment();
  variables["DARBE_POLL_SECONDS"] = "0.1";
  variables["DARBE_PATIENCE_SECONDS"] = "3";
  variables["DARBE_MASTER_USER_PASSWORD"] = master_password;
  variables["AWS_EC2_METADATA_DISABLED"] = "true";
  variables["AWS_CONFIG_FILE"] = variables["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null";
  for (const auto& [name, value] : more) variables[name] = value;
  return variables;
}

std::unique_ptr<Running> World::start(const std::vector<std::string>& arguments,
                                      const std::map<std::string, std::string>& more) const {
  return std::make_unique<Running>(arguments, environment(more));
}

Ended World::darbe(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& more) const {
  return start(arguments, more)->end();
}

std::vector<std::string> points_of_darbe() {
  const Ended ended = Running({}, {{"DARBE_FAULT", "list"}}).end();
  if (ended.status != 0 || ended.output.empty())
    throw base::Error(base::Kind::failed, "darbe lists no fault points: " + ended.text());
  return lines_of(ended.output);
}

Ended World::darbe(const std::vector<std::string>& arguments, std::vector<std::string>& passed) const {
  const std::filesystem::path log = lab_.folder() / "points";
  std::filesystem::remove(log);
  const Ended ended = darbe(arguments, {{"DARBE_FAULT_LOG", log.string()}});
  passed = lines_of(base::read_file(log));
  return ended;
}

std::vector<std::string> World::setup_arguments_for_all(const std::string& new_id,
                                                        const std::vector<std::string>& more) const {
  std::vector<std::string> arguments{"--region",          "eu-west-1", "--source-instance-id", source_id,
                                     "--new-instance-id", new_id,      "--master-user-name",   master_user};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

std::vector<std::string> World::setup_arguments(const std::string& new_id, const std::vector<std::string>& more) const {
  std::vector<std::string> arguments =
      setup_arguments_for_all(new_id, {"--databases", "putio,mogilefs", "--users", "putio,mogile"});
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

std::vector<std::string> World::undo_arguments(const std::string& new_id) const {
  return {"undo", "--region", "eu-west-1", "--new-instance-id", new_id, "--yes"};
}

std::vector<std::string> World::status_arguments(const std::string& new_id) const {
  return {"status", "--region", "eu-west-1", "--new-instance-id", new_id, "--output", "json"};
}

std::string World::inventory() const { return inventory_of_aws() + inventory_of_server(source_id); }

std::string World::end_state(const std::string& target_id) const {
  // Resource ids, groups, rules, addresses, and the moment in a snapshot's name.
  static const std::regex by_chance(R"(\b(db-[A-Z0-9]{8,}|sgr?-[0-9a-f]{8,}|127\.\d+\.\d+\.\d+)\b|-\d{13}\b)");
  // Passwords that are made anew: the run's own, and RDS's.
  static const std::regex password(R"re((['`](?:darbe_|rds)\w+['`]@.*PASSWORD )'\*[0-9A-F]{40}')re");
  const std::string text = std::regex_replace(inventory() + inventory_of_server(target_id), by_chance, "*");
  return std::regex_replace(text, password, "$1*");
}

std::string World::inventory_of_aws() const {
  std::string text;
  lab_test::ApiClient api(lab_);
  for (const aws::Instance& instance : account_->instances.list()) text += text_of(instance);
  const aws::XmlElement snapshots = api.ask("DescribeDBSnapshots", {});
  for (const auto& snapshot : snapshots.child("DBSnapshots").children()) text += text_of(snapshot);
  for (const aws::SecurityGroup& group : by_name(account_->security_groups.list({})))
    text += text_of(group, account_->security_groups.rules(group.id));
  const aws::XmlElement groups = api.ask("DescribeDBParameterGroups", {});
  for (const auto& group : groups.child("DBParameterGroups").children()) {
    text += fmt::format("parameter group {}{}\n", group.text("DBParameterGroupName"),
                        text_of(account_->tags.of(group.text("DBParameterGroupArn"))));
    using aws::ParameterGroups;
    for (const auto& parameter :
         account_->parameter_groups.parameters(group.text("DBParameterGroupName"), ParameterGroups::Which::set_by_user))
      text += fmt::format(" {} = {}\n", parameter.name, parameter.value.value_or("NULL"));
  }
  return text;
}

std::string World::inventory_of_server(const std::string& instance_id) const {
  std::string text;
  mysql::Connection server = connect(instance_id);
  append_rows(text, server, "databases", "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA ORDER BY 1");
  append_grants(text, server);
  append_rows(text, server, "configuration", "CALL mysql.rds_show_configuration");
  return text;
}

void World::wait_until_caught_up(const std::string& target_id) const {
  mysql::Connection source = connect(source_id), target = connect(target_id);
  const auto until = std::chrono::steady_clock::now() + long_patience.at_most;
  const auto look = [&](const auto&) {
    if (std::chrono::steady_clock::now() > until)
      throw base::Error(base::Kind::failed, target_id + " does not catch up with the source");
  };
  replication::wait_for_coordinates(target, replication::source_coordinates(source), look, {});
}

std::map<std::string, std::string> World::contents(const std::string& instance_id,
                                                   const std::vector<std::string>& databases) const {
  mysql::Connection server = connect(instance_id);
  std::map<std::string, std::string> contents;
  const auto tables = server.query(
      fmt::format("SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t FROM information_schema.TABLES WHERE TABLE_SCHEMA IN "
                  "('{}') AND TABLE_TYPE = 'BASE TABLE' ORDER BY 1, 2",
                  fmt::join(databases, "', '")));
  for (std::size_t row = 0; row < tables.size(); ++row) {
    std::string name = tables.text(row, "t");
    for (std::size_t at = 0; (at = name.find('`', at)) != std::string::npos; at += 2) name.insert(at, "`");
    const std::string table = fmt::format("`{}`.`{}`", tables.text(row, "s"), name);
    const auto sum = server.query("CHECKSUM TABLE " + table + " EXTENDED");
    contents[table] = fmt::format("{} rows, checksum {}", server.number("SELECT COUNT(*) FROM " + table),
                                  sum.rows[0].at(1).value_or("NULL"));
  }
  return contents;
}

}  // namespace darbe::story_test
