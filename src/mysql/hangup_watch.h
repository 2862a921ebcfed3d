// While somebody writes to a server: a peer that hangs up and takes nothing more leaves the writer waiting for room. A
// FIN does not end that wait, and TCP itself asks a shut window only now and then, in the end every two minutes
// (RFC 9293, 3.8.6.1).
#pragma once

#include <thread>

#include "base/descriptor.h"

namespace darbe::mysql {

class HangupWatch {
 public:
  // Once the peer has hung up, writing on `socket` fails; what it said before can still be read. The socket may be
  // closed under the watch. Throws: std::system_error if the system has no descriptor or thread left.
  explicit HangupWatch(int socket);
  ~HangupWatch();
  HangupWatch(const HangupWatch&) = delete;
  HangupWatch& operator=(const HangupWatch&) = delete;

 private:
  base::Descriptor socket_;  // of our own: the number that was given may be another socket's one day
  base::Descriptor end_;     // eventfd(2)
  std::thread thread_;
};

}  // namespace darbe::mysql
