#include "base/error.h"

#include <cstdio>
#include <cstdlib>

namespace darbe::base {

namespace {

// Calls `visit` for the exception and for each one nested in it, outermost first.
template <typename Visit>
void walk(const std::exception& error, const Visit& visit) {
  visit(error);
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& nested) {
    walk(nested, visit);
  }
}

}  // namespace

int exit_status(Kind kind) {
  switch (kind) {
    case Kind::usage:
      return 2;
    case Kind::refused:
      return 3;
    case Kind::mismatch:
      return 4;
    case Kind::ambiguous:
      return 5;
    case Kind::interrupted:
      return 130;
    case Kind::transient:
    case Kind::failed:
      return 1;
  }
  return 1;
}

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::usage:
      return "usage";
    case Kind::refused:
      return "refused";
    case Kind::transient:
      return "transient";
    case Kind::mismatch:
      return "mismatch";
    case Kind::ambiguous:
      return "ambiguous";
    case Kind::failed:
      return "failed";
    case Kind::interrupted:
      return "interrupted";
  }
  return "failed";
}

Kind kind_of(const std::exception& error) {
  Kind kind = Kind::failed;
  walk(error, [&](const std::exception& level) {
    if (const auto* ours = dynamic_cast<const Error*>(&level)) kind = ours->kind();
  });
  return kind;
}

Kind kind_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& known) {
    return kind_of(known);
  } catch (...) {
    return Kind::failed;
  }
}

std::vector<std::string> lines_of(const std::exception& error) {
  std::vector<std::string> lines;
  walk(error, [&](const std::exception& level) { lines.emplace_back(level.what()); });
  return lines;
}

std::string advice_of(const std::exception& error) {
  std::string advice;
  walk(error, [&](const std::exception& level) {
    const auto* ours = dynamic_cast<const Error*>(&level);
    if (ours != nullptr && !ours->advice().empty()) advice = ours->advice();
  });
  return advice;
}

std::string text_of(const std::exception& error) {
  std::string text;
  for (const std::string& line : lines_of(error)) text += (text.empty() ? "" : ": ") + line;
  return text;
}

std::string text_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& known) {
    return text_of(known);
  } catch (...) {
    return "an exception of unknown type";
  }
}

void add_context(const std::string& text) {
  try {
    throw;
  } catch (const std::exception& cause) {
    std::throw_with_nested(Error(kind_of(cause), text));
  }
}

void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "darbe: broken invariant: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace darbe::base
