// A lab as a child process, for tests: `darbe-lab up` on a free port in a folder of its own, at high speed.
//
//   LabProcess lab;
//   for (const auto& [name, value] : lab.environment()) setenv(name.c_str(), value.c_str(), 1);
//   lab.fail("CreateDBInstance", "Throttling", 2);
//   lab.inflict("putio16", "kill");
//   for (const auto& request : lab.requests()) …
//
// Link darbe_lab, darbe_http and darbe_base, and depend on the target darbe-lab. One thread.
#pragma once

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "http/client.h"
#include "lab/value.h"

namespace darbe::lab_test {

class LabProcess {
 public:
  struct Options {
    double speed = 50;
    std::filesystem::path folder = {};  // empty: a temporary one, removed at the end
    std::string region = "eu-west-1";
    std::filesystem::path executable = std::filesystem::path(DARBE_BINARY_DIR) / "darbe-lab";
    std::chrono::seconds ready_within{300};  // the first one on a machine fetches MySQL
  };

  LabProcess() : LabProcess(Options()) {}
  explicit LabProcess(Options options) : options_(std::move(options)) {
    if (options_.folder.empty()) {
      temporary_ = std::make_unique<base::TemporaryFolder>("darbe-lab");
      options_.folder = temporary_->path();
    }
    start();
  }
  ~LabProcess() {
    try {
      stop();
    } catch (const std::exception& error) {
      fmt::print(stderr, "{}\n", base::text_of(error));
      kill();
    }
  }
  LabProcess(const LabProcess&) = delete;
  LabProcess& operator=(const LabProcess&) = delete;

  // AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, DARBE_TLS_CA and the like.
  const std::map<std::string, std::string>& environment() const { return environment_; }
  const std::string& endpoint_url() const { return environment_.at("AWS_ENDPOINT_URL"); }
  const std::string& tls_ca() const { return environment_.at("DARBE_TLS_CA"); }
  const std::filesystem::path& folder() const { return options_.folder; }
  pid_t process() const { return process_; }

  // Starts it again after stop() or kill(), in the same folder; the port may be another one.
  void start() {
    int pipe_ends[2];
    if (pipe2(pipe_ends, O_CLOEXEC) != 0) throw base::Error(base::Kind::failed, "no pipe");
    process_ = fork();
    if (process_ == 0) become_lab(pipe_ends[1]);
    close(pipe_ends[1]);
    output_ = pipe_ends[0];
    read_environment();
  }

  // SIGTERM, or the SIGINT of an operator's Ctrl-C; waits until it is gone.
  void stop(int signal = SIGTERM) {
    if (process_ <= 0) return;
    ::kill(process_, signal);
    const bool gone =
        base::poll_until({std::chrono::milliseconds(10), std::chrono::seconds(60)}, {}, [&] { return reap(); });
    if (!gone) throw base::Error(base::Kind::failed, "darbe-lab did not stop within a minute");
    if (!WIFEXITED(how_) || WEXITSTATUS(how_) != 0)
      throw base::Error(base::Kind::failed, "darbe-lab did not end in order");
  }

  void kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    forget();
  }

  // The next `times` calls of `action`, after `skip` that pass, are refused with `code`.
  void fail(const std::string& action, const std::string& code, int times = 1, int skip = 0) {
    lab::Value fault = action_fault("fail", action, times, skip);
    fault["code"] = code;
    control("POST", "/lab/faults", fault);
  }

  // The action takes effect, its answer never arrives.
  void lose(const std::string& action, int times = 1, int skip = 0) {
    control("POST", "/lab/faults", action_fault("lose", action, times, skip));
  }

  // The action is taken and answered, and its work never begins: an instance that it makes is creating for ever.
  void stick(const std::string& action) { control("POST", "/lab/faults", action_fault("stick", action, 1, 0)); }

  // The action answers as if nothing were there.
  void hide(const std::string& action, int times) {
    control("POST", "/lab/faults", action_fault("hide", action, times, 0));
  }

  // kill, start, pause, resume, move, cut, slow, heal; returns when it is done.
  void inflict(const std::string& instance, const std::string& what) {
    lab::Value fault;
    fault["fault"] = what;
    fault["instance"] = instance;
    const lab::Value ticket = control("POST", "/lab/faults", fault);
    lab::Value answer;
    base::poll_until({std::chrono::milliseconds(20), std::chrono::minutes(2)}, {}, [&] {
      answer = control("GET", fmt::format("/lab/faults/{}", ticket.at("id").number()), {});
      return answer.at("done").truth();
    });
    if (!answer.at("done").truth() || !answer.at("error").text().empty())
      throw base::Error(base::Kind::failed,
                        fmt::format("{} of {}: {}", what, instance, answer.at("error").text("took too long")));
  }

  // What waits in PendingModifiedValues is made now.
  void open_maintenance_window(const std::string& instance) {
    lab::Value fault;
    fault["fault"] = "maintenance";
    fault["instance"] = instance;
    control("POST", "/lab/faults", fault);
  }

