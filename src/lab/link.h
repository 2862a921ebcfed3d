// A faulty link in front of a running server, without restarting it: a forwarder listens on the server's own address
// and port beside it (SO_REUSEPORT) and takes every new session; sessions that were there are cut.
#pragma once

#include <memory>
#include <string>

#include <sys/types.h>

namespace darbe::lab {

enum class LinkFault { cut, slow };

class Link {
 public:
  struct Options {
    pid_t server = 0;
    std::string address;
    unsigned port = 0;
    LinkFault fault = LinkFault::cut;
  };
  // Throws: Error{failed} if the system does not let us at the server's sockets.
  explicit Link(const Options& options);
  // New sessions reach the server directly again; those of the forwarder are cut.
  ~Link();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace darbe::lab
