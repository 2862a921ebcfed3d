#include "replication/filters.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"

namespace darbe::replication {

namespace {

using base::Error;
using base::Kind;

constexpr const char* marker_schema = "darbe";

std::string escaped(const std::string& name) {
  std::string pattern;
  for (const char letter : name) {
    if (letter == '_' || letter == '%' || letter == '\\') pattern += '\\';
    pattern += letter;
  }
  return pattern;
}

// RDS counts characters, not bytes.
std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

}  // namespace

bool is_leaving_out(std::string_view parameter) {
  std::string name(parameter);
  std::ranges::replace(name, '-', '_');
  constexpr std::string_view beginnings[] = {"replicate_do_",       "replicate_ignore_", "replicate_wild_",
                                             "replicate_rewrite_",  "replicate_events_", "slave_skip_errors",
                                             "replica_skip_errors", "slave_exec_mode",   "replica_exec_mode"};
  return std::ranges::any_of(beginnings, [&](std::string_view beginning) { return name.starts_with(beginning); });
}

std::string wild_do_table(const std::vector<std::string>& databases) {
  std::vector<std::string> names = databases;
  names.emplace_back(marker_schema);
  std::vector<std::string> patterns;
  for (const std::string& name : names) {
    if (name.find(',') != std::string::npos)
      throw Error(Kind::refused,
                  fmt::format("database '{}' has a comma in its name, which no replication filter can hold", name),
                  "Copy all databases (leave --databases out), or rename it.");
    const std::string pattern = escaped(name) + ".%";
    if (std::find(patterns.begin(), patterns.end(), pattern) == patterns.end()) patterns.push_back(pattern);
  }
  std::string value = fmt::format("{}", fmt::join(patterns, ","));
  if (characters(value) > filter_characters_max)
    throw Error(Kind::refused,
                fmt::format("the replication filter for these databases has {} characters, and RDS takes {}",
                            characters(value), filter_characters_max),
                "Copy all databases (leave --databases out).");
  return value;
}

}  // namespace darbe::replication
