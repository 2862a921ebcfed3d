// Programs we start. Their parent is a thread that lives as long as this process does: the death signal that ends them
// with us belongs to the thread that forked (prctl(2), PR_SET_PDEATHSIG). It reaches the program, not what that starts:
// a program that may start others is run(), which puts a supervisor between it and us.
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <sys/types.h>

namespace darbe::servers {

struct Program {
  std::vector<std::string> arguments;      // the first is looked up in PATH
  std::filesystem::path output;            // standard output and error are appended to this file
  std::filesystem::path input{};           // empty: nothing to read
  std::filesystem::path working_folder{};  // empty: ours
  std::vector<std::string> environment{};  // "NAME=value", on top of ours
};

// One that starts no others, such as a server. Throws: Error{failed} if it can't be started (no such program, …).
pid_t spawn(const Program& program);

// How a child ended, once it has: "exit status 1", "signal 9". Does not reap it.
bool has_ended(pid_t process);
// Waits for its end and reaps it. True if it ended with status 0.
struct Ending {
  bool good = false;
  std::string text;
};
Ending wait_for(pid_t process);

// Runs it to its end. Nothing that it started, however far removed, outlives it, a stop, or the death of this process
// by whatever signal. Throws: Error{failed} with its last words unless it ends well; Error{interrupted} on a stop.
void run(const Program& program, std::stop_token stop);

// The end of a log file: at most `lines` lines.
std::string tail_of(const std::filesystem::path& file, std::size_t lines);

}  // namespace darbe::servers
