// A run on a terminal: a line for each step that is done, and below it what is going on now, redrawn in place with a
// bar for each table at work.
//
// Every change goes out in one write that begins where the last drawing began, writes over it line by line and clears
// the rest (ECMA-48: CUU, EL, ED), so that nothing flickers. No drawn line is wider or taller than the terminal, or it
// could not be found again.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "steps/reporter.h"

namespace darbe::cli {

struct Terminal {
  struct Size {
    std::size_t columns = 80;
    std::size_t rows = 24;
  };
  std::function<void(std::string_view)> write;
  std::function<Size()> size;  // asked at each drawing: it may change
};

// Takes what the log says, too, while it lives: a line of the log would push the drawing out of its place.
std::unique_ptr<steps::Reporter> make_live_reporter(Terminal terminal);

// Standard error.
Terminal standard_error_terminal();

}  // namespace darbe::cli
