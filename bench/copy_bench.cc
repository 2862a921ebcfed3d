// How fast Darbe's copy, index builds and verification are against `mysqldump | mysql`, on two real servers of this
// machine, everyone over TCP with TLS. Rounds are interleaved and medians compared, for the machine's noise is larger
// than what we look for. Darbe runs in a process of its own, so that its memory is its own.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "copy/copy.h"
#include "servers/process.h"
#include "servers/test_server.h"
#include "verify/verify.h"

namespace darbe::bench {
namespace {

using Figures = std::map<std::string, double>;

struct Arguments {
  bool json = false;
  bool only_darbe = false;  // for profiling
  unsigned rounds = 3;
  unsigned megabytes = 550;
  // Twice as many as the target has processors, which are half of this machine's: the source and the clients take the
  // others.
  unsigned jobs = std::max(2U, std::thread::hardware_concurrency());
};

constexpr unsigned tables_count = 4;
// Of the rows' bytes seven tenths are sysbench's tables, as in docs; a row takes about this many.
constexpr double sysbench_share = 0.7;
constexpr double sysbench_row_bytes = 195;
constexpr double order_row_bytes = 210;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

void fill_sysbench(mysql::Connection& source, unsigned table, std::uint64_t rows) {
  source.execute(
      fmt::format("CREATE TABLE bench.sbtest{} (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, k INT NOT NULL,"
                  " c CHAR(120) NOT NULL, pad CHAR(60) NOT NULL, KEY k (k))",
                  table));
  source.execute(
      fmt::format("INSERT INTO bench.sbtest{} SELECT n, CRC32(n * {}) % 500000, LEFT(SHA2(n * {}, 512), 120),"
                  " LEFT(SHA2(n + {}, 256), 60) FROM bench_numbers.numbers WHERE n <= {} ORDER BY n",
                  table, table + 1, table + 3, table, rows));
}

void fill_orders(mysql::Connection& source, std::uint64_t rows) {
  source.execute(
      "CREATE TABLE bench.orders (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, customer_id INT NOT NULL,"
      " status ENUM('new','paid','sent','returned') NOT NULL, amount DECIMAL(10,2) NOT NULL, weight FLOAT,"
      " currency CHAR(3) NOT NULL, created DATETIME(3) NOT NULL, updated TIMESTAMP NULL, email VARCHAR(100) NOT NULL,"
      " note TEXT, details JSON, KEY customer (customer_id), KEY state (status, created), KEY email (email),"
      " KEY created (created))");
  source.execute(fmt::format(
      "INSERT INTO bench.orders SELECT n, CRC32(n) % 100000, 1 + n % 4, (n % 100000) / 7, n / 3, 'EUR',"
      " '2020-01-01' + INTERVAL n * 37 SECOND, '2021-01-01' + INTERVAL n SECOND, CONCAT(LEFT(SHA2(n, 256), 12), "
      "'@example.com'),"
      " IF(n % 3 = 0, NULL, CONCAT('a note with a\\ttab ', n)), JSON_OBJECT('items', JSON_ARRAY(n % 17, n % 5),"
      " 'gift', n % 2 = 0, 'ref', LEFT(SHA2(n, 256), 20)) FROM bench_numbers.numbers WHERE n <= {} ORDER BY n",
      rows));
}

void fill(mysql::Connection& source, unsigned megabytes) {
  const double bytes = megabytes * 1e6;
  const auto sysbench_rows = static_cast<std::uint64_t>(bytes * sysbench_share / sysbench_row_bytes / tables_count);
  const auto order_rows = static_cast<std::uint64_t>(bytes * (1 - sysbench_share) / order_row_bytes);
  source.execute("CREATE DATABASE bench");
  source.execute("CREATE DATABASE bench_numbers");
  source.execute("CREATE TABLE bench_numbers.digits (d INT PRIMARY KEY)");
  source.execute("INSERT INTO bench_numbers.digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)");
  source.execute("CREATE TABLE bench_numbers.numbers (n INT PRIMARY KEY)");
  source.execute(
      fmt::format("INSERT INTO bench_numbers.numbers SELECT a.d * 1000000 + b.d * 100000 + c.d * 10000 + e.d * 1000"
                  " + f.d * 100 + g.d * 10 + h.d + 1 AS n FROM bench_numbers.digits a, bench_numbers.digits b,"
                  " bench_numbers.digits c, bench_numbers.digits e, bench_numbers.digits f, bench_numbers.digits g,"
                  " bench_numbers.digits h HAVING n <= {} ORDER BY n",
                  std::max(sysbench_rows, order_rows)));
  for (unsigned table = 1; table <= tables_count; ++table) fill_sysbench(source, table, sysbench_rows);
  fill_orders(source, order_rows);
  source.execute("DROP DATABASE bench_numbers");
  source.query("ANALYZE TABLE bench.orders, bench.sbtest1, bench.sbtest2, bench.sbtest3, bench.sbtest4");
}

// Room for all of a round's pages and redo: what a server does when it runs out of them is not what we compare.
std::vector<std::string> server_arguments() {
  return {"--innodb-buffer-pool-size=2G",       "--innodb-redo-log-capacity=2G",
          "--innodb-flush-log-at-trx-commit=2", "--local-infile=1",
          "--innodb-log-buffer-size=16M",       "--max-allowed-packet=64M"};
}

void empty(mysql::Connection& target) {
  target.execute("DROP DATABASE IF EXISTS bench");
  target.execute("DROP DATABASE IF EXISTS darbe_journal");
}

double target_megabytes(mysql::Connection& target) {
  double bytes = 0;
  for (const auto& [name, size] : tables::read_tablespace_bytes(target, {{"bench", "", ""}}))
    if (name.schema == "bench") bytes += static_cast<double>(size);
  return bytes / 1e6;
}

std::string client_command(const servers::TestServer& server, const std::string& program) {
  std::string command;
  for (const std::string& word : server.installation().client(program)) command += "'" + word + "' ";
  const mysql::ConnectOptions options = server.connect_options();
  return command + fmt::format("--no-defaults --host={} --port={} --user={} --ssl-mode=VERIFY_IDENTITY --ssl-ca='{}'",
                               options.host, options.port, options.user, options.tls_ca);
}

// What both servers have used of the processors so far: less moved by other work on the machine than the time is.
double servers_core_seconds(servers::TestServer& source, servers::TestServer& target) {
  double ticks = 0;
  for (servers::TestServer* server : {&source, &target}) {
    std::string text = base::read_file(fmt::format("/proc/{}/stat", server->server().process()));
    text.erase(0, text.rfind(')') + 2);  // the program's name may hold anything; utime and stime are fields 14 and 15
    std::istringstream fields(text);
    std::string word;
    for (int field = 3; field <= 15 && fields >> word; ++field)
      if (field >= 14) ticks += std::stod(word);
  }
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// The original's options; each client has its own password.
Figures run_mysqldump(const servers::TestServer& source, const servers::TestServer& target,
                      const base::TemporaryFolder& folder) {
  const std::string command = fmt::format(
      "set -o pipefail; MYSQL_PWD=\"$SOURCE_PASSWORD\" {} --single-transaction --order-by-primary --set-gtid-purged=OFF"
      " --databases bench | MYSQL_PWD=\"$TARGET_PASSWORD\" {}",
      client_command(source, "mysqldump"), client_command(target, "mysql"));
  servers::Program program{.arguments = {"bash", "-c", command}, .output = folder.path() / "mysqldump.log"};
  program.environment = {"SOURCE_PASSWORD=" + source.connect_options().password.reveal(),
                         "TARGET_PASSWORD=" + target.connect_options().password.reveal()};
  const auto start = std::chrono::steady_clock::now();
  servers::run(program, {});
  return {{"seconds", seconds_since(start)}};
}

void add_environment(std::vector<std::string>& environment, const std::string& side,
                     const mysql::ConnectOptions& options) {
  environment.push_back(side + "_HOST=" + options.host);
  environment.push_back(fmt::format("{}_PORT={}", side, options.port));
  environment.push_back(side + "_USER=" + options.user);
  environment.push_back(side + "_PASSWORD=" + options.password.reveal());
  environment.push_back(side + "_CA=" + options.tls_ca);
}

Figures read_figures(const std::filesystem::path& path) {
  Figures figures;
  std::ifstream file(path);
  std::string name;
  double value = 0;
  while (file >> name >> value) figures[name] = value;
  return figures;
}

Figures run_darbe(const Arguments& arguments, const servers::TestServer& source, const servers::TestServer& target,
                  const base::TemporaryFolder& folder) {
  const std::filesystem::path figures = folder.path() / "figures";
  servers::Program program{
      .arguments = {"/proc/self/exe", "--child", figures.string(), fmt::format("{}", arguments.jobs)},
      .output = folder.path() / "darbe.log"};
  add_environment(program.environment, "SOURCE", source.connect_options());
  add_environment(program.environment, "TARGET", target.connect_options());
  const auto start = std::chrono::steady_clock::now();
  servers::run(program, {});
  Figures result = read_figures(figures);
  result["seconds"] = seconds_since(start);
  return result;
}

mysql::ConnectOptions options_from_environment(const std::string& side) {
  const auto value = [&](const char* name) { return std::string(std::getenv((side + name).c_str())); };
  mysql::ConnectOptions options{.host = value("_HOST")};
  options.port = static_cast<unsigned>(std::stoul(value("_PORT")));
  options.user = value("_USER");
  options.password = base::Secret(value("_PASSWORD"));
  options.tls_ca = value("_CA");
  return options;
}

// The high-water mark of this program; getrusage's would begin with that of the program that started us.
double peak_megabytes() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line))
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) * 1024 / 1e6;
  return 0;
}

