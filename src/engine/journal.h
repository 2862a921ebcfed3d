// What the runner needs of a journal. Where it is kept (a table on the target) is plan/journal_table's business.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace darbe::engine {

class Journal {
 public:
  virtual ~Journal() = default;

  // Before the target exists there is nowhere to write: a step that begins then leaves its traces in tags only, and the
  // runner writes what it has to say once the journal is open.
  virtual bool is_open() const = 0;

  virtual bool began(std::string_view step) const = 0;
  virtual bool done(std::string_view step) const = 0;

  // Each throws when it can't be written: better stop now than after ten days of copying.
  // Requires: is_open().
  virtual void record_began(std::string_view step, std::chrono::system_clock::time_point at) = 0;
  virtual void record_done(std::string_view step) = 0;
  virtual void record_void(std::string_view step, const std::string& reason) = 0;
};

}  // namespace darbe::engine
