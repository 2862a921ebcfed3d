// One mysqld process on a data folder. It dies with this process, even by SIGKILL (PROTOCOL.md 5), and runs as the user
// who runs us.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "mysql/connection.h"
#include "servers/install.h"

namespace darbe::servers {

struct ServerOptions {
  std::filesystem::path folder;  // holds data/, tmp/, error.log and, at the end, nothing else of ours
  std::string address{};         // a loopback address; empty: no TCP at all
  unsigned port = 3306;
  std::vector<std::string> arguments{};  // "--server-id=7"; the last of a kind wins, as mysqld has it
  std::chrono::seconds start_within{120};
};

class Server {
 public:
  explicit Server(const Installation& installation) : installation_(installation) {}
  // Kills it.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Returns when it greets clients. Throws: Error{failed} with the end of its error log when it ends or stays silent.
  void start(const ServerOptions& options);
  // SIGTERM, and waits until it is gone; SIGKILL if that takes longer than `within`, and then Error{failed}.
  void stop(std::chrono::seconds within = std::chrono::seconds(120));
  void kill();
  void pause();   // SIGSTOP, and waits until every thread stands still
  void resume();  // SIGCONT

  bool running() const;
  pid_t process() const { return process_; }
  const ServerOptions& options() const { return options_; }
  // A Unix socket; in the folder unless that name would be too long for one.
  std::filesystem::path socket() const;
  std::filesystem::path data() const { return options_.folder / "data"; }
  // An account's session through the socket, to which accounts at localhost belong.
  mysql::ConnectOptions local(std::string_view user, const base::Secret& password = {}) const;
  // What its error log says since its last start: the last errors, or the last lines if there are none.
  std::string last_words() const;

 private:
  void wait_until_it_greets();
  [[noreturn]] void throw_failed(const std::string& what) const;
  const Installation installation_;
  ServerOptions options_;
  std::uintmax_t log_begin_ = 0;
  pid_t process_ = -1;
};

// A data folder that is made once for each version and kept in the cache.
struct TemplateOptions {
  // Those that matter when a data folder is made: page size, lower_case_table_names, redo size.
  std::vector<std::string> arguments{};
  // Changes the fresh folder (given: the one that holds data/) before it is kept; `content` names what it does to it,
  // so that another `content` makes another template.
  std::string content{};
  std::function<void(const std::filesystem::path& folder)> prepare{};
};

// The template itself, made if it is not there: a folder that holds data/. Nobody may write to it.
std::filesystem::path template_folder(const Installation& installation, const TemplateOptions& options);

// Makes data/ in `folder`, in which root@localhost has no password. Throws: Error{failed}, what `prepare` throws.
void make_data_folder(const Installation& installation, const TemplateOptions& options,
                      const std::filesystem::path& folder);

// A copy of a folder, by reference where the file system can.
void copy_folder(const std::filesystem::path& from, const std::filesystem::path& to);

// Small buffers and logs, so that dozens fit on one machine. Later options win.
std::vector<std::string> small_server_arguments(const Installation& installation);

}  // namespace darbe::servers
