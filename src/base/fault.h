// fault::point<"copy.committed">() marks a spot where the world can break. In builds with DARBE_FAULT_POINTS the
// environment variable DARBE_FAULT breaks it there; release builds contain nothing of it. Each spot registers itself
// before main() begins, so that a program knows all of its own.
//
//   DARBE_FAULT=NAME[#N]:kill     SIGKILL to ourselves at the N-th passing (default 1)
//   DARBE_FAULT=NAME[#N]:lose     throws Error{transient}, as a lost link would
//   DARBE_FAULT=NAME[#N]:fail     throws Error{failed}
//   DARBE_FAULT=NAME[#N]:stop     SIGINT to ourselves
//   DARBE_FAULT=NAME[#N]:pause    SIGSTOP to ourselves, until somebody sends SIGCONT
//   DARBE_FAULT=list              darbe prints the names of all its points and ends
//   DARBE_FAULT_LOG=FILE          appends a line for each passing: NAME, later NAME#2, NAME#3 …
//
// Before it breaks, except for a pause, it says so on standard error.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace darbe::fault {

// A string as a template's argument.
template <std::size_t size>
struct Name {
  // NOLINTNEXTLINE(google-explicit-constructor): a literal is meant to become one
  consteval Name(const char (&literal)[size]) { std::copy_n(literal, size, text); }
  char text[size];
};

#ifdef DARBE_FAULT_POINTS

// A spot whose name is made of others: the step's, the action's. Of static storage duration. Threads may share it.
class Point {
 public:
  explicit Point(std::string name);
  Point(const Point&) = delete;
  Point& operator=(const Point&) = delete;

  void pass() const;
  const std::string& name() const { return name_; }

 private:
  const std::string name_;
};

template <Name name>
inline const Point place{name.text};

template <Name name>
void point() {
  place<name>.pass();
}

// The names of all points of this program, sorted.
std::vector<std::string> points();

// Prints them if DARBE_FAULT=list. Returns false if that was not asked for.
bool list_if_asked();

#else

class Point {
 public:
  explicit Point(const std::string&) {}
  void pass() const {}
};
template <Name name>
void point() {}
inline bool list_if_asked() { return false; }

#endif

}  // namespace darbe::fault
