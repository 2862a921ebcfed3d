// Which rows of a chunk differ, once its digests do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tables/chunk.h"
#include "tables/rows.h"

namespace darbe::verify {

struct RowDifference {
  enum class Kind { missing_on_target, only_on_target, differs };
  Kind kind = Kind::differs;
  std::string row;                   // "id = 5", or the row's first values where there is no key
  std::vector<std::string> columns;  // those that differ, for Kind::differs
};

struct Differences {
  std::vector<RowDifference> rows;  // the first ones
  bool more = false;                // there are others

  // "row id = 5 differs in note; row id = 7 is missing on the target"
  std::string text() const;
  bool empty() const { return rows.empty() && !more; }
  // Keeps as many rows as are shown.
  void shorten();
};

// What to do about a difference that copying again does not mend. `reads_doubles` is what tables::reads_json_doubles()
// says of the target.
std::string advice_on_lasting(const tables::Table& table, bool reads_doubles);

// A value for people: its beginning, in hexadecimal if it can't be printed.
std::string show_value(const std::optional<std::string>& value);

// Reads the chunk twice on both sides: first to find the few groups of rows that differ, then those rows. Needs memory
// for the rows that differ only, and no order common to both servers.
Differences find_differences(const tables::Table& table, const tables::Chunk& chunk, tables::RowReader& frozen,
                             tables::RowReader& target);

}  // namespace darbe::verify
