// All that was measured, and the figures that are made of it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "figures.h"

namespace darbe::bench {

struct MydumperRuns {
  unsigned threads = 0;
  std::vector<Run> runs{};
};

// One data set, copied by everyone in turn, as often as there were rounds.
struct Comparison {
  Contents contents{};
  std::vector<DarbeRun> darbe{};
  std::vector<Run> mysqldump{};
  std::vector<MydumperRuns> mydumper{};  // by number of threads
  std::vector<LimitRun> limit{};
  std::vector<DarbeRun> plain{};   // Darbe with neither TLS nor verification
  std::string mydumper_failure{};  // why there are no runs of it; empty: there are

  // Those with the shortest median; null if there are none.
  const MydumperRuns* best_mydumper() const;
};

struct Growth {
  unsigned megabytes = 0;
  Comparison set;
};

// Darbe's tablespaces, and what OPTIMIZE TABLE made of them.
struct Optimized {
  double before_mb = 0;
  double after_mb = 0;
};

struct Results {
  std::vector<std::string> machine{};  // lines for people
  unsigned jobs = 0;
  // By name; a set that was not asked for is not there.
  std::map<std::string, Comparison> sets{};
  std::optional<Run> ordered_load{};
  std::optional<Optimized> optimized{};
  std::vector<Growth> growth{};

  const Comparison* find(const std::string& set) const;
};

struct Figure {
  std::string name;
  double value = 0;
  std::vector<double> rounds{};  // of a ratio: what each round gave, of which the value is the median
};

// What could be made of what was measured, the figures that have a mark first.
std::vector<Figure> figures_of(const Results& results);

struct Mark {
  enum class Bound { at_least, at_most, below };
  std::string figure;
  std::string what;  // for people
  Bound bound;
  double value;

  bool is_met_by(double measured) const;
  std::string text() const;  // "≥ 3.5"
};

// Those of a copy, in the order in which they are shown.
const std::vector<Mark>& marks();

}  // namespace darbe::bench
