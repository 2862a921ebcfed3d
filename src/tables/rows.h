// Reading a chunk's rows so that both sides give the same bytes for the same values: columns in order, no character set
// conversion, FLOAT in all its digits.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"
#include "mysql/connection.h"
#include "tables/chunk.h"
#include "tables/digest.h"
#include "tables/table.h"

namespace darbe::tables {

// One column's expression. FLOAT is printed with six digits unless it is made a DOUBLE, and a product keeps the sign of
// minus zero where a sum does not. An ENUM's error value (0) prints like an empty member: it is read as zeros that are
// no member, which an ENUM takes for a number. Numbers, in digits that are no member, are read where members may be
// equal to the server, and of a SET with an empty member.
std::string select_expression(const Column& column);

// Whether an ENUM's or SET's value is told by its number, for its text may stand for several.
bool is_read_by_number(const Column& column);

// What becomes of such a value, in the user variable `variable`, where LOAD DATA can't give it to the column as it is.
std::optional<std::string> load_expression(const Column& column, const std::string& variable);

// Read after the columns' values, compared with them, and written nowhere: the values of stored generated columns,
// which each server computes for itself; the letters of an ENUM or SET that is read by its number; the room that a JSON
// document takes, which tells a DECIMAL from a double and a date from a string, though they print alike; last the
// number of an ENUM or SET that ends the primary key.
struct Proof {
  std::string name;  // "total", "the types in note"
  std::string expression;
};
std::vector<Proof> proofs(const Table& table);

// At most `rows_max` of a chunk's rows in key order, after the first `skipped`; 0: all of them.
struct Window {
  std::uint64_t rows_max = 0;
  std::uint64_t skipped = 0;
};

// SELECT of the stored columns of a chunk and its proofs, in primary key order where there is one.
std::string select_statement(const Table& table, const Chunk& chunk, const Window& window = {});

// The client library holds a row whole, and keeps that room. So a row of 16 MiB or more, of which a process may have
// one at a time, is not read until its reader has LargeRows. What `row` has seen of the chunk counts for nothing.
class LargeRow : public base::Error {
 public:
  explicit LargeRow(const std::string& label)
      : Error(base::Kind::transient, label + ": a row of 16 MiB or more, which is read alone") {}
};

// Larger ones come as several packets.
constexpr std::size_t small_row_bytes_max = mysql::protocol_packet_bytes_max - 1;

// Whether the columns' types have room for one.
bool may_have_large_rows(const Table& table);

// A session that reads rows. Belongs to one thread.
class RowReader {
 public:
  // Throws: as mysql::Connection.
  RowReader(const mysql::ConnectOptions& options, std::stop_token stop);

  // Reads a chunk's rows; `row` sees each with its own totals (it may be empty). Throws: ServerError naming table and
  // chunk, LargeRow, what `row` throws.
  using Row = std::function<void(mysql::RowView, const Totals&)>;
  Totals read(const Table& table, const Chunk& chunk, const Row& row, const Window& window = {});

  // Any other statement whose rows may be as large. Throws: as mysql::Connection::stream, LargeRow.
  void stream(const std::string& sql, const std::function<bool(mysql::RowView)>& row, const std::string& label);

  // The session itself, for questions between chunks.
  mysql::Connection& connection() { return connection_; }
  const std::stop_token& stop() const { return stop_; }

 private:
  friend class LargeRows;

  mysql::ConnectOptions options_;
  std::stop_token stop_;
  mysql::Connection connection_;
  std::optional<mysql::Connection> large_;  // instead of it, while it may read large rows
  RowHasher hasher_;
};

// While this lives its reader takes rows of any size, as the only one of the process. Whoever waits for it must hold
// nothing that another session may wait for: the one that has it may be that session.
class LargeRows {
 public:
  // Waits for its turn. Throws: Error{interrupted} after a stop; as mysql::Connection.
  LargeRows(RowReader& reader, const std::stop_token& stop);
  ~LargeRows();
  LargeRows(const LargeRows&) = delete;
  LargeRows& operator=(const LargeRows&) = delete;

 private:
  RowReader& reader_;
};

// What `read` returns, which reads through `reader` and is begun anew if it meets a large row. Throws: as LargeRows,
// what `read` throws.
template <typename Read>
auto with_large_rows(RowReader& reader, const Read& read) {
  try {
    return read();
  } catch (const LargeRow&) {
  }
  const LargeRows turn(reader, reader.stop());
  return read();
}

}  // namespace darbe::tables
