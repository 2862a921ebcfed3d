// The source's rows as files that the target's server reads itself, and what the two servers alone take to move them:
// the least that any client can do. Tables, definitions, sessions and statements are those of the copy.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "tables/chunk.h"
#include "tables/create_statement.h"
#include "tables/table.h"
#include "two_servers.h"

namespace darbe::bench {

// A range of a table's keys and the file that holds its rows.
struct Part {
  std::size_t table = 0;
  tables::Chunk keys{};
  std::filesystem::path file{};
};

struct PartedTable {
  tables::Table shape;
  tables::CreateStatement statement{};
  std::vector<Part> parts{};  // in key order
};

// Writes the database's rows into `folder`, a file for about 32 MiB of text each, as the copy's chunks are.
// Requires: the tables' keys can be cut.
std::vector<PartedTable> write_row_files(TwoServers& servers, const std::filesystem::path& folder);

// Loads all files and builds the indexes, `jobs` sessions at a time, each of which keeps to a table in key order and
// takes half of the largest rest when none is left.
void load_row_files(TwoServers& servers, const std::vector<PartedTable>& tables, unsigned jobs);

// SELECT * of all parts, `jobs` sessions at a time; the rows are thrown away.
enum class Side { source, target };
void read_rows(TwoServers& servers, const std::vector<PartedTable>& tables, Side side, unsigned jobs);

}  // namespace darbe::bench
