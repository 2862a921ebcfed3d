// Fewer lanes while something fills faster than it empties: the target's redo log, its volume, or the processors of a
// server that others read too. What fills is another's business (copy/pressure.h).
//
// Pure: told how full it is, says how many lanes may work.
#pragma once

#include <optional>

namespace darbe::copy {

// Parts of the whole; above 1 is more than full.
struct BrakeLevels {
  double too_full = 0;
  double free_enough = 0;
};

// Needs no lock: one thread uses it.
class Brake {
 public:
  explicit Brake(const BrakeLevels& levels) : levels_(levels) {}

  // Told now and then: how many of `lanes` may work. Where it is too full half of those that do, at each time again;
  // where it is free enough twice as many as then.
  unsigned limit(unsigned lanes, double full);
  // What limit() said last.
  unsigned limit(unsigned lanes) const { return allowed_ && *allowed_ < lanes ? *allowed_ : lanes; }
  bool holds() const { return allowed_.has_value(); }

 private:
  BrakeLevels levels_;
  std::optional<unsigned> allowed_;
};

}  // namespace darbe::copy
