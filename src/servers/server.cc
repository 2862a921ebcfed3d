#include "servers/server.h"

#include <algorithm>
#include <cstring>
#include <fstream>

#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "servers/process.h"

namespace darbe::servers {

namespace {

namespace fs = std::filesystem;
using base::Error;
using base::Kind;
using namespace std::chrono_literals;

// Reads the first packet a server sends. It counts as greeted when it is a handshake or an error such as "too many
// connections": somebody serves.
bool greets(const fs::path& socket_path) {
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return false;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket_path.c_str(), sizeof address.sun_path - 1);
  const timeval patience{.tv_sec = 2, .tv_usec = 0};
  ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  char packet[8];
  const bool greeted = ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                       ::recv(descriptor, packet, sizeof packet, 0) > 4;
  ::close(descriptor);
  return greeted;
}

std::vector<std::string> arguments_of(const Installation& installation, const ServerOptions& options,
                                      const fs::path& socket) {
  std::vector<std::string> result = installation.command;
  result.push_back("--datadir=" + (options.folder / "data").string());
  result.push_back("--socket=" + socket.string());
  result.push_back("--pid-file=" + (options.folder / "server.pid").string());
  // Each MariaDB that starts removes the temporary files of all others in its tmpdir.
  result.push_back("--tmpdir=" + (options.folder / "tmp").string());
  if (options.address.empty()) {
    result.push_back("--skip-networking");
  } else {
    result.push_back("--bind-address=" + options.address);
    result.push_back(fmt::format("--port={}", options.port));
  }
  result.insert(result.end(), options.arguments.begin(), options.arguments.end());
  return result;
}

}  // namespace

Server::~Server() {
  if (process_ > 0) kill();
}

fs::path Server::socket() const {
  const fs::path near = options_.folder / "server.sock";
  if (near.string().size() < sizeof(sockaddr_un::sun_path)) return near;
  return fs::temp_directory_path() / fmt::format("darbe-{}.sock", base::sha256_hex(near.string()).substr(0, 16));
}

mysql::ConnectOptions Server::local(std::string_view user, const base::Secret& password) const {
  mysql::ConnectOptions result;
  result.host = socket();
  result.user = user;
  result.password = password;
  result.tls = mysql::Tls::none;
  return result;
}

std::string Server::last_words() const {
  constexpr std::size_t lines_max = 8;
  std::ifstream log(options_.folder / "error.log");
  log.seekg(static_cast<std::streamoff>(log_begin_));
  std::vector<std::string> errors;
  for (std::string line; std::getline(log, line);) {
    if (line.find("[ERROR]") != std::string::npos) errors.push_back(line);
  }
  if (errors.empty()) return tail_of(options_.folder / "error.log", lines_max);
  if (errors.size() > lines_max) errors.erase(errors.begin(), errors.end() - lines_max);
  return fmt::format("{}", fmt::join(errors, "\n"));
}

void Server::throw_failed(const std::string& what) const {
  throw Error(Kind::failed, fmt::format("{} {} in {} {}; it said last:\n{}", installation_.kind, installation_.version,
                                        options_.folder.string(), what, last_words()));
}

void Server::start(const ServerOptions& options) {
  DARBE_ASSERT(process_ < 0);
  options_ = options;
  fs::create_directories(options.folder / "tmp");
  // What a killed server left. If one still runs there, its socket is lost, but not its data: InnoDB locks its files.
  std::error_code ignored;
  fs::remove(socket(), ignored);
  fs::remove(socket().string() + ".lock", ignored);
  const std::uintmax_t size = fs::file_size(options.folder / "error.log", ignored);
  log_begin_ = ignored ? 0 : size;
  process_ = spawn({.arguments = arguments_of(installation_, options, socket()),
                    .output = options.folder / "error.log",
                    .environment = {"TZ=UTC"}});
  wait_until_it_greets();
}

void Server::wait_until_it_greets() {
  const auto ready = [this] { return has_ended(process_) || greets(socket()); };
  const bool in_time = base::poll_until({.every = 20ms, .at_most = options_.start_within}, {}, ready);
  if (has_ended(process_)) {
    const Ending ending = wait_for(process_);
    process_ = -1;
    throw_failed(fmt::format("did not start ({})", ending.text));
  }
  if (!in_time) {
    kill();
    throw_failed(fmt::format("did not answer within {} s", options_.start_within.count()));
  }
}

void Server::stop(std::chrono::seconds within) {
  if (process_ < 0) return;
  ::kill(process_, SIGCONT);
  ::kill(process_, SIGTERM);
  if (!base::poll_until({.every = 10ms, .at_most = within}, {}, [this] { return has_ended(process_); })) {
    kill();
    throw_failed("did not stop and was killed");
  }
  const Ending ending = wait_for(process_);
  process_ = -1;
  if (!ending.good) throw_failed(fmt::format("did not stop cleanly ({})", ending.text));
}

void Server::kill() {
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  wait_for(process_);
  process_ = -1;
}

void Server::pause() {
  if (process_ < 0) throw_failed("is not running");
  ::kill(process_, SIGSTOP);
  siginfo_t info{};
  // WSTOPPED answers once the whole thread group stands still.
  if (::waitid(P_PID, static_cast<id_t>(process_), &info, WSTOPPED | WEXITED | WNOWAIT) != 0 || has_ended(process_)) {
    throw_failed("ended while it was paused");
  }
}

void Server::resume() {
  if (process_ > 0) ::kill(process_, SIGCONT);
}

bool Server::running() const { return process_ > 0 && !has_ended(process_); }

}  // namespace darbe::servers