double core_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Darbe's part, in a process of its own.
int run_child(const std::string& path, unsigned jobs) {
  copy::Options copying{.frozen = options_from_environment("SOURCE"), .target = options_from_environment("TARGET")};
  copying.databases = {"bench"};
  copying.jobs = jobs;
  verify::Options verifying{
      .frozen = copying.frozen, .target = copying.target, .databases = copying.databases, .jobs = jobs};
  tables::Progress progress;
  const auto start = std::chrono::steady_clock::now();
  const copy::Outcome copied = copy::run(copying, progress, {});
  const double copy_seconds = seconds_since(start);
  const verify::Outcome verified = verify::run(verifying, progress, {});
  if (verified.rows != copied.rows) return 1;
  std::ofstream file(path);
  file << "copy_seconds " << copy_seconds << "\nverify_seconds " << seconds_since(start) - copy_seconds << "\nrows "
       << copied.rows << "\nbytes " << copied.bytes << "\npeak_memory_mb " << peak_megabytes() << "\ncore_seconds "
       << core_seconds() << "\n";
  return file.good() ? 0 : 1;
}

struct Rounds {
  std::vector<Figures> darbe;
  std::vector<Figures> mysqldump;

  static std::vector<double> of(const std::vector<Figures>& rounds, const std::string& name) {
    std::vector<double> values;
    for (const Figures& round : rounds) values.push_back(round.at(name));
    return values;
  }
};

