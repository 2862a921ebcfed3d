// A lab with one source instance under live writes, and `darbe` as a child process that can be killed at a fault point.
// What story tests need to say "killed there, resumed, equal" and "undone, as before".
#pragma once

#include <chrono>
#include <csignal>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/types.h>

#include "aws/account.h"
#include "lab/lab_process.h"
#include "mysql/connection.h"

namespace darbe::story_test {

struct Ended {
  int status = -1;  // exit code; -1 if a signal ended it
  int signal = 0;
  bool dumped_core = false;
  std::uint64_t peak_bytes = 0;  // of its memory
  std::string output;            // standard output
  std::string errors;            // standard error

  std::string text() const;  // all of it, for a failing test's message
  // By DARBE_FAULT=POINT:kill, and by nothing else.
  bool was_killed_at(const std::string& point) const;
};

// What a forked child does: it is darbe from here on. An empty value takes a variable away.
[[noreturn]] void become_darbe(const std::vector<std::string>& arguments,
                               const std::map<std::string, std::string>& environment);

// A darbe at work. Killed when it goes unwaited.
class Running {
 public:
  Running(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment);
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  // Waits for DARBE_FAULT=…:pause to strike; `go_on` ends the pause. False if it ended, or a minute passed.
  bool pauses();
  void go_on() { signal(SIGCONT); }
  void signal(int number);
  // Waits until standard error holds these words. False if it ended without them, or a minute passed.
  bool says(const std::string& words);
  bool has_ended();
  // What it said so far.
  std::string output() const;
  std::string errors() const;
  // Waits for its end. Kills it after five minutes: then it has neither exit code nor signal, and its errors say so.
  Ended end();

 private:
  bool look(int options);

  pid_t process_ = -1;
  int output_ = -1;
  int errors_ = -1;
  int how_ = 0;        // as waitpid(2) says
  rusage usage_ = {};  // as wait4(2) says
};

// The names of all of darbe's fault points, as it lists them itself. Throws: base::Error if it lists none.
std::vector<std::string> points_of_darbe();

class World {
 public:
  // `engine` and the beginning of the version: {"mysql", ""} is the lab's default, {"mysql", "5.6"}, {"mariadb", ""}.
  // `speed` is the lab's: how fast its states pass.
  World(std::string engine, std::string version, double speed = 50);

  const std::string& engine() const { return engine_; }
  lab_test::LabProcess& lab() { return lab_; }
  const aws::Account& account() const { return *account_; }

  // The source's id. Its tables: see world.cc.
  static constexpr const char* source_id = "putio16";
  static constexpr const char* master_user = "root";
  static constexpr const char* master_password = "correct-horse";

  mysql::ConnectOptions options_of(const std::string& instance_id) const;
  mysql::Connection connect(const std::string& instance_id) const { return {options_of(instance_id), {}}; }
  // RDS's own account, which may do everything, through the server's socket.
  mysql::Connection connect_as_rdsadmin(const std::string& instance_id) const;

  // When an instance's maintenance and backup windows open, from now on. RDS lets the two not overlap.
  void set_windows(const std::string& instance_id, std::chrono::minutes maintenance,
                   std::chrono::minutes backups) const;
  // As they were.
  void set_windows(const aws::Instance& before) const;

  // darbe with these arguments, in the environment with `more`.
  std::unique_ptr<Running> start(const std::vector<std::string>& arguments,
                                 const std::map<std::string, std::string>& more = {}) const;
  // The lab's environment and the master user's password, with `more` on top.
  std::map<std::string, std::string> environment(const std::map<std::string, std::string>& more) const;
  // Waits for its end.
  Ended darbe(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& more = {}) const;
  // The original's command line for putio and mogilefs, with what the test adds.
  std::vector<std::string> setup_arguments(const std::string& new_id, const std::vector<std::string>& more = {}) const;
  // With neither --databases nor --users: all of both.
  std::vector<std::string> setup_arguments_for_all(const std::string& new_id,
                                                   const std::vector<std::string>& more = {}) const;
  std::vector<std::string> undo_arguments(const std::string& new_id) const;
  std::vector<std::string> status_arguments(const std::string& new_id) const;

  // As darbe(), and the points that it passed in their order, a later passing as NAME#2.
  Ended darbe(const std::vector<std::string>& arguments, std::vector<std::string>& passed) const;

  // Everything a run may touch, as text. In AWS: instances with their settings, snapshots, groups with their values and
  // rules, and the tags of all; on the source: databases, accounts with their grants, configuration.
  std::string inventory() const;
  // How a run leaves things: the inventory and the same of the target, without what differs from run to run.
  std::string end_state(const std::string& target_id) const;

  // Waits until the target has applied the source's position of now. Nothing may write meanwhile that matters. Throws:
  // base::Error after five minutes.
  void wait_until_caught_up(const std::string& target_id) const;
  // One line per table of these databases: count and checksum of its rows, in key order, computed by the server.
  std::map<std::string, std::string> contents(const std::string& instance_id,
                                              const std::vector<std::string>& databases = {"putio", "mogilefs"}) const;

 private:
  void create_source(const std::string& version);
  void fill_source() const;
  std::string inventory_of_aws() const;
  std::string inventory_of_server(const std::string& instance_id) const;

  std::string engine_;
  lab_test::LabProcess lab_;
  std::unique_ptr<aws::Account> account_;
};

}  // namespace darbe::story_test
