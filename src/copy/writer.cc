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

// What the target was sent of a chunk shows as copied, and is taken back unless the chunk is kept.
class Sent {
 public:
  explicit Sent(TableWork& table) : table_(table) {}
  Sent(const Sent&) = delete;
  Sent& operator=(const Sent&) = delete;
  ~Sent() { table_.note_lost(sent_); }

  void add(const tables::Totals& totals) {
    table_.note_copied(totals);
    sent_ += totals;
  }
  void keep(const tables::Totals& chunk) {
    table_.note_copied({chunk.rows - sent_.rows, chunk.bytes - sent_.bytes, {}});
    sent_ = {};
  }

 private:
  TableWork& table_;
  tables::Totals sent_;
};

// The queue's text as one file for LOAD DATA: ends at the chunk's end block, which it keeps.
class ChunkText {
 public:
  ChunkText(base::Queue<Block>& blocks, Sent& sent) : blocks_(blocks), sent_(sent) {}

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

  const Block& end() const {
    DARBE_ASSERT(ended_);
    return block_;
  }

 private:
  void next() {
    std::optional<Block> block = blocks_.pop();
    DARBE_ASSERT(block.has_value());
    if (block->kind == Block::Kind::large_row) throw tables::LargeRow(block->text);
    DARBE_ASSERT(block->kind == Block::Kind::text || block->kind == Block::Kind::end);
    block_ = std::move(*block);
    place_ = 0;
    if (block_.kind == Block::Kind::text) {
      fault::point<"copy.text_taken">();
      sent_.add(block_.totals);
    }
    ended_ = block_.kind == Block::Kind::end;
  }

  base::Queue<Block>& blocks_;
  Sent& sent_;
  Block block_;
  std::size_t place_ = 0;
  bool ended_ = false;
};

enum class Rows { append, replace };

// A process that stood still until its run's lock fell, or a second one beside it: the chunk's rows would come twice.
[[noreturn]] void throw_copied_by_another(const std::string& what) {
  throw Error(Kind::failed, fmt::format("another darbe has copied {} meanwhile", what),
              "See that only one is at work on the target, and run the same command again: it goes on with what the "
              "target's ledger has.");
}

[[noreturn]] void throw_not_taken(mysql::Connection& target, const std::string& what, const LoadCounts& counts,
                                  const tables::LedgerLine& line, Rows rows) {
  const tables::Totals& totals = line.source;
  std::string text = fmt::format("{}: of {} rows the target took {} (deleted {}, skipped {}, warnings {})", what,
                                 totals.rows, counts.records, counts.deleted, counts.skipped, counts.warnings);
  const std::vector<mysql::Warning> warnings = target.warnings();
  for (std::size_t i = 0; i < std::min(warnings.size(), warnings_shown_max); ++i)
    text += fmt::format("; {} ({})", warnings[i].text, warnings[i].number);
  // A table with a key takes no row twice.
  if (rows == Rows::append && tables::ledger::has_line(target, line.table_id, line.chunk))
    throw_copied_by_another(what);
  throw Error(Kind::failed, text,
              "The target would not hold these rows as the source does; nothing of the chunk was kept.");
}

// Of error values; whether it was those, Verify will tell.
std::uint64_t expected_warnings(mysql::Connection& target, const tables::Table& shape) {
  std::uint64_t expected = 0;
  for (const mysql::Warning& warning : target.warnings())
    for (const tables::Column* column : shape.stored_columns())
      if (warns_of_error_values(target.flavor(), *column) &&
          warning.text.starts_with(fmt::format("Data truncated for column '{}' at row ", column->name)))
        ++expected;
  return expected;
}

