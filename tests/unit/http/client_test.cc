#include "http/client.h"

#include <atomic>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/error.h"
#include "http/server.h"

namespace darbe::http {
namespace {

using boost::asio::ip::tcp;

const tcp::endpoint any_loopback_port(boost::asio::ip::make_address("127.0.0.1"), 0);

Call call_to(unsigned short port) {
  Call call;
  call.url = "http://127.0.0.1:" + std::to_string(port) + "/";
  return call;
}

// The kind of the error that the call ends with.
base::Kind kind_of_failed(const Call& request, std::stop_token stop = {}) {
  try {
    call(request, stop);
  } catch (const base::Error& error) {
    EXPECT_NE(std::string(error.what()), "");
    return error.kind();
  }
  ADD_FAILURE() << "an answer came from " << request.url;
  return base::Kind::usage;
}

TEST(Client, TellsARefusedConnectionAsTransient) {
  boost::asio::io_context context;
  tcp::acceptor acceptor(context, any_loopback_port);
  const Call request = call_to(acceptor.local_endpoint().port());
  acceptor.close();
  EXPECT_EQ(kind_of_failed(request), base::Kind::transient);
}

TEST(Client, TellsALostAnswerAsTransientAndAsksOnlyOnce) {
  std::atomic<int> asked = 0;
  Server server("127.0.0.1", 0, [&asked](const Request&) {
    ++asked;
    return Response{200, {}, "", true};
  });
  const std::jthread thread([&server](std::stop_token stop) { server.run(stop); });
  EXPECT_EQ(kind_of_failed(call_to(server.port())), base::Kind::transient);
  EXPECT_EQ(asked, 1);
}

TEST(Client, TellsHalfAnAnswerAsTransient) {
  boost::asio::io_context context;
  tcp::acceptor acceptor(context, any_loopback_port);
  const Call request = call_to(acceptor.local_endpoint().port());
  const std::jthread server([&acceptor] {
    tcp::socket socket = acceptor.accept();
    char bytes[4096];
    socket.read_some(boost::asio::buffer(bytes));
    boost::asio::write(socket,
                       boost::asio::buffer(std::string_view("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")));
  });
  EXPECT_EQ(kind_of_failed(request), base::Kind::transient);
}

TEST(Client, TellsASilentServerAsTransientAfterItsTime) {
  boost::asio::io_context context;
  const tcp::acceptor silent(context, any_loopback_port);
  Call request = call_to(silent.local_endpoint().port());
  request.timeout = std::chrono::milliseconds(50);
  EXPECT_EQ(kind_of_failed(request), base::Kind::transient);
}

TEST(Client, LeavesASilentServerAtOnceOnAStop) {
  boost::asio::io_context context;
  tcp::acceptor silent(context, any_loopback_port);
  std::stop_source stop;
  const std::jthread stopper([&] {
    const tcp::socket socket = silent.accept();
    stop.request_stop();
  });
  const auto begin = base::Clock::now();
  EXPECT_EQ(kind_of_failed(call_to(silent.local_endpoint().port()), stop.get_token()), base::Kind::interrupted);
  EXPECT_LT(base::Clock::now() - begin, std::chrono::seconds(5));
}

// Names whose request it was.
class NamedServer {
 public:
  explicit NamedServer(std::string name)
      : server_("127.0.0.1", 0, [name = std::move(name)](const Request&) { return Response{200, {}, name, false}; }),
        thread_([this](std::stop_token stop) { server_.run(stop); }) {}
  unsigned short port() const { return server_.port(); }

 private:
  Server server_;
  std::jthread thread_;
};

TEST(Client, GoesPastTheProxyOnlyWhenToldTo) {
  const NamedServer target("target");
  const NamedServer proxy("proxy");
  setenv("http_proxy", ("http://127.0.0.1:" + std::to_string(proxy.port())).c_str(), 1);
  Call request;
  // This machine too, by an address that isn't exempt from proxies as loopback's are.
  request.url = "http://0.0.0.0:" + std::to_string(target.port()) + "/";
  EXPECT_EQ(call(request, {}).body, "proxy");
  request.is_direct = true;
  EXPECT_EQ(call(request, {}).body, "target");
  unsetenv("http_proxy");
}

TEST(Client, SpeaksNothingButHttp) {
  Call request;
  request.url = "file:///etc/hostname";
  EXPECT_EQ(kind_of_failed(request), base::Kind::usage);
  request.url = "not a url";
  EXPECT_EQ(kind_of_failed(request), base::Kind::usage);
}

}  // namespace
}  // namespace darbe::http
