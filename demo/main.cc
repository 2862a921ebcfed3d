// darbe-demo: Darbe's whole first half on real servers on this machine. Exits with 0 only if every act held.
//
// A lab plays RDS. An instance with a bloated tablespace takes writes all the time, while the README's command makes a
// compact instance of it that replicates from it. Then a migration is done there by hand, and all is compared.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/random.h"
#include "base/stop_signals.h"
#include "child.h"
#include "cloud.h"
#include "measure.h"
#include "sample.h"
#include "writer.h"

namespace darbe::demo {
namespace {

using namespace std::chrono_literals;

const Databases databases = {"putio", "mogilefs"};
const std::string source_id = "putio16";
const std::string target_id = "putio17";
const std::string migrated_table = "`putio`.`transfers`";
const auto began = base::Clock::now();

template <typename... Args>
void act(fmt::format_string<Args...> format, Args&&... args) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(base::Clock::now() - began).count();
  fmt::print("\n[{:3} s] {}\n", seconds, fmt::format(format, std::forward<Args>(args)...));
  std::fflush(stdout);
}

template <typename... Args>
void tell(fmt::format_string<Args...> format, Args&&... args) {
  fmt::print("        {}\n", fmt::format(format, std::forward<Args>(args)...));
  std::fflush(stdout);
}

void require(bool held, const std::string& what) {
  if (!held) throw base::Error(base::Kind::mismatch, what);
  tell("yes: {}", what);
}

std::string megabytes(std::uint64_t bytes) { return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6); }

std::filesystem::path program(const char* name) {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
}

// darbe-lab, ready to answer, with the environment it asks its clients to have.
struct Lab {
  Lab(const std::filesystem::path& folder, std::stop_token stop)
      : child({{program("darbe-lab"), "up", "--listen", "127.0.0.1:0", "--dir", folder / "lab", "--speed", "20"},
               {},
               true}) {
    while (!environment.contains("AWS_ENDPOINT_URL") || !environment.contains("DARBE_TLS_CA"))
      read(child.read_line(stop));
  }

  void read(std::string line) {
    if (line.starts_with("export ")) line.erase(0, 7);
    const auto equals = line.find('=');
    if (equals == std::string::npos) return;
    std::erase_if(line, [](char c) { return c == '\'' || c == '"'; });
    environment[line.substr(0, equals)] = line.substr(equals + 1);
  }

  Child child;
  Environment environment;
};

// What one run of the demo holds; members end in the opposite order, the lab with its servers last.
class Demo {
 public:
  explicit Demo(std::stop_token stop) : stop_(std::move(stop)) {}

  void run() {
    start_lab();
    create_source();
    start_writers();
    run_darbe();
    migrate_by_hand();
    stop_writers();
    compare();
  }

 private:
  void start_lab() {
    act("Starting darbe-lab: RDS on this machine, with real servers");
    lab_ = base::in_context("darbe-lab did not start", [&] { return std::make_unique<Lab>(folder_.path(), stop_); });
    tell("it answers at {}", lab_->environment["AWS_ENDPOINT_URL"]);
  }

  void create_source() {
    act("Creating the instance {}", source_id);
    const auto endpoint =
        create_mysql_instance(lab_->environment,
                              {source_id,
                               "root",
                               master_password_,
                               {{"innodb_file_per_table", "0"}, {"log_bin_trust_function_creators", "1"}}},
                              stop_);
    source_options_ = options_for(endpoint, "root", master_password_);
    source_ = std::make_unique<mysql::Connection>(source_options_, stop_);
    tell("MySQL {} on {}:{}", source_->value("SELECT VERSION()").value_or("?"), endpoint.host, endpoint.port);

    act("Filling it, and deleting most of the rows again");
    load_sample(source_options_, application_password_, stop_);
    // As on most instances with a large ibdata1: somebody changed the parameter since, and the tables are still there.
    set_parameter(lab_->environment, source_id, "innodb_file_per_table", "1", stop_);
    before_ = tablespace_sizes(*source_, databases);
    tell("ibdata1 has {}, the databases' own files {}", megabytes(before_.system_bytes),
         megabytes(before_.table_bytes));
  }

  void start_writers() {
    act("Starting an application that writes to {} all the time", source_id);
    auto options = source_options_;
    options.password = application_password_;
    options.user = "putio";
    transfers_ = std::make_unique<Writer>(options, WrittenTable{migrated_table, "user_id = 7"});
    options.user = "mogile";
    pings_ = std::make_unique<Writer>(options, WrittenTable{"`mogilefs`.`pings`", ""});
  }

