#include "servers/process.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <fstream>
#include <functional>
#include <future>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/error.h"
#include "base/queue.h"

namespace darbe::servers {

namespace {

using base::Descriptor;
using base::Error;
using base::Kind;

// Everything the child needs between fork and exec, prepared before: it may call nothing that takes a lock.
struct Exec {
  std::vector<char*> arguments;
  std::vector<char*> environment;
  int input = -1;
  int output = -1;
  int report = -1;  // errno goes here when exec fails; closed by a successful one
  const char* working_folder = nullptr;
  pid_t parent = 0;
  bool supervised = false;
};

[[noreturn]] void report_and_leave(int report) {
  const int number = errno;
  [[maybe_unused]] const ssize_t written = ::write(report, &number, sizeof number);
  ::_exit(127);
}

[[noreturn]] void become(const Exec& exec, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // the parent died before the signal was armed
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  // A terminal's Ctrl-C is for us, and servers are stopped by us; it does not reach a supervised program's group.
  ::signal(SIGINT, exec.supervised ? SIG_DFL : SIG_IGN);
  if (exec.working_folder != nullptr && ::chdir(exec.working_folder) != 0) report_and_leave(exec.report);
  if (::dup2(exec.input, 0) < 0 || ::dup2(exec.output, 1) < 0 || ::dup2(exec.output, 2) < 0)
    report_and_leave(exec.report);
  ::execvpe(exec.arguments[0], exec.arguments.data(), exec.environment.data());
  report_and_leave(exec.report);
}

// ---- the supervisor: a fork of ours that never becomes another program. It adopts whatever its descendants leave
// behind (PR_SET_CHILD_SUBREAPER), so they stay its children even in sessions of their own. As a fork of a process with
// threads it calls only what is async-signal-safe.

// Fills `children` with the numbers of our own; how many, or -1 if the kernel does not tell (CONFIG_PROC_CHILDREN).
int read_children(pid_t* children, int at_most) {
  char text[4096];
  const int file = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  const ssize_t size = ::read(file, text, sizeof text);
  ::close(file);
  int count = 0;
  pid_t number = 0;
  for (ssize_t i = 0; i < size && count < at_most; ++i) {
    if (text[i] >= '0' && text[i] <= '9') {
      number = number * 10 + (text[i] - '0');
    } else if (number > 0) {
      children[count++] = number;
      number = 0;
    }
  }
  return count;
}

// In rounds: the children of one that is killed become ours. None is reaped by anybody else, so no number can have been
// given to another process meanwhile.
void end_descendants() {
  constexpr int at_most = 256;
  pid_t children[at_most];
  do {
    const int count = read_children(children, at_most);
    if (count < 0) return;  // the program itself has its death signal
    for (int i = 0; i < count; ++i) ::kill(children[i], SIGKILL);
  } while (::waitpid(-1, nullptr, 0) > 0);
}

void close_all_descriptors() {
  constexpr int number_max = 65536;
  if (::close_range(0, ~0U, 0) == 0) return;
  for (int number = 0; number < number_max; ++number) ::close(number);  // before Linux 5.9
}

// The exit status that the program ended with, as shells tell it; SIGTERM's when we are to end it: by our parent's
// death, or because it says so.
int status_of_program(pid_t program, const sigset_t& signals) {
  for (;;) {
    if (::sigwaitinfo(&signals, nullptr) == SIGTERM) return 128 + SIGTERM;
    int status = 0;
    for (pid_t ended; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      if (ended == program) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
  }
}

[[noreturn]] void supervise(const Exec& exec) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGCHLD, SIG_DFL);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != exec.parent) ::_exit(127);
  ::setpgid(0, 0);  // neither Ctrl-C nor a kill of our whole group takes it before its work is done
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t self = ::getpid();
  const pid_t program = ::_Fork();
  if (program == 0) become(exec, self);
  if (program < 0) report_and_leave(exec.report);
  close_all_descriptors();  // what we hold open, locks and sockets too, is not to outlive us here
  const int status = status_of_program(program, signals);
  end_descendants();
  ::_exit(status);
}

pid_t fork_and_exec(const Exec& exec) {
  const pid_t child = ::fork();
  if (child == 0) exec.supervised ? supervise(exec) : become(exec, exec.parent);
  return child;
}

// The thread that forks. It is never joined: it ends with the process, and its children with it.
class Spawner {
 public:
  Spawner() : jobs_({.items = 64, .bytes = 0}) {
    std::thread([this] { serve(); }).detach();
  }

