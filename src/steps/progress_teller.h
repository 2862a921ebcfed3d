// Tells the reporter twice a second how far the tables are, from a thread of its own, while the object lives.
#pragma once

#include <thread>

#include "steps/reporter.h"
#include "tables/progress.h"

namespace darbe::steps {

class ProgressTeller {
 public:
  ProgressTeller(const tables::Progress& progress, Reporter& report);

 private:
  std::jthread thread_;
};

}  // namespace darbe::steps
