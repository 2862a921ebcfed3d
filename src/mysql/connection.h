// One session on a MySQL or MariaDB server through libmariadb (MariaDB Connector/C 3.3): this module is the only code
// that includes the client library.
//
// A Connection belongs to one thread. A stop asked for while a call waits shuts the socket down, and the call throws
// Error{interrupted}; the server may go on with the statement (PROTOCOL.md 5), so look before repeating it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "mysql/error.h"
#include "mysql/flavor.h"

namespace darbe::mysql {

enum class Tls {
  verify_identity,  // CA and host name or address must match; plain text is refused
  verify_ca,        // the CA must match, whatever the name: another server of the same CA passes
  required,         // no plain text, but anybody may be at the other end
  none,             // MySQL 5.6 only (PROTOCOL.md 4)
};

// What a server sends as one packet at most, and as one row (max_allowed_packet's own limit).
constexpr std::size_t protocol_packet_bytes_max = (1UL << 24) - 1;
constexpr std::size_t protocol_row_bytes_max = 1UL << 30;

struct ConnectOptions {
  std::string host{};
  unsigned port = 3306;
  std::string user{};
  base::Secret password{};
  std::string database{};  // may be empty
  Tls tls = Tls::verify_identity;
  std::string tls_ca{};  // a PEM file; required for verify_identity and verify_ca
  std::chrono::seconds connect_timeout{10};
  std::chrono::seconds answer_timeout{0};  // of silence in the midst of a statement; 0: it may take as long as it takes
  std::size_t row_bytes_max = protocol_row_bytes_max;  // a larger one ends the session: Meaning::row_too_large
  // Asked when the server refuses the password (1045), and once more when it refuses that: another one to try; nothing:
  // it stays refused. By any thread that connects.
  std::function<std::optional<base::Secret>(const base::Secret& refused, std::stop_token stop)> other_password{};
};

// A column's value as the server sent it: bytes, or nothing for NULL.
using Value = std::optional<std::string_view>;
using RowView = std::span<const Value>;

struct Column {
  std::string name;
  unsigned type = 0;     // enum enum_field_types of the protocol
  unsigned charset = 0;  // collation id; 63 is binary
  unsigned flags = 0;
};

// A whole result, held in memory.
class Result {
 public:
  using Row = std::vector<std::optional<std::string>>;
  std::vector<Column> columns;
  std::vector<Row> rows;

  bool empty() const { return rows.empty(); }
  std::size_t size() const { return rows.size(); }
  // The index of a column by name, any case. Throws: Error{failed} if there is none.
  std::size_t column(std::string_view name) const;
  bool has_column(std::string_view name) const;
  // Throws: Error{failed} when there is no such row or column, or the value is NULL.
  const std::string& text(std::size_t row, std::string_view name) const;
  std::uint64_t number(std::size_t row, std::string_view name) const;
  const std::optional<std::string>& value(std::size_t row, std::string_view name) const;
};

// What the server says after a statement without rows.
struct Outcome {
  std::uint64_t affected_rows = 0;
  std::uint64_t last_insert_id = 0;
  unsigned warnings = 0;
  std::string info;  // "Records: 3  Deleted: 0  Skipped: 0  Warnings: 0"
};

struct Warning {
  std::string level;
  unsigned number = 0;
  std::string text;
};

// Gives the next bytes of a LOAD DATA LOCAL stream: fills at most `room` and returns how many; 0 ends the file.
// It may throw: the statement then fails with that very error, and the caller must ROLLBACK (PROTOCOL.md 5).
using LoadSource = std::function<std::size_t(char* room, std::size_t size)>;

class Connection {
 public:
  // Connects, and sets utf8mb4, UTC and an sql_mode that neither changes nor refuses stored values; the server's limits
  // on a statement's rows and time don't hold, and it speaks English.
  // Throws: ServerError; Error{interrupted}.
  Connection(const ConnectOptions& options, std::stop_token stop);
  ~Connection();
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;

  const Flavor& flavor() const;
  std::uint64_t id() const;  // the server's connection id
  const ConnectOptions& options() const;

  // Runs one statement and drains every result it has (a CALL has several). `label` names it in errors; when empty, the
  // statement's first words are used. Throws: ServerError, Error{interrupted}.
  Outcome execute(std::string_view sql, std::string_view label = {});

  // Runs one statement and returns its first result set with rows or columns; later ones are drained.
  Result query(std::string_view sql, std::string_view label = {});

  // The first column of the first row; nothing if there is no row or it is NULL.
  std::optional<std::string> value(std::string_view sql, std::string_view label = {});
  // Throws: Error{failed} besides, if there is no such number.
  std::uint64_t number(std::string_view sql, std::string_view label = {});

  // Reads rows one by one from the wire (mysql_use_result). The views live until `row` returns; false from it ends the
  // reading early by closing the session. Throws: what `row` throws as well.
  void stream(std::string_view sql, const std::function<bool(RowView)>& row, std::string_view label = {});

  // LOAD DATA LOCAL INFILE … whose file is `source`. Requires: a transaction is open, for an error commits half of it.
  Outcome load(std::string_view sql, const LoadSource& source, std::string_view label = {});

  std::vector<Warning> warnings();

  // Whether the session can still be used (nothing lost, no rows left unread).
  bool usable() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

// Half of the sessions that a server has for everybody (max_connections), at least one: what finds none tries for
// minutes and then fails, and the other half is for others.
unsigned sessions_to_take(Connection& server);

// Ends another session of the same account, unless it is gone. What it had open may still be rolled back for a while,
// and a COMMIT that has begun comes to its end. Throws: ServerError if the server can't or may not.
void end_session(Connection& server, std::uint64_t session);

}  // namespace darbe::mysql
