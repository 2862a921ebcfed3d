// What went wrong, in one type with a kind: the kind decides whether somebody may try again and which exit code the
// operator sees. Exceptions end the step at hand; expected answers are return values; DARBE_ASSERT is for our own
// mistakes.
#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace darbe::base {

enum class Kind {
  usage,        // the command line or a file is wrong
  refused,      // a check said no; nothing was changed
  transient,    // may pass by itself; tried again in base/retry only
  mismatch,     // source and target differ
  ambiguous,    // we cannot know what happened; never tried again
  failed,       // all else; the run can be resumed
  interrupted,  // we were asked to stop
};

// The exit code of a process that ends with an error of this kind.
int exit_status(Kind kind);
std::string_view name_of(Kind kind);

class Error : public std::runtime_error {
 public:
  // `advice` is what the operator can do next, a sentence of its own; it may be empty.
  Error(Kind kind, const std::string& text, std::string advice = {})
      : std::runtime_error(text), kind_(kind), advice_(std::move(advice)) {}

  Kind kind() const { return kind_; }
  const std::string& advice() const { return advice_; }

 private:
  Kind kind_;
  std::string advice_;
};

// The kind of the innermost Error in a chain made with std::throw_with_nested; `failed` for foreign exceptions.
Kind kind_of(const std::exception& error);
Kind kind_of(const std::exception_ptr& error);

// One line per level, outermost first.
std::vector<std::string> lines_of(const std::exception& error);

// The advice nearest to the cause; empty if nobody gave any.
std::string advice_of(const std::exception& error);

// The same as one line, levels joined with ": ".
std::string text_of(const std::exception& error);
std::string text_of(const std::exception_ptr& error);

// Requires: called from within a catch block. Throws: an Error{failed, text} with the caught one nested in it.
[[noreturn]] void add_context(const std::string& text);

// Runs `work`; what escapes from it gets `text` as its context.
template <typename Work>
decltype(auto) in_context(const std::string& text, Work&& work) {
  try {
    return work();
  } catch (...) {
    add_context(text);
  }
}

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace darbe::base

// On in release builds too: a broken invariant stops the process before it harms a row.
#define DARBE_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::darbe::base::assertion_failed(#condition, __FILE__, __LINE__))
