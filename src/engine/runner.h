// Walks a story: asks each step where it stands, decides, acts, records. The story decides the order, decide() the
// rest.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "engine/decide.h"
#include "engine/journal.h"
#include "engine/step.h"

namespace darbe::engine {

// What the walk tells whoever watches it.
class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void step_begins(std::string_view step) = 0;
  // `fresh` is false for a step that an earlier command had finished.
  virtual void step_done(std::string_view step, bool fresh) = 0;
  virtual void step_void(std::string_view step, const std::string& reason) = 0;
};

// Walks from the top until the last line is done. Throws: what a step throws, with the step's name as context;
// Error{ambiguous} where a person must look; Error{failed} where something finished is gone.
void walk(const Story& story, Run& run, Journal& journal, Watcher& watcher, std::stop_token stop);

// Undoes the steps, the last first. Steps that never began are asked too: their undo finds nothing.
void undo(const Story& story, Run& run, std::stop_token stop, const std::function<void(std::string_view)>& undoing);

// The line that takes over from `index` on, and that began without being recorded as done.
std::optional<std::size_t> begun_taker_from(const Story& story, std::size_t index, const Journal& journal);

// What the journal says of the story's line `index`.
Recorded recorded(const Story& story, std::size_t index, const Journal& journal);

}  // namespace darbe::engine