  pid_t spawn(const Exec& exec) {
    std::promise<pid_t> child;
    std::future<pid_t> answer = child.get_future();
    jobs_.push([&] {
      const pid_t number = fork_and_exec(exec);
      child.set_value(number < 0 ? -errno : number);
    });
    return answer.get();
  }

 private:
  void serve() {
    while (auto job = jobs_.pop()) (*job)();
  }
  base::Queue<std::function<void()>> jobs_;
};

Spawner& spawner() {
  static Spawner* const forever = new Spawner;  // its thread may use it until the very end
  return *forever;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> merged_environment(const std::vector<std::string>& more) {
  std::vector<std::string> result = more;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('=') + 1);
    if (std::none_of(more.begin(), more.end(), [&](const std::string& one) { return one.starts_with(name); })) {
      result.emplace_back(text);
    }
  }
  return result;
}

[[noreturn]] void throw_cannot_start(const Program& program, int number) {
  throw Error(Kind::failed, fmt::format("can't start {}: {}", program.arguments.front(), std::strerror(number)));
}

int open_or_throw(const Program& program, const std::filesystem::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    throw Error(Kind::failed,
                fmt::format("can't start {}: {}: {}", program.arguments.front(), path.string(), std::strerror(errno)));
  }
  return descriptor;
}

Ending ending_of(int status) {
  if (WIFEXITED(status)) return {WEXITSTATUS(status) == 0, fmt::format("exit status {}", WEXITSTATUS(status))};
  return {false, fmt::format("signal {}", WTERMSIG(status))};
}

// Its errno if the program could not become what it should; nothing once it did.
int reported_by(int descriptor) {
  int number = 0;
  ssize_t size = 0;
  do size = ::read(descriptor, &number, sizeof number);
  while (size < 0 && errno == EINTR);
  return size == sizeof number ? number : 0;
}

pid_t start(const Program& program, bool supervised) {
  DARBE_ASSERT(!program.arguments.empty());
  std::vector<std::string> arguments = program.arguments;
  std::vector<std::string> environment = merged_environment(program.environment);
  const Descriptor input(open_or_throw(program, program.input.empty() ? "/dev/null" : program.input, O_RDONLY));
  const Descriptor output(open_or_throw(program, program.output, O_WRONLY | O_CREAT | O_APPEND));
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw_cannot_start(program, errno);
  const Descriptor report(ends[0]);
  Descriptor reported(ends[1]);
  const Exec exec{.arguments = pointers(arguments),
                  .environment = pointers(environment),
                  .input = input.get(),
                  .output = output.get(),
                  .report = reported.get(),
                  .working_folder = program.working_folder.empty() ? nullptr : program.working_folder.c_str(),
                  .parent = ::getpid(),
                  .supervised = supervised};
  const pid_t child = spawner().spawn(exec);
  reported.close();
  if (child < 0) throw_cannot_start(program, -child);
  if (const int number = reported_by(report.get()); number != 0) {
    wait_for(child);
    throw_cannot_start(program, number);
  }
  return child;
}

}  // namespace

pid_t spawn(const Program& program) { return start(program, false); }

bool has_ended(pid_t process) {
  siginfo_t info{};
  const int answer = ::waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOHANG | WNOWAIT);
  return answer != 0 || info.si_pid != 0;
}

Ending wait_for(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) return {false, std::strerror(errno)};
  }
  return ending_of(status);
}

void run(const Program& program, std::stop_token stop) {
  const pid_t child = start(program, true);
  Ending ending;
  {
    const std::stop_callback end_it(stop, [child] { ::kill(child, SIGTERM); });
    // The process stays a zombie, and its number ours, until the callback can no longer fire.
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) continue;
  }
  ending = wait_for(child);
  base::throw_if_stopped(stop);
  if (!ending.good) {
    throw Error(Kind::failed,
                fmt::format("{} failed ({}): {}", program.arguments.front(), ending.text, tail_of(program.output, 5)));
  }
}

std::string tail_of(const std::filesystem::path& file, std::size_t lines) {
  std::ifstream text(file);
  std::deque<std::string> last;
  for (std::string line; std::getline(text, line);) {
    last.push_back(line);
    if (last.size() > lines) last.pop_front();
  }
  return fmt::format("{}", fmt::join(last, "\n"));
}

}  // namespace darbe::servers
