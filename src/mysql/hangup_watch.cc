#include "mysql/hangup_watch.h"

#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

namespace darbe::mysql {

namespace {

base::Descriptor opened(int number) {
  if (number < 0) throw std::system_error(errno, std::generic_category(), "watching a socket");
  return base::Descriptor(number);
}

void watch(int socket, int end) {
  std::array<pollfd, 2> files{{{socket, POLLRDHUP, 0}, {end, POLLIN, 0}}};
  while (::poll(files.data(), files.size(), -1) < 0 && errno == EINTR) {
  }
  if (files[0].revents != 0) ::shutdown(socket, SHUT_WR);
}

}  // namespace

HangupWatch::HangupWatch(int socket)
    : socket_(opened(::fcntl(socket, F_DUPFD_CLOEXEC, 0))),
      end_(opened(::eventfd(0, EFD_CLOEXEC))),
      thread_(watch, socket_.get(), end_.get()) {}

HangupWatch::~HangupWatch() {
  ::eventfd_write(end_.get(), 1);
  thread_.join();
}

}  // namespace darbe::mysql
