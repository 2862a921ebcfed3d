// A small HTTP/1.1 server on one thread (Boost.Beast inside, none of it here). For the lab's API and, later, control
// APIs.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>

namespace darbe::http {

struct Request {
  std::string method;
  std::string target;                          // path and query as sent
  std::map<std::string, std::string> headers;  // names in lower case; a repeated header's values are joined with ","
  std::string body;                            // at most 4 MiB: longer ones are answered with 413
};

struct Response {
  int status = 200;
  std::map<std::string, std::string> headers;
  std::string body;
  bool lost = false;  // close the connection without an answer
};

// What it throws ends run().
using Handler = std::function<Response(const Request&)>;

class Server {
 public:
  // Listens at once; port 0 takes a free one. Throws: Error{failed} if the address can't be bound.
  Server(const std::string& address, unsigned short port, Handler handler);
  ~Server();
  unsigned short port() const;
  // Serves until the stop; the handler runs on the calling thread, one request at a time. Throws: what the handler
  // throws.
  void run(std::stop_token stop);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace darbe::http