  // The instance says `word` as its status, whatever its own is; empty: its own again.
  void say_status(const std::string& instance, const std::string& word) {
    lab::Value fault;
    fault["fault"] = "status";
    fault["instance"] = instance;
    fault["word"] = word;
    control("POST", "/lab/faults", fault);
  }

  // The credentials of all assumed roles end now.
  void expire_sessions() {
    lab::Value fault;
    fault["fault"] = "expire";
    control("POST", "/lab/faults", fault);
  }

  // AWS's clock is so far ahead of this machine's, until clear_faults().
  void set_clock(std::chrono::minutes ahead) {
    lab::Value fault;
    fault["fault"] = "clock";
    fault["minutes"] = ahead.count();
    control("POST", "/lab/faults", fault);
  }

  // As AWS's support would: `max` is a quota from now on (lab/quotas.h); nothing: AWS's default again.
  void set_quota(const std::string& name, std::optional<int> max) {
    lab::Value fault;
    fault["fault"] = "quota";
    fault["quota"] = name;
    if (max) fault["max"] = *max;
    control("POST", "/lab/faults", fault);
  }

  void clear_faults() { control("DELETE", "/lab/faults", {}); }

  // Every request so far: time, service, action, parameters, answer, status, code, message, lost (lab/request_log.h).
  std::vector<lab::Value> requests() const { return requests_since(0); }
  // Those after a moment whose requests_size() it is: of a lab that lives for hours.
  std::vector<lab::Value> requests_since(std::uintmax_t size) const {
    std::vector<lab::Value> some;
    std::ifstream lines(options_.folder / "requests.log");
    lines.seekg(static_cast<std::streamoff>(size));
    for (std::string line; std::getline(lines, line);) some.push_back(lab::from_json(line));
    return some;
  }
  std::uintmax_t requests_size() const { return std::filesystem::file_size(options_.folder / "requests.log"); }

  // The requests of one action.
  std::vector<lab::Value> requests(const std::string& action) const {
    auto all = requests();
    std::erase_if(all, [&](const lab::Value& request) { return request.at("action").text() != action; });
    return all;
  }

  // What it said on standard error.
  std::string log() const { return base::read_file(options_.folder / "lab.log"); }

 private:
  [[noreturn]] void become_lab(int output) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    const int log_file = open((options_.folder / "lab.log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    dup2(output, STDOUT_FILENO);
    dup2(log_file, STDERR_FILENO);
    const std::string speed = fmt::format("{}", options_.speed);
    execl(options_.executable.c_str(), "darbe-lab", "up", "--listen", "127.0.0.1:0", "--dir", options_.folder.c_str(),
          "--speed", speed.c_str(), "--region", options_.region.c_str(), nullptr);
    _exit(127);
  }

  // Reads what it prints when it is ready, up to the last of the lines.
  void read_environment() {
    fcntl(output_, F_SETFL, O_NONBLOCK);
    std::string text;
    const bool ready = base::poll_until({std::chrono::milliseconds(10), options_.ready_within}, {}, [&] {
      char buffer[4096];
      for (ssize_t size; (size = read(output_, buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<std::size_t>(size));
      const std::size_t last = text.find("DARBE_TLS_CA=");
      return (last != std::string::npos && text.find('\n', last) != std::string::npos) || reap();
    });
    if (!ready || process_ <= 0) throw base::Error(base::Kind::failed, "darbe-lab did not become ready:\n" + log());
    environment_.clear();
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) take_line(line);
  }

  void take_line(std::string line) {
    const std::string word = "export ";
    if (!line.starts_with(word)) return;
    const std::size_t equals = line.find('=');
    std::string value = line.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '\'') value = value.substr(1, value.size() - 2);
    environment_[line.substr(word.size(), equals - word.size())] = value;
  }

  bool reap() {
    if (waitpid(process_, &how_, WNOHANG) != process_) return false;
    forget();
    return true;
  }

  void forget() {
    process_ = -1;
    if (output_ >= 0) close(output_);
    output_ = -1;
  }

  static lab::Value action_fault(const std::string& what, const std::string& action, int times, int skip) {
    lab::Value fault;
    fault["fault"] = what;
    fault["action"] = action;
    fault["times"] = times;
    fault["skip"] = skip;
    return fault;
  }

  lab::Value control(const std::string& method, const std::string& path, const lab::Value& body) {
    http::Call call;
    call.method = method;
    call.url = endpoint_url() + path;
    call.headers = {{"content-type", "application/json"}};
    if (method == "POST") call.body = lab::to_json(body);
    const http::Answer answer = http::call(call, {});
    const lab::Value value = lab::from_json(answer.body);
    if (answer.status != 200) throw base::Error(base::Kind::failed, value.at("error").text());
    return value;
  }

  Options options_;
  std::unique_ptr<base::TemporaryFolder> temporary_;
  std::map<std::string, std::string> environment_;
  pid_t process_ = -1;
  int how_ = 0;  // it ended, as waitpid(2) says
  int output_ = -1;
};

}  // namespace darbe::lab_test
