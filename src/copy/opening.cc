#include "copy/opening.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"

namespace darbe::copy {

namespace {

using base::Error;
using base::Kind;
namespace ledger = tables::ledger;

Schedule::Range range_to_do(const tables::Chunk& keys, const tables::LedgerSummary& lines) {
  Schedule::Range range{keys, std::nullopt};
  for (const tables::LedgerLine& line : lines.last_lines)
    if (line.chunk.range == keys.range) range.last_line = line;
  return range;
}

// Requires: `shapes` by name. Takes the shape.
tables::Table take_shape(std::vector<tables::Table>& shapes, const tables::TableName& name) {
  const auto found = std::ranges::lower_bound(shapes, name, {}, &tables::Table::name);
  if (found != shapes.end() && found->name == name) return std::move(*found);
  throw Error(Kind::failed, fmt::format("{} is in the plan of the copy but not on the frozen replica", name.text()),
              advice_on_lost_table);
}

Schedule::Todo todo_for(const Window& window, const tables::PlannedTable& planned, std::unique_ptr<TableWork> table) {
  const tables::LedgerSummary& lines = window.lines_of(planned);
  const bool is_there = window.there.contains(planned.name);
  if (lines.chunks != 0 && !is_there)
    throw Error(Kind::failed, fmt::format("{} was copied, and is gone from the target", planned.name.text()),
                advice_on_lost_table);
  if (!tables::is_sound(planned, lines))
    throw Error(Kind::failed, fmt::format("the ledger lacks chunks of {} that came before others", planned.name.text()),
                "The target has lost commits: undo this run and begin a new one.");
  Schedule::Todo todo;
  todo.table = std::move(table);
  todo.partly_copied = lines.chunks != 0;
  for (const tables::Chunk& keys : planned.ranges) todo.ranges.push_back(range_to_do(keys, lines));
  const bool made_with_keys = todo.table->has_keys_from_the_start() && !is_there;
  todo.indexes = !made_with_keys && !window.has_all_indexes(planned.name);
  if (todo.indexes)
    todo.table->progress().index_bytes.store(todo.table->shape().index_bytes, std::memory_order_relaxed);
  return todo;
}

}  // namespace

const tables::LedgerSummary& Window::lines_of(const tables::PlannedTable& planned) const {
  static const tables::LedgerSummary none;
  const auto found = lines.find(planned.id);
  return found == lines.end() ? none : found->second;
}

bool Window::has_all_indexes(const tables::TableName& name) const {
  const auto wanted = wanted_indexes.find(name);
  if (wanted == wanted_indexes.end()) return true;
  const auto found = indexes.find(name);
  return found != indexes.end() && std::ranges::includes(found->second, wanted->second);
}

bool Window::is_complete() const {
  return std::ranges::all_of(tables, [this](const tables::PlannedTable& planned) {
    return tables::is_copied(planned, lines_of(planned)) && there.contains(planned.name) &&
           has_all_indexes(planned.name);
  });
}

Window read_window(mysql::Connection& frozen, mysql::Connection& target, std::vector<tables::PlannedTable> tables) {
  Window window;
  window.tables = std::move(tables);
  const std::vector<tables::TableName> names = tables::names_of(window.tables);
  window.lines = ledger::summarize(target, tables::ids_of(window.tables));
  window.there = tables::find_tables(target, names);
  window.wanted_indexes = tables::read_index_names(frozen, names);
  window.indexes = tables::read_index_names(target, {window.there.begin(), window.there.end()});
  return window;
}

std::vector<Schedule::Todo> open_tables(const Options& options, tables::Progress& progress, mysql::Connection& frozen,
                                        mysql::Connection& target, const std::vector<unsigned>& table_ids) {
  const Window window = read_window(frozen, target, ledger::read_planned(target, table_ids));
  std::vector<tables::Table> shapes = tables::read_tables(frozen, tables::names_of(window.tables));
  std::vector<Schedule::Todo> todo;
  for (const tables::PlannedTable& planned : window.tables) {
    tables::Table shape = take_shape(shapes, planned.name);
    const TableWork::ChunkLimits limits{options.chunk_bytes, chunk_rows_max(target.flavor(), shape)};
    todo.push_back(todo_for(
        window, planned,
        std::make_unique<TableWork>(std::move(shape), planned, window.lines_of(planned).copied, progress, limits)));
  }
  return todo;
}

}  // namespace darbe::copy