  void run_darbe() {
    const std::string password = master_password_.reveal();
    act("Running Darbe, as in the README:");
    fmt::print("\n  darbe --region {} --source-instance-id {} --new-instance-id {} \\\n", region(), source_id,
               target_id);
    fmt::print("    --master-user-name root --master-user-password {} \\\n", password);
    fmt::print("    --databases putio,mogilefs --users putio,mogile\n\n");
    std::fflush(stdout);

    auto environment = lab_->environment;
    environment["DARBE_POLL_SECONDS"] = "0.2";
    environment["DARBE_PATIENCE_SECONDS"] = "6";
    environment["AWS_CONFIG_FILE"] = environment["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null";
    Child darbe({{program("darbe"), "--region", region(), "--source-instance-id", source_id, "--new-instance-id",
                  target_id, "--master-user-name", "root", "--master-user-password", password, "--databases",
                  "putio,mogilefs", "--users", "putio,mogile"},
                 environment});
    const int exit_code = darbe.wait(stop_);
    base::throw_if_stopped(stop_);
    if (exit_code != 0) throw base::Error(base::Kind::failed, fmt::format("darbe ended with exit code {}", exit_code));
    tell("meanwhile the application has written {} times", transfers_->acknowledged() + pings_->acknowledged());
  }

  void migrate_by_hand() {
    act("Adding a column and an index on {} by hand, while it replicates", target_id);
    const auto endpoint = endpoint_of(lab_->environment, target_id, stop_);
    target_ = std::make_unique<mysql::Connection>(options_for(endpoint, "root", master_password_), stop_);
    target_->execute("ALTER TABLE " + migrated_table +
                     " ADD COLUMN priority TINYINT NOT NULL DEFAULT 0, ADD INDEX note (note)");
    const auto written = transfers_->acknowledged();
    if (!base::poll_until({10ms, 30s}, stop_, [&] { return transfers_->acknowledged() >= written + 200; }))
      throw base::Error(base::Kind::failed, "the application has made fewer than 200 writes in 30 s");
    wait_until_applied(*source_, *target_, 60s, stop_);
    tell("200 writes later replication still runs");
  }

  void stop_writers() {
    act("Stopping the application, and waiting until {} has applied all it wrote", target_id);
    transfers_->stop();
    pings_->stop();
    tell("{} writes were acknowledged", transfers_->acknowledged() + pings_->acknowledged());
    wait_until_applied(*source_, *target_, 60s, stop_);
  }

  void compare() {
    act("Comparing {} with {}", target_id, source_id);
    for (const Writer* writer : {transfers_.get(), pings_.get()}) {
      const auto found = writer->compare(*target_, stop_);
      require(found.equal() && found.rows > 0,
              fmt::format(
                  "all {} rows that acknowledged writes left in {} are there, and no others ({} missing, {} too many)",
                  found.rows, writer->table().name, found.missing, found.surplus));
    }
    require(same_tables(), "every other table has the same checksum");
    const auto objects = other_objects(*source_, databases);
    require(!objects.empty() && objects == other_objects(*target_, databases),
            fmt::format("all {} views, triggers, routines, events and foreign keys are there", objects.size()));
    require(number_on_target("SELECT COUNT(*) FROM mysql.user WHERE user IN ('putio', 'mogile')") == 2 &&
                number_on_target("SELECT COUNT(*) FROM mysql.user WHERE user = 'reports'") == 0,
            "the accounts putio and mogile are there, and reports is not");
    require(number_on_target("SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = 'scratch'") == 0,
            "the database scratch, which was not asked for, is not");
    compare_sizes();
  }

  bool same_tables() {
    auto here = table_checksums(*source_, databases);
    auto there = table_checksums(*target_, databases);
    here.erase(migrated_table);  // it has another shape by now
    there.erase(migrated_table);
    return !here.empty() && here == there;
  }

  void compare_sizes() {
    const Sizes now = tablespace_sizes(*source_, databases);
    const Sizes after = tablespace_sizes(*target_, databases);
    fmt::print("\n        {:<10} {:>12} {:>12} {:>12}\n", "", "ibdata1", "own files", "together");
    for (const auto& [id, sizes] : {std::pair{source_id, now}, std::pair{target_id, after}}) {
      fmt::print("        {:<10} {:>12} {:>12} {:>12}\n", id, megabytes(sizes.system_bytes),
                 megabytes(sizes.table_bytes), megabytes(sizes.bytes()));
    }
    fmt::print("\n");
    require(after.bytes() < now.bytes(),
            fmt::format("the tablespaces are {:.1f} times smaller: {} less",
                        static_cast<double>(now.bytes()) / static_cast<double>(after.bytes()),
                        megabytes(now.bytes() - std::min(now.bytes(), after.bytes()))));
  }

  mysql::ConnectOptions options_for(const Endpoint& endpoint, const std::string& user, const base::Secret& password) {
    mysql::ConnectOptions options;
    options.host = endpoint.host;
    options.port = endpoint.port;
    options.user = user;
    options.password = password;
    options.tls_ca = lab_->environment["DARBE_TLS_CA"];
    return options;
  }

  std::uint64_t number_on_target(const std::string& sql) { return target_->number(sql); }
  std::string region() { return lab_->environment["AWS_REGION"]; }

  const std::stop_token stop_;
  const base::Secret master_password_{base::random_hex(12)};
  const base::Secret application_password_{base::random_hex(12)};
  base::TemporaryFolder folder_{"darbe-demo"};
  std::unique_ptr<Lab> lab_;
  mysql::ConnectOptions source_options_;
  std::unique_ptr<mysql::Connection> source_;
  std::unique_ptr<mysql::Connection> target_;
  std::unique_ptr<Writer> transfers_;
  std::unique_ptr<Writer> pings_;
  Sizes before_;
};

int report(const std::exception& error) {
  fmt::print("\n");
  for (const auto& line : base::lines_of(error)) tell("{}", line);
  const bool interrupted = base::kind_of(error) == base::Kind::interrupted;
  act("{}", interrupted ? "Stopped; nothing is left running" : "The demo did not hold");
  return interrupted ? 130 : 1;
}

int run() {
  const base::StopSignals signals;
  try {
    {
      Demo demo(signals.token());
      demo.run();
      act("Stopping everything");
    }
    act("All of it held");
    return 0;
  } catch (const std::exception& error) {
    return report(error);
  }
}

}  // namespace
}  // namespace darbe::demo

int main() { return darbe::demo::run(); }
