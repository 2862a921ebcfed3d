#include "replication/binlogs.h"

#include <algorithm>

namespace darbe::replication {

std::optional<Binlogs> binlogs(mysql::Connection& source) {
  if (source.value("SELECT @@global.log_bin") == "0") return Binlogs();
  mysql::Result rows;
  try {
    rows = source.query("SHOW BINARY LOGS");
  } catch (const mysql::ServerError& error) {
    if (mysql::meaning_of(error) != mysql::Meaning::access_denied) throw;
    return std::nullopt;
  }
  Binlogs files;
  for (std::size_t row = 0; row < rows.size(); ++row)
    files.push_back({.name = rows.text(row, "Log_name"), .bytes = rows.number(row, "File_size")});
  return files;
}

std::uint64_t total_bytes(const Binlogs& files) {
  std::uint64_t bytes = 0;
  for (const BinlogFile& file : files) bytes += file.bytes;
  return bytes;
}

std::optional<std::size_t> files_before(const Binlogs& files, const std::string& name) {
  const auto file = std::ranges::find(files, name, &BinlogFile::name);
  if (file == files.end()) return std::nullopt;
  return static_cast<std::size_t>(file - files.begin());
}

bool holds(const Binlogs& files, const std::string& name) { return files_before(files, name).has_value(); }

std::optional<std::uint64_t> bytes_between(const Binlogs& files, const Coordinates& from, const Coordinates& to) {
  if (from >= to) return 0;
  const auto first = files_before(files, from.file);
  if (!first) return std::nullopt;
  if (from.file == to.file) return to.position - from.position;
  const std::uint64_t size = files[*first].bytes;
  std::uint64_t bytes = size > from.position ? size - from.position : 0;
  for (std::size_t file = *first + 1; file < files.size() && files[file].name != to.file; ++file)
    bytes += files[file].bytes;
  return bytes + to.position;
}

}  // namespace darbe::replication
