// Reads every copied chunk from the target with the SELECT that copied it, and compares count and digest with what was
// read from the frozen replica; counts each table's rows through a secondary index besides, and on the frozen replica
// those of a table that was copied in several chunks. A chunk that differs is looked into, copied once more, and
// compared again. May be stopped or killed anywhere and called again.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "mysql/connection.h"
#include "tables/ledger.h"
#include "tables/progress.h"
#include "verify/difference.h"

namespace darbe::verify {

struct Options {
  mysql::ConnectOptions frozen{};  // for the tables' shapes, and rows where chunks differ
  mysql::ConnectOptions target{};
  std::vector<std::string> databases{};  // as for the copy
  unsigned jobs = 4;
  // Copies one chunk once more and returns what was read (copy::copy_again). Empty: a difference is final at once.
  using CopyAgain = std::function<tables::Totals(const tables::Table&, const tables::PlannedTable&,
                                                 const tables::Chunk&, std::stop_token)>;
  CopyAgain copy_again{};
  // Called on a session of the frozen replica before and after its rows are compared or counted. May be empty.
  std::function<void(mysql::Connection&)> still_frozen{};
};

struct Repair {
  std::string chunk;  // "putio.files where 1000 < id <= 2000"
  std::string differences;
};

struct Outcome {
  std::uint64_t tables = 0;
  std::uint64_t chunks = 0;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::uint64_t tables_counted = 0;  // through a secondary index, in this call
  std::vector<Repair> repaired{};    // in this call
  // Rows of these were copied and compared, but a snapshot may have torn them before (PROTOCOL.md 2, Verify).
  std::vector<tables::TableName> not_transactional{};
  // As were those of MEMORY tables, which the target's next restart empties.
  std::vector<tables::TableName> in_memory{};
  // Not all JSON documents of these were asked for all types that neither text nor size shows: one that was not may
  // have another than on the source (docs/copy.md, "JSON").
  std::vector<tables::TableName> with_documents{};
  // These have integers of another type than on the source, and no key to mend them by.
  std::vector<tables::TableName> with_other_integers{};
};

// Returns when all chunks of the plan are verified.
// Throws: Error{mismatch} naming chunk and rows if a chunk differs after it was copied again, or an index counts other
// rows than its table; Error{failed} if a chunk was never copied; ServerError; Error{interrupted}.
Outcome run(const Options& options, tables::Progress& progress, std::stop_token stop);

// Verifies tables that the copy is done with, while it still builds indexes of others (copy::Options::meanwhile). What
// is not done when the copy ends is left to run(), which learns from the ledger what is. Any thread may call.
class Ahead {
 public:
  explicit Ahead(Options options);
  ~Ahead();
  Ahead(const Ahead&) = delete;
  Ahead& operator=(const Ahead&) = delete;

  // Takes these tables of the plan in, and verifies a chunk or counts a table. False if there was none, or if the
  // servers have no sessions for one more. An error, whatever it is, and a stop end it for good: run() meets what is
  // left, and the copy need not end for it. Throws: what `still_frozen` throws that is no base::Error.
  bool work(const std::vector<unsigned>& table_ids, std::stop_token stop);

  // Of the tables taken in, also those that an earlier command verified.
  std::uint64_t bytes_verified() const;
  std::vector<Repair> repaired() const;

 private:
  struct Parts;
  const std::unique_ptr<Parts> parts_;
};

// By the ledger; changes nothing.
enum class State { absent, partial, done };
State state(const mysql::ConnectOptions& target, std::stop_token stop);

}  // namespace darbe::verify
