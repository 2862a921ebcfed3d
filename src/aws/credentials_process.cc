#include "aws/credentials_process.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/error.h"

namespace darbe::aws {

using base::Clock;
using base::Error;
using base::Kind;

namespace {

constexpr std::chrono::minutes time_max{1};
constexpr std::size_t output_bytes_max = 1 << 20;
constexpr std::size_t last_words_bytes = 400;

class Pipe {
 public:
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw Error(Kind::failed, fmt::format("no pipe: {}", std::strerror(errno)));
    reader_ = base::Descriptor(ends[0]);
    writer_ = base::Descriptor(ends[1]);
  }
  int reader() const { return reader_.get(); }
  int writer() const { return writer_.get(); }
  void close_writer() { writer_.close(); }

 private:
  base::Descriptor reader_;
  base::Descriptor writer_;
};

// How a child starts: its own process group, no signal blocked, its three first files.
class SpawnOptions {
 public:
  SpawnOptions(const Pipe& output, const Pipe& errors) {
    posix_spawn_file_actions_init(&files_);
    posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files_, output.writer(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files_, errors.writer(), STDERR_FILENO);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes_, &none);
    sigset_t pipe_signal;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes_, &pipe_signal);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnOptions() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnOptions(const SpawnOptions&) = delete;
  SpawnOptions& operator=(const SpawnOptions&) = delete;

  pid_t spawn(std::vector<std::string> arguments) const {
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    pid_t child = 0;
    const int error = posix_spawnp(&child, pointers[0], &files_, &attributes_, pointers.data(), environ);
    if (error != 0) {
      throw Error(Kind::failed,
                  fmt::format("credential_process: can't start {}: {}", arguments[0], std::strerror(error)));
    }
    return child;
  }

 private:
  posix_spawn_file_actions_t files_;
  posix_spawnattr_t attributes_;
};

// A child that is killed with its group if nobody waited for its end.
class Child {
 public:
  explicit Child(pid_t process) : process_(process) {}
  ~Child() {
    if (process_ <= 0) return;
    ::kill(-process_, SIGKILL);
    wait();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  int wait() {
    int status = 0;
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = -1;
    return status;
  }

 private:
  pid_t process_;
};

struct Printed {
  std::string output;
  std::string errors;
};

// False at the end of the file.
bool append_from(int descriptor, std::string& text) {
  char buffer[4096];
  const ssize_t size = ::read(descriptor, buffer, sizeof buffer);
  if (size > 0 && text.size() < output_bytes_max) text.append(buffer, static_cast<std::size_t>(size));
  return size > 0 || (size < 0 && errno == EINTR);
}

Printed read_both(const Pipe& output, const Pipe& errors, const std::stop_token& stop) {
  Printed printed;
  pollfd files[2] = {{output.reader(), POLLIN, 0}, {errors.reader(), POLLIN, 0}};
  const auto end = Clock::now() + time_max;
  while (files[0].fd >= 0 || files[1].fd >= 0) {
    base::throw_if_stopped(stop);
    if (Clock::now() >= end) throw Error(Kind::failed, "credential_process: no answer within a minute");
    if (::poll(files, 2, 50) <= 0) continue;
    if (files[0].revents != 0 && !append_from(files[0].fd, printed.output)) files[0].fd = -1;
    if (files[1].revents != 0 && !append_from(files[1].fd, printed.errors)) files[1].fd = -1;
  }
  return printed;
}

std::string ending_of(int status) {
  if (WIFEXITED(status)) return fmt::format("exit status {}", WEXITSTATUS(status));
  return fmt::format("signal {}", WTERMSIG(status));
}

std::string last_words(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text.size() <= last_words_bytes ? text : text.substr(text.size() - last_words_bytes);
}

// Takes one character at a time.
class Splitter {
 public:
  void take(char c) {
    if (is_escaped_) {
      if (quote_ == '"' && c != '"' && c != '\\') word_ += '\\';
      word_ += c;
      is_escaped_ = false;
    } else if (c == '\\' && quote_ != '\'') {
      is_escaped_ = is_word_ = true;
    } else if (quote_ != 0) {
      if (c == quote_)
        quote_ = 0;
      else
        word_ += c;
    } else if (c == '"' || c == '\'') {
      quote_ = c;
      is_word_ = true;
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      end_word();
    } else {
      word_ += c;
      is_word_ = true;
    }
  }

  std::vector<std::string> end() {
    if (quote_ != 0 || is_escaped_) throw Error(Kind::usage, "credential_process has a quote without its end");
    end_word();
    if (words_.empty()) throw Error(Kind::usage, "credential_process names no program");
    return std::move(words_);
  }

 private:
  void end_word() {
    if (is_word_) words_.push_back(std::move(word_));
    word_.clear();
    is_word_ = false;
  }

  std::vector<std::string> words_;
  std::string word_;
  bool is_word_ = false;  // "" is one too
  bool is_escaped_ = false;
  char quote_ = 0;
};

}  // namespace

std::vector<std::string> split_command(std::string_view command) {
  Splitter splitter;
  for (const char c : command) splitter.take(c);
  return splitter.end();
}

Credentials credentials_of_process(const std::string& command, std::stop_token stop) {
  Pipe output;
  Pipe errors;
  Child child(SpawnOptions(output, errors).spawn(split_command(command)));
  output.close_writer();
  errors.close_writer();
  const Printed printed = read_both(output, errors, stop);
  const int status = child.wait();
  if (status != 0) {
    throw Error(Kind::failed, fmt::format("credential_process: {}: {}", ending_of(status), last_words(printed.errors)),
                "Run the profile's credential_process by hand to see what is wrong with it.");
  }
  const Fields fields = parse_json(printed.output, "what credential_process printed");
  if (field(fields, "Version") != "1") {
    throw Error(Kind::failed,
                fmt::format("credential_process printed Version '{}', which must be 1", field(fields, "Version")));
  }
  return credentials_in(fields, {}, "what credential_process printed");
}

}  // namespace darbe::aws
