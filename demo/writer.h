// An application that never stops writing: it inserts, changes and deletes rows of one table and remembers what the
// server has acknowledged. A lost link is opened again; the write whose answer was lost is then looked up on the
// source.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/mutex.h"
#include "mysql/connection.h"

namespace darbe::demo {

// A table with the columns id and note; the writer owns all of its rows.
struct WrittenTable {
  std::string name;           // `schema`.`table`
  std::string other_columns;  // and their values, for the insert: "user_id = 7"; may be empty
};

struct Comparison {
  std::size_t rows = 0;     // that must be there
  std::size_t missing = 0;  // not there, or with another text
  std::size_t surplus = 0;  // there, though deleted or never written
  bool equal() const { return missing == 0 && surplus == 0; }
};

class Writer {
 public:
  Writer(mysql::ConnectOptions source, WrittenTable table);

  // Stops and joins; nothing is written from then on. Throws: what ended the writing before its time.
  void stop();

  // Writes acknowledged so far. Any thread.
  std::uint64_t acknowledged() const;

  // Requires: stop() has returned.
  Comparison compare(mysql::Connection& server, std::stop_token stop) const;
  const WrittenTable& table() const { return table_; }

 private:
  struct Write {
    std::uint64_t id;
    std::optional<std::string> note;  // nothing: deleted
    std::string sql;
  };

  void run(std::stop_token stop);
  void write_until_lost(std::stop_token stop);
  void settle(mysql::Connection& source);
  Write next() const;
  void remember(const Write& write);

  const mysql::ConnectOptions source_;
  const WrittenTable table_;
  std::map<std::uint64_t, std::string> rows_;  // the thread's own until it is joined, like the four below
  std::uint64_t next_id_ = 1;
  std::uint64_t turn_ = 0;
  std::optional<Write> unanswered_;
  std::exception_ptr error_;
  mutable base::Mutex mutex_;
  std::uint64_t acknowledged_ GUARDED_BY(mutex_) = 0;
  std::jthread thread_;
};

}  // namespace darbe::demo
