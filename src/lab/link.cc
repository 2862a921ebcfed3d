#include "lab/link.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <list>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/error.h"
#include "base/mutex.h"

namespace darbe::lab {

namespace {

namespace fs = std::filesystem;
using base::Descriptor;
using base::Error;
using base::Kind;

constexpr auto slow_delay = std::chrono::milliseconds(20);
constexpr std::size_t piece_bytes = 64 * 1024;

[[noreturn]] void throw_errno(const char* what) {
  throw Error(Kind::failed, fmt::format("can't put a link in front of a server: {}: {}", what, std::strerror(errno)));
}

sockaddr_in socket_address(const std::string& address, unsigned port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(static_cast<std::uint16_t>(port));
  ::inet_pton(AF_INET, address.c_str(), &result.sin_addr);
  return result;
}

const sockaddr* plain(const sockaddr_in& address) { return reinterpret_cast<const sockaddr*>(&address); }

// The address our own sessions to the server come from; nobody else uses it.
std::string inner_address(const std::string& address) { return address.substr(0, address.rfind('.')) + ".255"; }

bool is_at(int socket, const sockaddr_in& wanted) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  return ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0 && address.sin_family == AF_INET &&
         address.sin_port == wanted.sin_port && address.sin_addr.s_addr == wanted.sin_addr.s_addr;
}

bool listens(int socket) {
  int answer = 0;
  socklen_t size = sizeof answer;
  return ::getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &answer, &size) == 0 && answer != 0;
}

// Duplicates of a process's sockets at one local address: its listener and its sessions (pidfd_getfd(2)).
struct ServerSockets {
  Descriptor listener;
  std::vector<Descriptor> sessions;
};

ServerSockets sockets_of(pid_t process, const sockaddr_in& at) {
  const Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
  if (!handle.good()) throw_errno("pidfd_open");
  ServerSockets result;
  std::error_code gone;  // the server closes files while we look
  for (const auto& entry : fs::directory_iterator(fmt::format("/proc/{}/fd", process))) {
    if (!fs::read_symlink(entry.path(), gone).string().starts_with("socket:")) continue;
    const std::string name = entry.path().filename();
    int number = -1;
    std::from_chars(name.data(), name.data() + name.size(), number);
    Descriptor copy(static_cast<int>(::syscall(SYS_pidfd_getfd, handle.get(), number, 0)));
    if (!copy.good() && errno != EBADF) throw_errno("pidfd_getfd");
    if (!copy.good() || !is_at(copy.get(), at)) continue;
    if (listens(copy.get())) {
      result.listener = std::move(copy);
    } else {
      result.sessions.push_back(std::move(copy));
    }
  }
  if (!result.listener.good()) throw Error(Kind::failed, "can't put a link in front of a server that does not listen");
  return result;
}

// Of the two listeners at one address (socket(7), SO_ATTACH_REUSEPORT_CBPF) the server, which was there first, gets
// sessions that come from the inner address; the forwarder gets all others.
void choose_by_source(int listener, const std::string& inner) {
  constexpr std::uint32_t source_address = static_cast<std::uint32_t>(SKF_NET_OFF) + 12;
  std::array<sock_filter, 4> code{{{BPF_LD | BPF_W | BPF_ABS, 0, 0, source_address},
                                   {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, ntohl(socket_address(inner, 0).sin_addr.s_addr)},
                                   {BPF_RET | BPF_K, 0, 0, 0},
                                   {BPF_RET | BPF_K, 0, 0, 1}}};
  const sock_fprog program{.len = static_cast<unsigned short>(code.size()), .filter = code.data()};
  if (::setsockopt(listener, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program) != 0) {
    throw_errno("SO_ATTACH_REUSEPORT_CBPF");
  }
}

Descriptor listen_beside(const ServerSockets& server, const sockaddr_in& at) {
  const int yes = 1;
  Descriptor result(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::setsockopt(server.listener.get(), SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) != 0 ||
      ::setsockopt(result.get(), SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) != 0 ||
      ::setsockopt(result.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0) {
    throw_errno("SO_REUSEPORT");
  }
  if (::bind(result.get(), plain(at), sizeof at) != 0) throw_errno("bind");
  if (::listen(result.get(), SOMAXCONN) != 0) throw_errno("listen");
  return result;
}

bool send_all(int socket, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(socket, data, size, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

// Carries one direction, each piece after the delay; ends both when either side ends.
void carry(int from, int to, const std::stop_token& stop) {
  std::vector<char> piece(piece_bytes);
  for (;;) {
    const ssize_t size = ::recv(from, piece.data(), piece.size(), 0);
    if (size <= 0) break;
    base::sleep_for(slow_delay, stop);
    if (stop.stop_requested() || !send_all(to, piece.data(), static_cast<std::size_t>(size))) break;
  }
  ::shutdown(from, SHUT_RDWR);
  ::shutdown(to, SHUT_RDWR);
}

class SlowSession {
 public:
  SlowSession(Descriptor client, Descriptor server)
      : client_(std::move(client)),
        server_(std::move(server)),
        up_([this](const std::stop_token& stop) { carry(client_.get(), server_.get(), stop); }),
        down_([this](const std::stop_token& stop) { carry(server_.get(), client_.get(), stop); }) {}

  ~SlowSession() {
    up_.request_stop();
    down_.request_stop();
    ::shutdown(client_.get(), SHUT_RDWR);
    ::shutdown(server_.get(), SHUT_RDWR);
  }

 private:
  Descriptor client_;
  Descriptor server_;
  std::jthread up_;
  std::jthread down_;
};

}  // namespace

struct Link::Implementation {
  explicit Implementation(const Options& given)
      : options(given),
        at(socket_address(given.address, given.port)),
        server(sockets_of(given.server, at)),
        listener(listen_beside(server, at)) {
    choose_by_source(listener.get(), inner_address(given.address));
    for (const Descriptor& session : server.sessions) ::shutdown(session.get(), SHUT_RDWR);
    server.sessions.clear();
    acceptor = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }

  ~Implementation() {
    acceptor.request_stop();
    ::shutdown(listener.get(), SHUT_RDWR);
  }

  void serve(const std::stop_token& stop) {
    std::list<SlowSession> sessions;
    while (!stop.stop_requested()) {
      Descriptor client(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!client.good()) {
        if (stop.stop_requested() || (errno != EINTR && errno != ECONNABORTED)) return;
        continue;
      }
      if (options.fault == LinkFault::cut) {
        const linger at_once{.l_onoff = 1, .l_linger = 0};  // closing sends a reset
        ::setsockopt(client.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        continue;
      }
      Descriptor inner(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
      const sockaddr_in from = socket_address(inner_address(options.address), 0);
      if (::bind(inner.get(), plain(from), sizeof from) != 0 || ::connect(inner.get(), plain(at), sizeof at) != 0)
        continue;
      sessions.emplace_back(std::move(client), std::move(inner));
    }
  }

  const Options options;
  const sockaddr_in at;
  ServerSockets server;
  Descriptor listener;
  std::jthread acceptor;
};

Link::Link(const Options& options) : implementation_(std::make_unique<Implementation>(options)) {}

Link::~Link() = default;

}  // namespace darbe::lab
