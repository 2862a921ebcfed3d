// One coroutine accepts, one more serves each connection. Coroutines take their parameters by value and operands of
// co_await have names: g++ 12 destroys some temporaries twice otherwise.
#include "http/server.h"

#include <chrono>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/letters.h"

namespace darbe::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

namespace {

constexpr std::size_t body_bytes_max = 4u << 20;
// For a request that has begun and for an answer; a client that is silent between requests may stay.
constexpr std::chrono::seconds transfer_time_max{60};

Request to_request(wire::request<wire::string_body> message) {
  Request request{std::string(message.method_string()), std::string(message.target()), {}, std::move(message.body())};
  for (const auto& field : message) {
    auto [entry, is_new] = request.headers.emplace(base::lower(field.name_string()), field.value());
    if (!is_new) entry->second += "," + std::string(field.value());
  }
  return request;
}

wire::response<wire::string_body> to_message(Response response, bool keep_alive) {
  wire::response<wire::string_body> message(static_cast<wire::status>(response.status), 11);
  message.set(wire::field::date, base::http_date(std::chrono::system_clock::now()));
  for (const auto& [name, value] : response.headers) message.set(name, value);
  message.keep_alive(keep_alive);
  message.body() = std::move(response.body);
  message.prepare_payload();
  return message;
}

Response explain(int status, const std::string& text) {
  return {status, {{"content-type", "text/plain"}}, text + "\n"};
}

Response explain_failed_read(const ErrorCode& error) {
  if (error == wire::error::body_limit) return explain(413, "The body is larger than 4 MiB.");
  return explain(400, fmt::format("This is not HTTP/1.1: {}.", error.message()));
}

bool is_bad_request(const ErrorCode& error) {
  return error.category() == wire::make_error_code(wire::error::bad_method).category() &&
         error != wire::error::end_of_stream && error != wire::error::partial_message;
}

// One client's connection.
struct Session {
  explicit Session(tcp::socket socket) : stream(std::move(socket)) {
    ErrorCode ignored;
    stream.socket().set_option(asio::socket_base::keep_alive(true), ignored);
    stream.socket().set_option(tcp::no_delay(true), ignored);
  }

  beast::tcp_stream stream;
  beast::flat_buffer buffer;
};

asio::awaitable<ErrorCode> write(Session& session, Response response, bool keep_alive) {
  ErrorCode error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  auto message = to_message(std::move(response), keep_alive);
  session.stream.expires_after(transfer_time_max);
  co_await wire::async_write(session.stream, message, token);
  co_return error;
}

asio::awaitable<ErrorCode> wait_for_first_byte(Session& session) {
  ErrorCode error;
  if (session.buffer.size() > 0) co_return error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  session.stream.expires_never();
  co_await session.stream.socket().async_wait(tcp::socket::wait_read, token);
  co_return error;
}

using Parser = wire::request_parser<wire::string_body>;

asio::awaitable<ErrorCode> read(Session& session, Parser& parser) {
  ErrorCode error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  parser.body_limit(body_bytes_max);
  session.stream.expires_after(transfer_time_max);
  co_await wire::async_read_header(session.stream, session.buffer, parser, token);
  if (error) co_return error;
  if (beast::iequals(parser.get()[wire::field::expect], "100-continue")) {
    wire::response<wire::empty_body> go_on(wire::status::continue_, 11);
    co_await wire::async_write(session.stream, go_on, token);
    if (error) co_return error;
  }
  co_await wire::async_read(session.stream, session.buffer, parser, token);
  co_return error;
}

// Returns whether the connection stays open for another request.
asio::awaitable<bool> serve_one(Session& session, const Handler& handler) {
  const ErrorCode silence = co_await wait_for_first_byte(session);
  if (silence) co_return false;
  Parser parser;
  const ErrorCode unread = co_await read(session, parser);
  if (is_bad_request(unread)) {
    auto complaint = explain_failed_read(unread);
    co_await write(session, std::move(complaint), false);
  }
  if (unread) co_return false;
  const bool keep_alive = parser.get().keep_alive();
  const bool head_only = parser.get().method() == wire::verb::head;
  Response response = handler(to_request(parser.release()));
  if (response.lost) co_return false;
  if (head_only) response.body.clear();
  const ErrorCode unsent = co_await write(session, std::move(response), keep_alive);
  co_return !unsent && keep_alive;
}

asio::awaitable<void> serve(tcp::socket socket, const Handler& handler) {
  Session session(std::move(socket));
  while (co_await serve_one(session, handler)) {
  }
  ErrorCode ignored;
  session.stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
}

void throw_again(std::exception_ptr error) {
  if (error) std::rethrow_exception(error);
}

}  // namespace

struct Server::Implementation {
  Implementation(const std::string& address, unsigned short wanted_port, Handler chosen_handler)
      : handler(std::move(chosen_handler)), acceptor(context) {
    try {
      const tcp::endpoint endpoint(asio::ip::make_address(address), wanted_port);
      acceptor.open(endpoint.protocol());
      acceptor.set_option(asio::socket_base::reuse_address(true));
      acceptor.bind(endpoint);
      acceptor.listen();
    } catch (const boost::system::system_error& error) {
      throw base::Error(base::Kind::failed,
                        fmt::format("can't listen on {}:{}: {}", address, wanted_port, error.code().message()));
    }
    asio::co_spawn(context, accept(), throw_again);
  }

  asio::awaitable<void> accept() {
    while (true) {
      ErrorCode error;
      auto token = asio::redirect_error(asio::use_awaitable, error);
      tcp::socket socket = co_await acceptor.async_accept(token);
      if (!error) {
        asio::co_spawn(context, serve(std::move(socket), handler), throw_again);
      } else {
        // Out of file descriptors, say: what is open goes on, and closing makes room.
        asio::steady_timer timer(context, std::chrono::milliseconds(100));
        co_await timer.async_wait(token);
      }
    }
  }

  Handler handler;
  asio::io_context context{1};
  tcp::acceptor acceptor;
};

Server::Server(const std::string& address, unsigned short port, Handler handler)
    : implementation_(std::make_unique<Implementation>(address, port, std::move(handler))) {}

Server::~Server() = default;

unsigned short Server::port() const { return implementation_->acceptor.local_endpoint().port(); }

void Server::run(std::stop_token stop) {
  asio::io_context& context = implementation_->context;
  context.restart();
  const std::stop_callback end(stop, [&context] { context.stop(); });
  context.run();
}

}  // namespace darbe::http
