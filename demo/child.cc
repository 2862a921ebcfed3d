#include "child.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"

extern char** environ;

namespace darbe::demo {
namespace {

using namespace std::chrono_literals;

// What the demo's caller has set for AWS or for darbe is not meant for it: AWS_ENDPOINT_URL_RDS, say, counts for more
// than the lab's endpoint.
bool is_callers_setting(const std::string& text) { return text.starts_with("AWS_") || text.starts_with("DARBE_"); }

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry; ++entry) {
    std::string text = *entry;
    if (!is_callers_setting(text) && !added.contains(text.substr(0, text.find('=')))) all.push_back(std::move(text));
  }
  for (const auto& [name, value] : added) all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

// Between fork and exec: only calls that are safe after a fork in a program with threads.
[[noreturn]] void become(char* const* command, char* const* environment, int output) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (output >= 0) dup2(output, STDOUT_FILENO);
  execve(command[0], command, environment);
  _exit(127);
}

}  // namespace

Child::Child(const Program& program) {
  auto command = program.command;
  auto environment = merged_environment(program.environment);
  const auto command_pointers = pointers(command);
  const auto environment_pointers = pointers(environment);
  int ends[2] = {-1, -1};
  if (program.read_output && pipe2(ends, O_CLOEXEC) != 0) throw base::Error(base::Kind::failed, std::strerror(errno));
  process_ = fork();
  if (process_ < 0) throw base::Error(base::Kind::failed, std::string("fork: ") + std::strerror(errno));
  if (process_ == 0) become(command_pointers.data(), environment_pointers.data(), ends[1]);
  if (ends[1] >= 0) close(ends[1]);
  output_ = ends[0];
}

Child::~Child() {
  if (process_ > 0) {
    kill(process_, SIGTERM);
    if (!base::poll_until({50ms, 30s}, {}, [this] { return reap(WNOHANG); })) {
      kill(process_, SIGKILL);
      reap(0);
    }
  }
  if (output_ >= 0) close(output_);
}

std::string Child::read_line(std::stop_token stop) {
  for (;;) {
    if (const auto end = buffer_.find('\n'); end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    base::throw_if_stopped(stop);
    pollfd wanted{output_, POLLIN, 0};
    if (poll(&wanted, 1, 100) <= 0) continue;
    char room[4096];
    const ssize_t size = read(output_, room, sizeof room);
    if (size <= 0) throw base::Error(base::Kind::failed, "its output ended");
    buffer_.append(room, static_cast<std::size_t>(size));
  }
}

int Child::wait(std::stop_token stop) {
  bool told = false;
  while (!reap(WNOHANG)) {
    if (stop.stop_requested() && !std::exchange(told, true)) kill(process_, SIGINT);
    base::sleep_for(50ms, {});
  }
  return exit_code_;
}

bool Child::reap(int options) {
  if (process_ < 0) return true;
  int status = 0;
  if (waitpid(process_, &status, options) != process_) return false;
  process_ = -1;
  exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return true;
}

}  // namespace darbe::demo
