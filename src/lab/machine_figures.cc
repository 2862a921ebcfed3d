// What CloudWatch is told of a server: the files in its folder, its process as proc(5) has it, its replication.
#include <charconv>
#include <fstream>
#include <sstream>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "lab/local_machine.h"

namespace darbe::lab {
namespace {

namespace fs = std::filesystem;

// Free bytes of a folder that a file system is mounted on: what the test of a full disk does.
std::optional<std::uint64_t> volume_bytes(const fs::path& folder) {
  struct stat own{};
  struct stat above{};
  if (::stat(folder.c_str(), &own) != 0 || ::stat(folder.parent_path().c_str(), &above) != 0) return std::nullopt;
  if (own.st_dev == above.st_dev) return std::nullopt;
  return fs::space(folder).available;
}

// Its user and system time are the 14th and 15th field; the second, its name, stands in parentheses.
std::optional<base::Seconds> time_on_processors(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t end_of_name = line.rfind(')');
  if (end_of_name == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(end_of_name + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  std::uint64_t user = 0, system = 0;
  if (!(fields >> user >> system)) return std::nullopt;
  return base::Seconds(static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK)));
}

}  // namespace

std::uint64_t LocalMachine::used_bytes() const {
  std::uint64_t bytes = 0;
  std::error_code gone;  // servers remove files while we look
  for (fs::recursive_directory_iterator entry(folder_, gone), end; entry != end; entry.increment(gone)) {
    const std::uintmax_t size = entry->is_regular_file(gone) ? entry->file_size(gone) : 0;
    if (!gone) bytes += size;
  }
  return bytes;
}

std::optional<double> LocalMachine::replica_lag_seconds() {
  if (!is_replica()) return std::nullopt;
  mysql::Connection connection = admin();
  const mysql::Flavor& flavor = connection.flavor();
  const mysql::Result status = connection.query(flavor.show_replica_status());
  const std::string_view name = flavor.column_seconds_behind_source();
  const bool known = !status.empty() && status.value(0, name);
  return known ? static_cast<double>(status.number(0, name)) : -1;
}

std::optional<double> LocalMachine::processor_percent() {
  const auto used = time_on_processors(server_.process());
  if (!used) return std::nullopt;
  const ProcessorTime before = processor_time_;
  processor_time_ = {server_.process(), *used, base::Clock::now()};
  const base::Seconds passed = processor_time_.at - before.at;
  if (before.process != processor_time_.process || passed <= base::Seconds(0)) return std::nullopt;
  const double cores = std::max(1U, std::thread::hardware_concurrency());
  return std::min(100.0, (processor_time_.used - before.used) / passed / cores * 100);
}

Figures LocalMachine::figures() {
  Figures figures;
  figures.used_bytes = used_bytes();
  figures.volume_bytes = volume_bytes(folder_);
  if (state_.spec.binlog) figures.binlog_bytes = binlog_bytes(server_.data());
  figures.replica_lag_seconds = replica_lag_seconds();
  figures.processor_percent = processor_percent();
  return figures;
}

}  // namespace darbe::lab
