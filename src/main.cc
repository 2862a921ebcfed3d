// Sets up signals and the log, runs one command, turns what escaped into an exit code.
#include <cstdio>
#include <exception>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/error.h"
#include "base/fault.h"
#include "cli/command.h"

namespace {

// A core dump would hold passwords. The limit is for files; a core_pattern that is a pipe (systemd-coredump) heeds only
// that the process may not be dumped, which also keeps other processes of the same user out of its memory.
void forbid_core_dumps() {
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::prctl(PR_SET_DUMPABLE, 0);
}

// First signal: the chunks at hand are finished, all else ends. Second: leave; what is committed is committed, and the
// same command goes on from there.
void listen_for_signals(const sigset_t& signals, std::stop_source& stop) {
  int signal = 0;
  if (sigwait(&signals, &signal) != 0) return;
  stop.request_stop();
  if (sigwait(&signals, &signal) != 0) return;
  fmt::print(stderr, "darbe: left at once\ndarbe: Run the same command again to go on.\n");
  ::_exit(darbe::base::exit_status(darbe::base::Kind::interrupted));
}

int report(const std::exception& error, bool stopped) {
  namespace base = darbe::base;
  // A statement cut short by our own stop fails in its own words; the operator asked for it.
  const base::Kind kind = stopped ? base::Kind::interrupted : base::kind_of(error);
  std::string indent;
  for (const std::string& line : base::lines_of(error)) {
    fmt::print(stderr, "darbe: {}{}\n", indent, line);
    indent += "  ";
  }
  std::string advice = base::advice_of(error);
  if (advice.empty() && kind == base::Kind::transient) advice = "Run the same command again to go on.";
  if (!advice.empty()) fmt::print(stderr, "darbe: {}\n", advice);
  return base::exit_status(kind);
}

}  // namespace

int main(int argc, char** argv) {
  if (darbe::fault::list_if_asked()) return 0;
  forbid_core_dumps();
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  std::stop_source stop;
  std::thread([&signals, &stop] { listen_for_signals(signals, stop); }).detach();
  int status = 0;
  try {
    status = darbe::cli::run_command({argv, argv + argc}, stop.get_token());
  } catch (const std::exception& error) {
    status = report(error, stop.stop_requested());
  }
  std::fflush(nullptr);
  ::_exit(status);  // the signal thread waits for ever and must not see statics go
}