void check_taken(mysql::Connection& target, const std::string& info, const tables::Table& shape,
                 const tables::LedgerLine& line, Rows rows) {
  LoadCounts counts = parse_load_info(info);
  if (counts.warnings != 0) counts.warnings -= expected_warnings(target, shape);
  if (counts.records != line.source.rows || counts.deleted != 0 || counts.skipped != 0 || counts.warnings != 0)
    throw_not_taken(target, tables::describe(shape, line.chunk), counts, line, rows);
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

// A line that is gone went with the lines before it; with its own alone the ledger would have a hole.
void require_line(mysql::Connection& target, const TableWork& table, const tables::Chunk& chunk) {
  if (tables::ledger::has_line(target, table.planned().id, chunk)) return;
  throw Error(Kind::failed,
              fmt::format("{} was copied, and is not in the ledger any more", tables::describe(table.shape(), chunk)),
              "Run the same command again: it goes on with what the target's ledger has.");
}

void write_line(mysql::Connection& target, const tables::LedgerLine& line, const std::string& what, Rows rows) {
  if (rows == Rows::replace) return tables::ledger::replace_line(target, line);
  try {
    tables::ledger::add_line(target, line);
  } catch (const mysql::ServerError& error) {
    if (mysql::meaning_of(error) != mysql::Meaning::duplicate) throw;
    throw_copied_by_another(what);
  }
}

tables::LedgerLine write_chunk(TableWork& table, const tables::Chunk& begin, Rows rows, base::Queue<Block>& blocks,
                               mysql::Connection& target) {
  const tables::Table& shape = table.shape();
  if (!shape.is_transactional()) empty_table(target, shape);
  target.execute("BEGIN");
  if (rows == Rows::replace) require_line(target, table, begin);
  if (rows == Rows::replace && shape.is_transactional())
    target.execute(fmt::format("DELETE FROM {}{}", shape.name.quoted(), tables::where_clause(shape, begin)),
                   "emptying " + tables::describe(shape, begin));
  Sent sent(table);
  ChunkText text(blocks, sent);
  const mysql::Outcome outcome = target.load(
      load_statement(shape), [&](char* room, std::size_t size) { return text.read(room, size); },
      "loading " + tables::describe(shape, begin));
  const tables::LedgerLine line{table.planned().id, text.end().chunk, text.end().totals};
  const std::string what = tables::describe(shape, line.chunk);
  check_taken(target, outcome.info, shape, line, rows);
  fault::point<"copy.rows_sent">();
  write_line(target, line, what, rows);
  fault::point<"copy.ledger_written">();
  target.execute("COMMIT", "committing " + what);
  fault::point<"copy.committed">();
  sent.keep(line.source);
  return line;
}

// A lane's writer at work.
class LaneWriter {
 public:
  LaneWriter(Schedule& schedule, Lane& lane, LaneMemory& memory, mysql::Connection& target)
      : schedule_(schedule), lane_(lane), memory_(memory), target_(target) {}

  void copy(const Block& begin) {
    TableWork& table = schedule_.table(begin.work);
    table.create(target_, schedule_.may_have_rows(begin.work));
    schedule_.note_committed(begin.work, write_chunk(table, begin.chunk, Rows::append, lane_.blocks, target_));
  }

  void build(const Block& block) {
    schedule_.note_building(lane_.number);
    // The next command builds them again; the operator would wait for hours.
    lane_.unless_leaving([&] { schedule_.table(block.work).build_indexes(target_); });
    base::MutexLock lock(memory_.mutex);
    memory_.build.reset();
    schedule_.note_built(block.work);
    lane_.answers.push(true);
  }

  void cut(const Block& block) {
    const tables::PlannedTable& planned = schedule_.table(block.work).planned();
    base::MutexLock lock(memory_.mutex);
    DARBE_ASSERT(memory_.cut && memory_.middle);
    tables::ledger::cut_range(target_, planned.id, memory_.cut->rest.range, block.chunk);
    fault::point<"copy.range_cut">();
    schedule_.note_cut(*memory_.cut, *memory_.middle, lane_.number);
    memory_.cut.reset();
    lane_.answers.push(true);
  }

 private:
  Schedule& schedule_;
  Lane& lane_;
  LaneMemory& memory_;
  mysql::Connection& target_;
};

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
  return fmt::format(
      "LOAD DATA LOCAL INFILE 'rows' INTO TABLE {} CHARACTER SET binary FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\'"
      " LINES TERMINATED BY '\\n' ({}){}",
      table.name.quoted(), columns, sets);
}

void write_lane(Schedule& schedule, Lane& lane, LaneMemory& memory, mysql::Connection& target, unsigned& commits) {
  LaneWriter writer(schedule, lane, memory, target);
  while (const std::optional<Block> block = lane.blocks.pop()) {
    if (block->kind == Block::Kind::build)
      writer.build(*block);
    else if (block->kind == Block::Kind::cut)
      writer.cut(*block);
    else
      writer.copy(*block);
    ++commits;
  }
}

tables::Totals write_again(TableWork& table, Lane& lane, mysql::Connection& target) {
  const std::optional<Block> begin = lane.blocks.pop();
  DARBE_ASSERT(begin.has_value());
  return write_chunk(table, begin->chunk, Rows::replace, lane.blocks, target).source;
}

}  // namespace darbe::copy
