#include "two_servers.h"

#include <chrono>
#include <sstream>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "mysql/quote.h"
#include "tables/table.h"

namespace darbe::bench {

namespace {

// Room for all of a round's pages and redo: what a server does when it runs out of them is not what we compare.
std::vector<std::string> server_arguments() {
  return {"--innodb-buffer-pool-size=2G", "--innodb-redo-log-capacity=2G", "--innodb-flush-log-at-trx-commit=2",
          "--innodb-log-buffer-size=16M", "--max-allowed-packet=64M",      "--local-infile=1",
          "--require-secure-transport=1"};
}

std::vector<std::string> target_arguments(const std::filesystem::path& files) {
  std::vector<std::string> arguments = server_arguments();
  arguments.push_back("--secure-file-priv=" + files.string());
  return arguments;
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// Of this process and of its children that have ended. The servers are children that run on.
double client_core_seconds() {
  double seconds = 0;
  for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    seconds += seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
  }
  return seconds;
}

double core_seconds_of(pid_t process) {
  std::string text = base::read_file(fmt::format("/proc/{}/stat", process));
  text.erase(0, text.rfind(')') + 2);  // the program's name may hold anything; utime and stime are fields 14 and 15
  std::istringstream fields(text);
  std::string word;
  double ticks = 0;
  for (int field = 3; field <= 15 && fields >> word; ++field)
    if (field >= 14) ticks += std::stod(word);
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::vector<tables::Table> tables_of(mysql::Connection& session) {
  return tables::read_tables(session, tables::read_databases(session, {std::string(database)}));
}

double rows_of(mysql::Connection& session) {
  double rows = 0;
  for (const tables::Table& table : tables_of(session))
    rows += static_cast<double>(session.number("SELECT COUNT(*) FROM " + table.name.quoted()));
  return rows;
}

}  // namespace

TwoServers::TwoServers(const std::filesystem::path& files, std::stop_token stop)
    : stop_(std::move(stop)),
      source_({.arguments = server_arguments()}),
      target_({.arguments = target_arguments(files)}),
      source_session_(source_.connect_options(), stop_),
      target_session_(target_.connect_options(), stop_) {}

void TwoServers::empty_target() {
  target_session_.execute(fmt::format("DROP DATABASE IF EXISTS {}", database));
  target_session_.execute("DROP DATABASE IF EXISTS darbe_journal");
}

void TwoServers::let_in_without_tls(bool yes) {
  for (mysql::Connection* session : {&source_session_, &target_session_})
    session->execute(fmt::format("SET GLOBAL require_secure_transport = {}", yes ? 0 : 1));
}

double TwoServers::target_tablespace_mb() {
  const auto bytes = tables::read_tablespace_bytes(target_session_, {{std::string(database), "", ""}});
  return static_cast<double>(bytes.at(std::string(database))) / 1e6;
}

Run TwoServers::measure(const Contents& expected, const std::function<void()>& work) {
  empty_target();
  Run run;
  run.usage = usage_of(work);
  run.tablespace_mb = target_tablespace_mb();
  const double rows = rows_of(target_session_);
  if (rows != expected.rows)
    throw base::Error(base::Kind::mismatch, fmt::format("{} of {} rows were copied", rows, expected.rows));
  return run;
}

Usage TwoServers::usage_of(const std::function<void()>& work) {
  const auto now = [this] {
    const std::chrono::duration<double> time = std::chrono::steady_clock::now().time_since_epoch();
    return Usage{time.count(), client_core_seconds(), core_seconds_of(source_.server().process()),
                 core_seconds_of(target_.server().process())};
  };
  const Usage before = now();
  work();
  const Usage after = now();
  return {after.seconds - before.seconds, after.client_core_seconds - before.client_core_seconds,
          after.source_core_seconds - before.source_core_seconds,
          after.target_core_seconds - before.target_core_seconds};
}

Contents contents_of(mysql::Connection& session) {
  Contents contents;
  for (const tables::Table& table : tables_of(session)) {
    std::vector<std::string> lengths;
    for (const tables::Column* column : table.stored_columns())
      lengths.push_back(fmt::format("IFNULL(LENGTH({}), 0)", mysql::quote_name(column->name)));
    const mysql::Result result =
        session.query(fmt::format("SELECT COUNT(*) AS row_count, IFNULL(SUM({}), 0) AS bytes FROM {}",
                                  fmt::join(lengths, " + "), table.name.quoted()));
    contents.tables += 1;
    contents.rows += static_cast<double>(result.number(0, "row_count"));
    contents.value_bytes += static_cast<double>(result.number(0, "bytes"));
  }
  return contents;
}

std::string server_settings() { return fmt::format("{}", fmt::join(server_arguments(), " ")); }

}  // namespace darbe::bench
