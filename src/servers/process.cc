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
#include "base/error.h"
#include "base/queue.h"

namespace darbe::servers {

namespace {

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
  bool own_group = false;
};

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

[[noreturn]] void report_and_leave(int report) {
  const int number = errno;
  [[maybe_unused]] const ssize_t written = ::write(report, &number, sizeof number);
  ::_exit(127);
}

[[noreturn]] void become(const Exec& exec) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != exec.parent) ::_exit(127);  // the parent died before the signal was armed
  if (exec.own_group) ::setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  ::signal(SIGINT, exec.own_group ? SIG_DFL : SIG_IGN);  // a terminal's Ctrl-C is for us; servers are stopped by us
  if (exec.working_folder != nullptr && ::chdir(exec.working_folder) != 0) report_and_leave(exec.report);
  if (::dup2(exec.input, 0) < 0 || ::dup2(exec.output, 1) < 0 || ::dup2(exec.output, 2) < 0)
    report_and_leave(exec.report);
  ::execvpe(exec.arguments[0], exec.arguments.data(), exec.environment.data());
  report_and_leave(exec.report);
}

pid_t fork_and_exec(const Exec& exec) {
  const pid_t child = ::fork();
  if (child == 0) become(exec);
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

}  // namespace

pid_t spawn(const Program& program) {
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
                  .own_group = program.own_group};
  const pid_t child = spawner().spawn(exec);
  reported.close();
  if (child < 0) throw_cannot_start(program, -child);
  int number = 0;
  if (::read(report.get(), &number, sizeof number) == sizeof number) {
    wait_for(child);
    throw_cannot_start(program, number);
  }
  return child;
}

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
  Program grouped = program;
  grouped.own_group = true;
  const pid_t child = spawn(grouped);
  Ending ending;
  {
    const std::stop_callback kill_it(stop, [child] { ::kill(-child, SIGKILL); });
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
