// A step of a run answers three questions about the servers and remembers nothing itself; a story is a list of steps.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/fault.h"

namespace darbe {

// Everything a step may touch (steps/run.h). The engine hands it through without looking inside.
class Run;

namespace engine {

// What the servers say about a step.
enum class Standing {
  absent,   // nothing of it is there
  partial,  // it began
  done,
  unknown,  // can't be known: nobody may act on it
};
std::string_view name_of(Standing standing);

class Step {
 public:
  virtual ~Step() = default;
  // Compares the servers with the facts and changes nothing; counts only what bears this run's mark.
  // Throws: Error{refused} when somebody else's thing is in the way; StartOver.
  virtual Standing check(Run& run, std::stop_token stop) = 0;
  // May be called again on `absent` and on `partial`; returns only when check() would say `done`.
  virtual void apply(Run& run, std::stop_token stop) = 0;
  // Removes only what this run made; may be called on `absent`.
  virtual void undo(Run& run, std::stop_token stop) = 0;
};

// Whether a finished step's truth stays (an instance, the rows) or may pass (caught up).
enum class Lasts { always, while_watched };

struct Line {
  std::string_view name;
  Lasts lasts = Lasts::always;
  // Once this line is done, the lines from the one named here down to it are shown from the journal and not asked
  // again.
  std::string_view takes_over_from;
  std::function<std::unique_ptr<Step>()> make;
  const fault::Point* applied = nullptr;  // passed when the step is through and nobody has recorded it
};
using Story = std::vector<Line>;

template <typename S>
inline const fault::Point applied_point{"applied." + std::string(S::name)};

// Requires: S has `static constexpr std::string_view name`, and, where they differ from the defaults, `lasts` and
// `takes_over_from`.
template <typename S>
Line step() {
  Line line{.name = S::name,
            .lasts = Lasts::always,
            .takes_over_from = {},
            .make = [] { return std::make_unique<S>(); },
            .applied = &applied_point<S>};
  if constexpr (requires { S::lasts; }) line.lasts = S::lasts;
  if constexpr (requires { S::takes_over_from; }) line.takes_over_from = S::takes_over_from;
  return line;
}

// Thrown by a step that finds the ground of `since` gone (the frozen replica moved): the runner voids that line and all
// below it, and walks on from there.
struct StartOver {
  std::string_view since;
  std::string reason;
};

}  // namespace engine
}  // namespace darbe
