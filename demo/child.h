// A program that the demo starts: it gets signals only from us, and dies when we die.
#pragma once

#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include <sys/types.h>

namespace darbe::demo {

struct Program {
  std::vector<std::string> command;                // the file and its arguments
  std::map<std::string, std::string> environment;  // added to ours
  bool read_output = false;                        // standard output goes to read_line() instead of to the terminal
};

class Child {
 public:
  // Requires: called from the main thread, for the system ends the child with the thread that started it.
  // Throws: Error{failed}.
  explicit Child(const Program& program);
  // Asks it to stop (SIGTERM) and waits; kills what has not gone after half a minute.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // The next line it printed; empty without a newline at the end of its output. Requires: read_output.
  // Throws: Error{interrupted}; Error{failed} when the output ended.
  std::string read_line(std::stop_token stop);

  // Waits for its end and returns the exit code, 128 + the signal for one that a signal ended. A stop is passed on to
  // it as SIGINT, and its end is awaited all the same.
  int wait(std::stop_token stop);

 private:
  bool reap(int options);

  pid_t process_ = -1;
  int output_ = -1;
  std::string buffer_;
  int exit_code_ = -1;
};

}  // namespace darbe::demo