void note(const Arguments& arguments, const std::string& line) {
  if (!arguments.json) fmt::print("{}\n", line);
  std::fflush(stdout);
}

Rounds measure(const Arguments& arguments) {
  const base::TemporaryFolder folder("darbe-bench");
  servers::TestServer source({.arguments = server_arguments()});
  servers::TestServer target({.arguments = server_arguments()});
  mysql::Connection source_session(source.connect_options(), {});
  mysql::Connection target_session(target.connect_options(), {});
  note(arguments, fmt::format("filling the source with about {} MB of rows", arguments.megabytes));
  fill(source_session, arguments.megabytes);
  Rounds rounds;
  const auto with_servers = [&](const auto& run) {
    empty(target_session);
    const double before = servers_core_seconds(source, target);
    Figures figures = run();
    figures["servers_core_seconds"] = servers_core_seconds(source, target) - before;
    figures["tablespace_mb"] = target_megabytes(target_session);
    return figures;
  };
  for (unsigned round = 0; round < arguments.rounds; ++round) {
    if (!arguments.only_darbe) {
      rounds.mysqldump.push_back(with_servers([&] { return run_mysqldump(source, target, folder); }));
      note(arguments,
           fmt::format("round {}: mysqldump | mysql {:.1f} s", round + 1, rounds.mysqldump.back()["seconds"]));
    }
    rounds.darbe.push_back(with_servers([&] { return run_darbe(arguments, source, target, folder); }));
    const Figures& darbe = rounds.darbe.back();
    note(arguments, fmt::format("round {}: darbe {:.1f} s (copy and indexes {:.1f}, verification {:.1f})", round + 1,
                                darbe.at("seconds"), darbe.at("copy_seconds"), darbe.at("verify_seconds")));
  }
  return rounds;
}

