// The chunk ledger in schema darbe_journal on the target: what is to be copied, and one line for each chunk that is
// committed there. A line commits with its chunk's rows, so after a lost link or a crash the ledger tells what is true.
//
//   copy_tables   one row a table: its number, name, and what was expected when the plan was made; later the time its
//                 rows were counted, and for which types all its JSON documents are asked
//   copy_ranges   each table's ranges of keys: one at first, and one more whenever a range is cut in two
//   copy_ledger   the lines, in key order within a range: where the chunk ends; rows, bytes and digest as read from the
//                 frozen replica; later the time it was verified
//   copy_sessions the sessions that write, so that the next command can end those of one whose machine is gone
//
// A server may have more tables than anybody should hold: but for their numbers, they are read some at a time.
//
// Shared by copy and verify, so that they need not know each other.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "mysql/connection.h"
#include "tables/chunk.h"
#include "tables/digest.h"
#include "tables/table.h"

namespace darbe::tables {

// The types in a table's JSON documents for which all of them are asked, not some: the target had them otherwise
// (verify/hidden_types.h).
struct AskedTypes {
  bool integers = false;
  bool others = false;
  bool operator==(const AskedTypes&) const = default;

  bool all() const { return integers && others; }
};

struct PlannedTable {
  unsigned id = 0;
  TableName name;
  std::uint64_t rows_estimated = 0;
  std::uint64_t bytes_estimated = 0;
  std::uint64_t index_bytes_estimated = 0;
  bool counted = false;       // verify has counted its rows through a secondary index
  AskedTypes asked;           // for each line that is verified
  std::vector<Chunk> ranges;  // all keys of the table, whole: their `sequence` and `last` mean nothing
};

struct LedgerLine {
  unsigned table_id = 0;
  Chunk chunk;
  Totals source;
  bool verified = false;
};

// A table's lines, added up by the server: a copy of ten terabytes has hundreds of thousands.
struct LedgerSummary {
  std::uint64_t chunks = 0;
  std::uint64_t chunks_verified = 0;
  Totals copied;                       // without digests
  Totals verified;                     // likewise
  std::vector<LedgerLine> last_lines;  // of each range that has any
  bool has_hole = false;               // a range lacks a line before its last one
};

// The whole plan in numbers.
struct PlanTotals {
  std::uint64_t tables = 0;
  std::uint64_t rows_estimated = 0;
  std::uint64_t bytes_estimated = 0;
  std::uint64_t index_bytes_estimated = 0;
  std::uint64_t chunks = 0;
  Totals copied;    // without digests
  Totals verified;  // likewise
};

// Whether the copy can go on from a table's lines: in each range of the plan they have no hole, and none are of others.
bool is_sound(const PlannedTable& table, const LedgerSummary& lines);
// Whether all ranges of a table have been copied to their ends, with no hole.
bool is_copied(const PlannedTable& table, const LedgerSummary& lines);

namespace ledger {

// On the target, of our own.
constexpr const char* schema = "darbe_journal";

// The rows' sessions and the ledger's are the same, so the target's binlog is left out for all of it where the server
// lets us (PROTOCOL.md 1). Says whether it did.
bool leave_out_of_binlog(mysql::Connection& connection);

// Makes schema and tables where they are missing.
void create(mysql::Connection& connection);

// Notes a session of the target's as one of ours, which may hold a table. Where there is no ledger yet it does nothing.
void note_session(mysql::Connection& connection, std::uint64_t session);

// Whether it is, and no other command has ended it since.
bool is_noted(mysql::Connection& connection, std::uint64_t session);

// Ends what the noted sessions but this one have open, and returns when none of them can commit any more: they are of
// earlier commands. Index builds, which the server goes on with, may be let come to their end, and their sessions stay.
// Requires: the run's lock is held, and this process has no other noted session that works. Throws: Error{interrupted}.
enum class Builds { let_end, end };
void end_sessions(mysql::Connection& connection, Builds builds, const std::stop_token& stop);

// Missing tables are no error: there is no plan then.
bool has_plan(mysql::Connection& connection);

// Writes the plan in one transaction, some tables at a time; without commit() there is none. The tables are numbered
// from 1 on, and each is one range at first. Requires: there is no plan; nobody else uses the session meanwhile.
class PlanWriter {
 public:
  explicit PlanWriter(mysql::Connection& connection);
  // Its number and its ranges are not looked at.
  void add(const PlannedTable& table);
  void commit();

 private:
  void write();

  mysql::Connection& connection_;
  std::vector<std::string> rows_;
  unsigned tables_ = 0;
};

// The numbers of all tables: those that have lines first, and then the largest first.
std::vector<unsigned> read_order(mysql::Connection& connection);
// These tables of the plan, in the order of the numbers. Throws: Error{failed} if one is not in it.
std::vector<PlannedTable> read_planned(mysql::Connection& connection, const std::vector<unsigned>& table_ids);
// At most `tables_max` tables of the plan whose numbers are above `after`; none where there is no plan.
std::vector<PlannedTable> next_planned(mysql::Connection& connection, unsigned after, unsigned tables_max);
PlanTotals read_totals(mysql::Connection& connection);

// By table; those without lines are not in it.
std::map<unsigned, LedgerSummary> summarize(mysql::Connection& connection, const std::vector<unsigned>& table_ids);
// At most `lines_max` lines of a table that are not verified, in the order of ranges and keys, behind `after`.
std::vector<LedgerLine> read_unverified(mysql::Connection& connection, unsigned table_id,
                                        const std::optional<Chunk>& after, unsigned lines_max);
// The last line of a range. Waits for a transaction that is just writing one, so the answer holds.
std::optional<LedgerLine> find_last_line(mysql::Connection& connection, unsigned table_id, unsigned range);
// Whether it has the line of this chunk, by its numbers. Waits as find_last_line() does.
bool has_line(mysql::Connection& connection, unsigned table_id, const Chunk& chunk);
// Requires: the chunk's transaction is open in this session. Throws: ServerError (Meaning::duplicate) if the ledger has
// a line of the chunk.
void add_line(mysql::Connection& connection, const LedgerLine& line);
// The same for a chunk that is copied again.
void replace_line(mysql::Connection& connection, const LedgerLine& line);

// Ends a range where `upper` begins, which becomes a range of its own, in one transaction.
void cut_range(mysql::Connection& connection, unsigned table_id, unsigned range, const Chunk& upper);
// Whether a table has that range. Waits as find_last_line() does.
bool has_range(mysql::Connection& connection, unsigned table_id, unsigned range);

// False if the ledger has no line of these numbers with that many rows and that digest, or has documents of the table
// asked for more or less than this chunk's were.
bool mark_verified(mysql::Connection& connection, const LedgerLine& line, const AskedTypes& asked = {});
void mark_counted(mysql::Connection& connection, unsigned table_id);
// Nothing of the table counts as verified any more.
void forget_verified(mysql::Connection& connection, unsigned table_id);
// From now on all documents of the table are asked for these, and no line of it is verified any more: in one statement,
// which may be repeated.
void ask_all_documents(mysql::Connection& connection, unsigned table_id, const AskedTypes& asked);

// Forgets plan and lines.
void clear(mysql::Connection& connection);

// The tables of the plan some at a time, in the order of their numbers: `see` may use the session.
void for_each_window(mysql::Connection& connection, const std::function<void(std::vector<PlannedTable>)>& see);

}  // namespace ledger

std::vector<unsigned> ids_of(const std::vector<PlannedTable>& tables);
std::vector<TableName> names_of(const std::vector<PlannedTable>& tables);

}  // namespace darbe::tables
