#include "darbe_run.h"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>

#include <fmt/format.h>
#include <sys/resource.h>

#include "base/error.h"
#include "base/file.h"
#include "copy/copy.h"
#include "servers/process.h"
#include "verify/verify.h"

namespace darbe::bench {

namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double core_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// The high-water mark of this program; getrusage's would begin with that of the program that started us.
double peak_megabytes() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line))
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) * 1024 / 1e6;
  throw base::Error(base::Kind::failed, "/proc/self/status has no VmHWM");
}

void add_environment(std::vector<std::string>& environment, const std::string& side,
                     const mysql::ConnectOptions& options) {
  environment.push_back(side + "_HOST=" + options.host);
  environment.push_back(fmt::format("{}_PORT={}", side, options.port));
  environment.push_back(side + "_USER=" + options.user);
  environment.push_back(side + "_PASSWORD=" + options.password.reveal());
  environment.push_back(side + "_CA=" + options.tls_ca);
}

constexpr const char* plain_word = "plain";

mysql::ConnectOptions options_from_environment(const std::string& side) {
  const auto value = [&](const char* name) {
    const char* const text = std::getenv((side + name).c_str());
    if (text == nullptr) throw base::Error(base::Kind::usage, side + name + " is not in the environment");
    return std::string(text);
  };
  mysql::ConnectOptions options{.host = value("_HOST")};
  options.port = static_cast<unsigned>(std::stoul(value("_PORT")));
  options.user = value("_USER");
  options.password = base::Secret(value("_PASSWORD"));
  options.tls_ca = value("_CA");
  return options;
}

// Lines of a name and a number.
std::map<std::string, double> read_figures(const std::filesystem::path& path) {
  std::map<std::string, double> figures;
  std::ifstream file(path);
  std::string name;
  double value = 0;
  while (file >> name >> value) figures[name] = value;
  return figures;
}

void verify_all(const verify::Options& options, const copy::Outcome& copied, tables::Progress& progress) {
  const verify::Outcome verified = verify::run(options, progress, {});
  if (verified.rows != copied.rows || !verified.repaired.empty())
    throw base::Error(base::Kind::mismatch, fmt::format("{} rows copied, {} verified, {} chunks copied again",
                                                        copied.rows, verified.rows, verified.repaired.size()));
}

}  // namespace

DarbeRun run_darbe(TwoServers& servers, const Contents& expected, unsigned jobs, Way way) {
  const base::TemporaryFolder folder("darbe-bench");
  const std::filesystem::path answer = folder.path() / "figures";
  servers::Program program{.arguments = {"/proc/self/exe", darbe_child_word, answer.string(), fmt::format("{}", jobs),
                                         way == Way::plain ? plain_word : "verified"},
                           .output = folder.path() / "darbe.log"};
  add_environment(program.environment, "SOURCE", servers.source().connect_options());
  add_environment(program.environment, "TARGET", servers.target().connect_options());
  DarbeRun run{servers.measure(expected, [&] { servers::run(program, servers.stop()); })};
  const std::map<std::string, double> figures = read_figures(answer);
  run.copy_seconds = figures.at("copy_seconds");
  run.verify_seconds = figures.at("verify_seconds");
  run.copy_core_seconds = figures.at("copy_core_seconds");
  run.peak_memory_mb = figures.at("peak_memory_mb");
  return run;
}

int run_darbe_child(const std::vector<std::string>& words) {
  if (words.size() != 4) return base::exit_status(base::Kind::usage);
  const auto jobs = static_cast<unsigned>(std::stoul(words[2]));
  copy::Options copying{.frozen = options_from_environment("SOURCE"), .target = options_from_environment("TARGET")};
  copying.databases = {std::string(database)};
  copying.jobs = jobs;
  const bool plain = words[3] == plain_word;
  if (plain) copying.frozen.tls = copying.target.tls = mysql::Tls::none;
  const verify::Options verifying{
      .frozen = copying.frozen, .target = copying.target, .databases = copying.databases, .jobs = jobs};
  tables::Progress progress;
  verify::Ahead ahead(verifying);
  if (!plain)
    copying.meanwhile = [&ahead](const std::vector<unsigned>& table_ids, std::stop_token end) {
      return ahead.work(table_ids, std::move(end));
    };
  const auto start = std::chrono::steady_clock::now();
  const copy::Outcome copied = copy::run(copying, progress, {});
  const double copy_seconds = seconds_since(start);
  const double copy_core_seconds = core_seconds();
  if (!plain) verify_all(verifying, copied, progress);
  std::ofstream file(words[1]);
  file << "copy_seconds " << copy_seconds << "\nverify_seconds " << seconds_since(start) - copy_seconds
       << "\ncopy_core_seconds " << copy_core_seconds << "\npeak_memory_mb " << peak_megabytes() << "\n";
  return file.good() ? 0 : base::exit_status(base::Kind::failed);
}

}  // namespace darbe::bench