void print(const Arguments& arguments, const Rounds& rounds) {
  const auto darbe = [&](const char* name) { return median(Rounds::of(rounds.darbe, name)); };
  std::vector<double> memory = Rounds::of(rounds.darbe, "peak_memory_mb");
  const double peak = *std::max_element(memory.begin(), memory.end());
  const double gigabytes = darbe("bytes") / 1e9;
  if (rounds.mysqldump.empty()) {
    fmt::print("darbe {:.1f} s, {:.2f} core-seconds per GB, {:.0f} MB; servers {:.1f} core-seconds\n", darbe("seconds"),
               darbe("core_seconds") / gigabytes, peak, darbe("servers_core_seconds"));
    return;
  }
  const double peer = median(Rounds::of(rounds.mysqldump, "seconds"));
  const double ratio = peer / darbe("seconds");
  const double peer_size = median(Rounds::of(rounds.mysqldump, "tablespace_mb"));
  if (arguments.json) {
    fmt::print(
        "{{\"bench\": \"copy\", \"rounds\": {}, \"jobs\": {}, \"rows\": {:.0f}, \"row_megabytes\": {:.1f},"
        " \"mysqldump_seconds\": {:.2f}, \"darbe_seconds\": {:.2f}, \"copy_seconds\": {:.2f}, \"verify_seconds\": "
        "{:.2f},"
        " \"vs_mysqldump\": {:.2f}, \"peak_memory_mb\": {:.1f}, \"core_seconds_per_gb\": {:.2f},"
        " \"servers_core_seconds\": {:.2f}, \"mysqldump_servers_core_seconds\": {:.2f},"
        " \"tablespace_mb\": {:.1f}, \"mysqldump_tablespace_mb\": {:.1f}}}\n",
        arguments.rounds, arguments.jobs, darbe("rows"), darbe("bytes") / 1e6, peer, darbe("seconds"),
        darbe("copy_seconds"), darbe("verify_seconds"), ratio, peak, darbe("core_seconds") / gigabytes,
        darbe("servers_core_seconds"), median(Rounds::of(rounds.mysqldump, "servers_core_seconds")),
        darbe("tablespace_mb"), peer_size);
    return;
  }
  fmt::print(
      "medians of {} rounds, {:.0f} rows of {:.0f} MB, both servers and the client on this machine, TCP with TLS\n",
      arguments.rounds, darbe("rows"), darbe("bytes") / 1e6);
  fmt::print("  mysqldump | mysql                  {:6.1f} s   {:.0f} MB of tablespaces\n", peer, peer_size);
  fmt::print("  darbe: copy, indexes, verification {:6.1f} s   {:.0f} MB of tablespaces\n", darbe("seconds"),
             darbe("tablespace_mb"));
  fmt::print(
      "  {:.2f} times as fast; darbe itself took at most {:.0f} MB of memory and {:.2f} core-seconds per GB of rows\n",
      ratio, peak, darbe("core_seconds") / gigabytes);
}

int usage() {
  fmt::print(stderr, "copy_bench [--output text|json] [--rounds N] [--megabytes N] [--jobs N] [--only-darbe]\n");
  return 2;
}

int run(const std::vector<std::string>& words) {
  if (words.size() == 3 && words[0] == "--child")
    return run_child(words[1], static_cast<unsigned>(std::stoul(words[2])));
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--only-darbe") {
      arguments.only_darbe = true;
      continue;
    }
    if (i + 1 == words.size()) return usage();
    const std::string& value = words[++i];
    const std::string& name = words[i - 1];
    const auto number = static_cast<unsigned>(std::strtoul(value.c_str(), nullptr, 10));
    if (name == "--output" && (value == "json" || value == "text"))
      arguments.json = value == "json";
    else if (name == "--rounds" && number > 0)
      arguments.rounds = number;
    else if (name == "--megabytes" && number > 0)
      arguments.megabytes = number;
    else if (name == "--jobs" && number > 0)
      arguments.jobs = number;
    else
      return usage();
  }
  print(arguments, measure(arguments));
  return 0;
}

}  // namespace
}  // namespace darbe::bench

int main(int count, char** words) {
  try {
    return darbe::bench::run({words + 1, words + count});
  } catch (const std::exception& error) {
    for (const std::string& line : darbe::base::lines_of(error)) fmt::print(stderr, "copy_bench: {}\n", line);
    return 1;
  }
}
