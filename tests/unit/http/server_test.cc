#include "http/server.h"

#include <future>
#include <thread>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "http/client.h"

namespace darbe::http {
namespace {

using boost::asio::ip::tcp;
using testing::HasSubstr;
using testing::StartsWith;

// A server on a thread of its own, for as long as a test needs it.
class Running {
 public:
  explicit Running(Handler handler)
      : server_("127.0.0.1", 0, std::move(handler)), thread_([this](std::stop_token stop) { server_.run(stop); }) {}

  unsigned short port() const { return server_.port(); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port()) + "/"; }

 private:
  Server server_;
  std::jthread thread_;
};

// A connection on which a test writes and reads bytes as they are.
class RawConnection {
 public:
  explicit RawConnection(unsigned short port) : socket_(context_) {
    socket_.connect(tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), port));
  }

  void write(const std::string& text) { boost::asio::write(socket_, boost::asio::buffer(text)); }

  // Reads until `end` came, or until the server closed.
  std::string read_until(const std::string& end) {
    std::string text;
    boost::system::error_code error;
    while (!error && (end.empty() || text.find(end) == std::string::npos)) {
      char bytes[4096];
      const std::size_t count = socket_.read_some(boost::asio::buffer(bytes), error);
      text.append(bytes, count);
    }
    return text;
  }
  std::string read_to_end() { return read_until(""); }

 private:
  boost::asio::io_context context_;
  tcp::socket socket_;
};

Response echo(const Request& request) {
  return {200, {{"content-type", "text/plain"}}, request.method + " " + request.target + " " + request.body};
}

TEST(Server, AnswersWithWhatTheHandlerReturns) {
  const Running server([](const Request& request) { return Response{418, {{"x-pot", "short"}}, request.body + "!"}; });
  const Answer answer = call({.url = server.url(), .headers = {}, .body = "stout", .ca_file = {}}, {});
  EXPECT_EQ(answer.status, 418);
  EXPECT_EQ(answer.headers.at("x-pot"), "short");
  EXPECT_EQ(answer.body, "stout!");
  EXPECT_TRUE(answer.headers.at("date").ends_with(" GMT"));
}

TEST(Server, HandsOverMethodTargetHeadersAndBody) {
  Request seen;
  const Running server([&seen](const Request& request) {
    seen = request;
    return Response{};
  });
  call({.method = "PUT", .url = server.url() + "a%20b?c=d", .headers = {{"X-Two", "2"}}, .body = "body", .ca_file = {}},
       {});
  EXPECT_EQ(seen.method, "PUT");
  EXPECT_EQ(seen.target, "/a%20b?c=d");
  EXPECT_EQ(seen.headers.at("x-two"), "2");
  EXPECT_EQ(seen.headers.at("host"), "127.0.0.1:" + std::to_string(server.port()));
  EXPECT_EQ(seen.body, "body");
}

TEST(Server, JoinsARepeatedHeader) {
  std::string seen;
  const Running server([&seen](const Request& request) {
    seen = request.headers.at("x-list");
    return Response{};
  });
  call({.url = server.url(), .headers = {{"X-List", "one"}, {"X-List", "two"}}, .body = {}, .ca_file = {}}, {});
  EXPECT_EQ(seen, "one,two");
}

TEST(Server, KeepsTheConnectionForMoreRequests) {
  const Running server(echo);
  RawConnection connection(server.port());
  connection.write("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(connection.read_until("GET /1 "), StartsWith("HTTP/1.1 200"));
  connection.write("GET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(connection.read_to_end(), HasSubstr("GET /2 "));
}

TEST(Server, AnswersRequestsThatCameTogetherInTurn) {
  const Running server(echo);
  RawConnection connection(server.port());
  connection.write("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string answers = connection.read_to_end();
  EXPECT_THAT(answers, HasSubstr("GET /1 "));
  EXPECT_LT(answers.find("GET /1 "), answers.find("GET /2 "));
}

TEST(Server, ServesManyConnectionsAtOnce) {
  const Running server(echo);
  RawConnection silent(server.port());
  RawConnection half(server.port());
  half.write("POST /half HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\nab");
  EXPECT_EQ(call({.url = server.url(), .headers = {}, .body = "whole", .ca_file = {}}, {}).body, "POST / whole");
  half.write("cd");
  EXPECT_THAT(half.read_to_end(), HasSubstr("POST /half abcd"));
}

TEST(Server, SaysGoOnToAClientThatAsksBeforeItsBody) {
  const Running server(echo);
  RawConnection connection(server.port());
  connection.write(
      "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 2\r\n\r\n");
  EXPECT_THAT(connection.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 100"));
  connection.write("ab");
  EXPECT_THAT(connection.read_to_end(), HasSubstr("POST / ab"));
}

TEST(Server, RefusesABodyAboveFourMebibytes) {
  const Running server(echo);
  RawConnection connection(server.port());
  connection.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4194305\r\n\r\n");
  EXPECT_THAT(connection.read_to_end(), StartsWith("HTTP/1.1 413"));
  const std::string largest(4u << 20, 'x');
  EXPECT_EQ(call({.url = server.url(), .headers = {}, .body = largest, .ca_file = {}}, {}).status, 200);
}

TEST(Server, RefusesWhatIsNotHttp) {
  const Running server(echo);
  RawConnection connection(server.port());
  connection.write("\x16\x03\x01 hello\r\n\r\n");
  EXPECT_THAT(connection.read_to_end(), StartsWith("HTTP/1.1 400"));
}

TEST(Server, AnswersHeadWithoutABody) {
  const Running server(echo);
  RawConnection connection(server.port());
  connection.write("HEAD /1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string answer = connection.read_to_end();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\n"));
}

TEST(Server, LosesAnAnswerWhenAsked) {
  const Running server([](const Request&) { return Response{200, {}, "never seen", true}; });
  RawConnection connection(server.port());
  connection.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(connection.read_to_end(), "");
}

TEST(Server, StopsAtOnceWithOpenConnections) {
  Server server("127.0.0.1", 0, echo);
  std::stop_source stop;
  RawConnection silent(server.port());
  auto run = std::async(std::launch::async, [&] { server.run(stop.get_token()); });
  call({.url = "http://127.0.0.1:" + std::to_string(server.port()), .headers = {}, .body = {}, .ca_file = {}}, {});
  stop.request_stop();
  EXPECT_EQ(run.wait_for(std::chrono::seconds(5)), std::future_status::ready);
}

TEST(Server, EndsAtOnceWhenTheStopCameFirst) {
  Server server("127.0.0.1", 0, echo);
  std::stop_source stop;
  stop.request_stop();
  server.run(stop.get_token());
}

TEST(Server, EndsWithWhatItsHandlerThrows) {
  Server server("127.0.0.1", 0, [](const Request&) -> Response { throw base::Error(base::Kind::failed, "no luck"); });
  RawConnection connection(server.port());
  connection.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THROW(server.run({}), base::Error);
}

TEST(Server, SaysWhyItCannotListen) {
  const Server first("127.0.0.1", 0, echo);
  try {
    const Server second("127.0.0.1", first.port(), echo);
    FAIL() << "both listen on " << first.port();
  } catch (const base::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("127.0.0.1:" + std::to_string(first.port())));
    EXPECT_THAT(error.what(), HasSubstr("in use"));
  }
}

}  // namespace
}  // namespace darbe::http
