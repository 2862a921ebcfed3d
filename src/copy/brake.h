// Fewer lanes while the target's redo log fills faster than its pages reach the disk: when it is full InnoDB lets
// nobody write until it has flushed, and the lanes would stand still together.
#pragma once

#include <cstdint>
#include <optional>

#include "mysql/connection.h"

namespace darbe::copy {

// How much of the redo log a crash would have to replay.
struct CheckpointAge {
  std::uint64_t bytes = 0;
  std::uint64_t capacity = 0;
};

// Nothing where the server doesn't tell us. Throws: as Connection::query.
std::optional<CheckpointAge> read_checkpoint_age(mysql::Connection& target);

// The age by the text of SHOW ENGINE INNODB STATUS; nothing if it isn't there.
std::optional<std::uint64_t> parse_checkpoint_age(const std::string& status);

// Needs no lock: one thread uses it.
class Brake {
 public:
  // Told the age now and then: how many of `lanes` may work. At four fifths of the capacity half of those that do, at
  // each time again; below three fifths twice as many as then.
  unsigned limit(unsigned lanes, const CheckpointAge& age);
  // What limit() said last.
  unsigned limit(unsigned lanes) const { return allowed_ && *allowed_ < lanes ? *allowed_ : lanes; }
  bool holds() const { return allowed_.has_value(); }

 private:
  std::optional<unsigned> allowed_;
};

}  // namespace darbe::copy
