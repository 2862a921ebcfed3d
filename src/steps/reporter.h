// What the steps tell the operator while they work. How it looks (a terminal, a log, JSON events) is cli/'s business.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "engine/runner.h"

namespace darbe::steps {

struct TableProgress {
  std::string table;  // schema.table
  std::string phase;  // copying | rows copied | building indexes | verifying
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::uint64_t bytes_expected = 0;  // an estimate: it may be passed
};

// All tables together, also those whose turn has not come and those that are done.
struct TablesSum {
  std::uint64_t tables = 0;
  std::uint64_t done = 0;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::uint64_t bytes_expected = 0;  // an estimate: it may be passed
};

// Called from the run's thread; progress() from one more, and warning() from any: implementations lock.
class Reporter : public engine::Watcher {
 public:
  // A step's sub-step, or what it waits for now. The same text twice in a row is said once.
  virtual void note(const std::string& text) = 0;
  virtual void warning(const std::string& text) = 0;
  // `at_work` are tables that have begun and are not done. `left` is the time until all are verified; nothing while it
  // can't be told.
  virtual void progress(const std::vector<TableProgress>& at_work, const TablesSum& all,
                        std::optional<base::Seconds> left) = 0;
};

}  // namespace darbe::steps
