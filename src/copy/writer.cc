// The target's end of a lane.
#include <algorithm>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

#include "base/error.h"
#include "base/fault.h"
#include "copy/lane.h"
#include "mysql/quote.h"
#include "tables/rows.h"

namespace darbe::copy {

namespace {

using base::Error;
using base::Kind;

constexpr std::size_t warnings_shown_max = 3;

// The queue's text as one file for LOAD DATA: ends at the chunk's end block, whose totals it keeps.
class ChunkText {
 public:
  explicit ChunkText(base::Queue<Block>& blocks) : blocks_(blocks) {}

  std::size_t read(char* room, std::size_t size) {
    while (place_ == block_.text.size()) {
      if (ended_) return 0;
      next();
    }
    const std::size_t count = std::min(size, block_.text.size() - place_);
    std::memcpy(room, block_.text.data() + place_, count);
    place_ += count;
    return count;
  }

  const tables::Totals& totals() const {
    DARBE_ASSERT(ended_);
    return block_.totals;
  }

 private:
  void next() {
    std::optional<Block> block = blocks_.pop();
    DARBE_ASSERT(block.has_value() && block->kind != Block::Kind::begin);
    block_ = std::move(*block);
    place_ = 0;
    if (block_.kind == Block::Kind::text) fault::point("copy.text_taken");
    ended_ = block_.kind == Block::Kind::end;
  }

  base::Queue<Block>& blocks_;
  Block block_;
  std::size_t place_ = 0;
  bool ended_ = false;
};

[[noreturn]] void throw_not_taken(mysql::Connection& target, const std::string& what, const LoadCounts& counts,
                                  const tables::Totals& totals) {
  std::string text = fmt::format("{}: of {} rows the target took {} (deleted {}, skipped {}, warnings {})", what,
                                 totals.rows, counts.records, counts.deleted, counts.skipped, counts.warnings);
  const std::vector<mysql::Warning> warnings = target.warnings();
  for (std::size_t i = 0; i < std::min(warnings.size(), warnings_shown_max); ++i)
    text += fmt::format("; {} ({})", warnings[i].text, warnings[i].number);
  throw Error(Kind::failed, text,
              "The target would not hold these rows as the source does; nothing of the chunk was kept.");
}

// MariaDB takes an ENUM's error value with a warning. Whether it was that, Verify will tell.
std::uint64_t expected_warnings(mysql::Connection& target, const tables::Table& shape) {
  std::uint64_t expected = 0;
  for (const mysql::Warning& warning : target.warnings())
    for (const tables::Column* column : shape.stored_columns())
      if (column->data_type == "enum" &&
          warning.text.starts_with(fmt::format("Data truncated for column '{}' at row ", column->name)))
        ++expected;
  return expected;
}

void check_taken(mysql::Connection& target, const std::string& what, const std::string& info,
                 const tables::Table& shape, const tables::Totals& totals) {
  LoadCounts counts = parse_load_info(info);
  if (counts.warnings != 0) counts.warnings -= expected_warnings(target, shape);
  if (counts.records != totals.rows || counts.deleted != 0 || counts.skipped != 0 || counts.warnings != 0)
    throw_not_taken(target, what, counts, totals);
}

// Rows of a chunk that was cut off, which no ROLLBACK takes back.
void empty_table(mysql::Connection& target, const tables::Table& shape) {
  if (!target.value(fmt::format("SELECT 1 FROM {} LIMIT 1", shape.name.quoted()))) return;
  if (shape.engine == "ARCHIVE")
    throw Error(Kind::failed,
                fmt::format("{} holds rows on the target, and ARCHIVE can't delete any", shape.name.text()),
                "Drop that table on the target and run the same command again.");
  target.execute("DELETE FROM " + shape.name.quoted(), "emptying " + shape.name.text());
}

void write_chunk(TableWork& table, const Work& work, bool replace, base::Queue<Block>& blocks,
                 mysql::Connection& target) {
  const tables::Table& shape = table.shape();
  const tables::Chunk& chunk = table.planned().chunks[*work.chunk];
  const std::string what = tables::describe(shape, chunk);
  if (!shape.is_transactional()) empty_table(target, shape);
  target.execute("BEGIN");
  if (replace && shape.is_transactional())
    target.execute(fmt::format("DELETE FROM {}{}", shape.name.quoted(), tables::where_clause(shape, chunk)),
                   "emptying " + what);
  ChunkText text(blocks);
  const mysql::Outcome outcome = target.load(
      load_statement(shape), [&](char* room, std::size_t size) { return text.read(room, size); }, "loading " + what);
  check_taken(target, what, outcome.info, shape, text.totals());
  fault::point("copy.rows_sent");
  tables::ledger::write_line(target, {table.planned().id, chunk.number, text.totals(), false});
  fault::point("copy.ledger_written");
  target.execute("COMMIT", "committing " + what);
  fault::point("copy.committed");
  table.note_copied(text.totals());
}

void forget(LaneMemory& memory, const Work& work) {
  base::MutexLock lock(memory.mutex);
  const auto same = [&](const Work& taken) { return taken.table == work.table && taken.chunk == work.chunk; };
  memory.taken.erase(std::find_if(memory.taken.begin(), memory.taken.end(), same));
}

}  // namespace

LoadCounts parse_load_info(const std::string& info) {
  LoadCounts counts;
  const auto read = [&](const char* word, std::uint64_t& number) {
    const auto place = info.find(word);
    if (place == std::string::npos) return false;
    const char* const start = info.data() + place + std::strlen(word);
    return std::from_chars(start, info.data() + info.size(), number).ec == std::errc();
  };
  if (!read("Records: ", counts.records) || !read("Deleted: ", counts.deleted) || !read("Skipped: ", counts.skipped) ||
      !read("Warnings: ", counts.warnings))
    throw Error(Kind::failed, fmt::format("the server did not say how many rows it loaded: '{}'", info));
  return counts;
}

std::string load_statement(const tables::Table& table) {
  std::string columns;
  std::string sets;
  unsigned number = 0;
  for (const tables::Column* column : table.stored_columns()) {
    const std::string name = mysql::quote_name(column->name);
    columns += columns.empty() ? "" : ", ";
    const std::string variable = fmt::format("@v{}", number);
    const std::optional<std::string> expression = tables::load_expression(*column, variable);
    columns += expression ? variable : name;
    if (!expression) continue;
    ++number;
    sets += fmt::format("{}{} = {}", sets.empty() ? " SET " : ", ", name, *expression);
  }
  for (std::size_t i = 0; i < tables::proofs(table).size(); ++i) columns += ", @proof";
  return fmt::format(
      "LOAD DATA LOCAL INFILE 'rows' INTO TABLE {} CHARACTER SET binary FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\'"
      " LINES TERMINATED BY '\\n' ({}){}",
      table.name.quoted(), columns, sets);
}

void write_lane(Schedule& schedule, Lane& lane, LaneMemory& memory, mysql::Connection& target, unsigned& commits) {
  while (const std::optional<Block> begin = lane.blocks.pop()) {
    DARBE_ASSERT(begin->kind == Block::Kind::begin);
    const Work& work = begin->work;
    TableWork& table = schedule.table(work);
    if (work.chunk) {
      table.create(target, schedule.may_have_rows(work));
      write_chunk(table, work, lane.replace, lane.blocks, target);
    } else {
      // The next command builds them again; the operator would wait for hours.
      lane.unless_leaving([&] { table.build_indexes(target); });
    }
    forget(memory, work);
    ++commits;
    schedule.done(work);
    if (!work.chunk) lane.built.push(true);
  }
}

}  // namespace darbe::copy
