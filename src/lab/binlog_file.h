// A server's binlog files, read from its folder (MySQL Internals, "Binary Log File Format"; MariaDB Knowledge Base,
// "GTID_EVENT").
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace darbe::lab {

struct BinlogPosition {
  std::string file;
  std::uint64_t position = 0;
};

// The last file that the index in `data` names, or the one that was about to take its place. Throws: Error{failed} if
// there is none.
std::string last_binlog(const std::filesystem::path& data);

// Where the last whole transaction of a MariaDB binlog ends: what a killed server wrote beyond that belongs to a
// transaction that it will roll back. MySQL cuts such a tail off by itself when it recovers.
std::uint64_t end_of_last_transaction(const std::filesystem::path& file);

// What all binlogs and their index take.
std::uint64_t binlog_bytes(const std::filesystem::path& data);

// Removes all binlogs and their index.
void remove_binlogs(const std::filesystem::path& data);

}  // namespace darbe::lab
