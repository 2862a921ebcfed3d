#include "replication/coordinates.h"

#include <charconv>

#include <fmt/format.h>

#include "base/error.h"

namespace darbe::replication {

namespace {

using base::Error;
using base::Kind;

std::string_view digits_at_end(std::string_view file) {
  std::size_t begin = file.size();
  while (begin > 0 && file[begin - 1] >= '0' && file[begin - 1] <= '9') --begin;
  return file.substr(begin);
}

// The number is padded to six digits and grows beyond them.
std::uint64_t number_of(std::string_view file) {
  const std::string_view digits = digits_at_end(file);
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

}  // namespace

std::strong_ordering Coordinates::operator<=>(const Coordinates& other) const {
  if (const auto order = number_of(file) <=> number_of(other.file); order != 0) return order;
  if (const auto order = position <=> other.position; order != 0) return order;
  return file <=> other.file;
}

std::string text_of(const Coordinates& coordinates) {
  return fmt::format("{}:{}", coordinates.file, coordinates.position);
}

Coordinates parse_coordinates(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && colon > 0) {
    Coordinates coordinates{std::string(text.substr(0, colon)), 0};
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, coordinates.position);
    if (error == std::errc() && rest == end) return coordinates;
  }
  throw Error(Kind::failed, fmt::format("'{}' is no binlog file and position", text));
}

Coordinates source_coordinates(mysql::Connection& source) {
  const mysql::Result status = source.query(source.flavor().show_binary_log_status());
  if (status.empty())
    throw Error(Kind::refused, "the source's binary log is off",
                "Turn automated backups on (backup retention of at least one day): that turns the binary log on.");
  return {status.text(0, "File"), status.number(0, "Position")};
}

GtidSet source_gtids(mysql::Connection& source) {
  const char* const variable =
      source.flavor().has_gtid_executed() ? "@@GLOBAL.gtid_executed" : "@@GLOBAL.gtid_binlog_pos";
  return {source.value(fmt::format("SELECT {}", variable)).value_or("")};
}

GtidSet replica_gtids(mysql::Connection& replica) {
  const char* const variable =
      replica.flavor().has_gtid_executed() ? "@@GLOBAL.gtid_executed" : "@@GLOBAL.gtid_slave_pos";
  return {replica.value(fmt::format("SELECT {}", variable)).value_or("")};
}

bool gtid_mode_is_on(mysql::Connection& server) {
  return server.flavor().has_gtid_executed() && server.value("SELECT @@GLOBAL.gtid_mode") == "ON";
}

}  // namespace darbe::replication
