#include "mysql/connection.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <exception>
#include <limits>
#include <mutex>

#include <fmt/format.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/clock.h"
#include "mysql/client_library.h"
#include "mysql/hangup_watch.h"

namespace darbe::mysql {

namespace {

using base::Error;
using base::Kind;

// The client library's own number for "unknown error": what a LOAD DATA handler that threw reports through C.
constexpr int handler_failed = 2000;

// Rows are framed in 4 KiB pieces by LOAD DATA's handler whatever its size; the library gathers them in a buffer of
// this size before it encrypts and sends. 16 KiB is one TLS record; with 128 KiB the system calls no longer show in a
// profile, and a connection costs that much memory.
constexpr std::size_t net_buffer_bytes = 128 * 1024;

// A session's room for a large row goes back to the system with the session. Left alone, glibc would raise this bound
// to what is freed (up to 32 MiB), and keep as much and more for each thread (mallopt(3), M_MMAP_THRESHOLD).
constexpr int mapped_bytes_min = 1 << 20;
// The other bound that glibc no longer moves then: of free room at its end an arena keeps this much.
constexpr int kept_bytes_max = 4 << 20;

// What NET's `error` is after a packet for which the library takes, or finds, no memory. All else that ends reading
// leaves 2 there, and mysql_errno() says 2013 of both.
constexpr int packet_not_taken = 1;

// A peer that vanished is noticed after about three minutes while we wait for it, and after five while it owes us an
// acknowledgement; a target that flushes may leave our window shut for a minute or two and must not be cut off.
constexpr int keepalive_idle_seconds = 60;
constexpr int keepalive_interval_seconds = 15;
constexpr int keepalive_probes = 8;
constexpr unsigned unacknowledged_milliseconds = 300'000;

// Of a LOAD's text: the library gathers as much before it first writes, and could wait for room.
constexpr std::size_t unwatched_bytes_max = net_buffer_bytes;

// The one at hand, what somebody found instead of it a while ago, and what counts now.
constexpr int passwords_tried = 3;

// The client library keeps state for each thread that uses it.
struct ThreadGuard {
  ThreadGuard() {
    static std::once_flag once;
    std::call_once(once, [] {
      mysql_server_init(0, nullptr, nullptr);
      ::mallopt(M_MMAP_THRESHOLD, mapped_bytes_min);
      ::mallopt(M_TRIM_THRESHOLD, kept_bytes_max);
      mysql_optionsv(nullptr, MYSQL_OPT_NET_BUFFER_LENGTH, &net_buffer_bytes);
    });
    mysql_thread_init();
  }
  ~ThreadGuard() { mysql_thread_end(); }
};

void guard_thread() { thread_local const ThreadGuard guard; }

// "CREATE TABLE `t`" of a statement: enough to know it by, never a value.
std::string first_words(std::string_view sql) {
  constexpr std::size_t words_max = 3;
  std::string words;
  std::size_t count = 0;
  for (const char letter : sql) {
    const bool blank = letter == ' ' || letter == '\n' || letter == '\t';
    if (std::strchr("'\"(=;,", letter) != nullptr || (blank && !words.empty() && ++count == words_max)) break;
    if (!blank)
      words += letter;
    else if (!words.empty() && words.back() != ' ')
      words += ' ';
  }
  while (!words.empty() && words.back() == ' ') words.pop_back();
  return words.empty() ? "a statement" : words;
}

// What the LOAD DATA callbacks work on. Without a source the client library is refused every file a server asks for.
struct LoadState {
  const LoadSource* source = nullptr;
  std::exception_ptr error;
};

extern "C" {

int darbe_load_init(void** handle, const char*, void* state) {
  *handle = state;
  return static_cast<LoadState*>(state)->source == nullptr ? 1 : 0;
}

int darbe_load_read(void* handle, char* room, unsigned int size) {
  auto* state = static_cast<LoadState*>(handle);
  try {
    return static_cast<int>((*state->source)(room, size));
  } catch (...) {
    state->error = std::current_exception();
    return -1;
  }
}

void darbe_load_end(void*) {}

int darbe_load_error(void*, char* text, unsigned int size) {
  if (size > 0) {
    std::strncpy(text, "the rows could not be read, or the server asked for a file", size - 1);
    text[size - 1] = '\0';
  }
  return handler_failed;
}

}  // extern "C"

struct CloseSession {
  void operator()(MYSQL* session) const { mysql_close(session); }
};
struct FreeResult {
  void operator()(MYSQL_RES* result) const { mysql_free_result(result); }
};
using Session = std::unique_ptr<MYSQL, CloseSession>;
using Rows = std::unique_ptr<MYSQL_RES, FreeResult>;

void set_option(MYSQL* session, mysql_option option, const void* value) {
  if (mysql_optionsv(session, option, value) != 0)
    throw Error(Kind::failed, fmt::format("the client library refuses option {}", static_cast<int>(option)));
}

void set_tls(MYSQL* session, const ConnectOptions& options) {
  const my_bool yes = 1;
  set_option(session, MYSQL_OPT_SSL_ENFORCE, &yes);
  if (options.tls == Tls::required) return;
  if (options.tls_ca.empty())
    throw Error(Kind::usage, fmt::format("no CA file to prove the identity of {} with", options.host));
  set_option(session, MYSQL_OPT_SSL_CA, options.tls_ca.c_str());  // alone, it takes any name
  if (options.tls == Tls::verify_identity) set_option(session, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes);
}

void set_keepalive(my_socket descriptor) {
  const auto set = [&](int level, int name, const auto& value) {
    ::setsockopt(descriptor, level, name, &value, sizeof value);
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, keepalive_idle_seconds);
  set(IPPROTO_TCP, TCP_KEEPINTVL, keepalive_interval_seconds);
  set(IPPROTO_TCP, TCP_KEEPCNT, keepalive_probes);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, unacknowledged_milliseconds);
}

// The library waits in two ways, and neither of its two time-outs serves both: without TLS by poll(), whose
// milliseconds are those of its socket; with TLS in recv() and then, by as many milliseconds as its options have
// seconds, in poll().
void set_answer_timeout(MYSQL* session, std::chrono::seconds seconds) {
  const bool limited = seconds.count() > 0;
  session->net.pvio->timeout[PVIO_READ_TIMEOUT] = limited ? static_cast<int>(seconds.count() * 1000) : -1;
  session->options.read_timeout = limited ? 1 : 0;
  const timeval silence{.tv_sec = seconds.count(), .tv_usec = 0};
  ::setsockopt(mysql_get_socket(session), SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof silence);
}

bool is_socket_path(const std::string& host) { return host.starts_with('/'); }

std::string place_of(const ConnectOptions& options) {
  return is_socket_path(options.host) ? options.host : fmt::format("{}:{}", options.host, options.port);
}

std::vector<Column> columns_of(MYSQL_RES* result) {
  std::vector<Column> columns;
  const MYSQL_FIELD* fields = mysql_fetch_fields(result);
  for (unsigned i = 0; i < mysql_num_fields(result); ++i)
    columns.push_back({std::string(fields[i].name, fields[i].name_length), static_cast<unsigned>(fields[i].type),
                       fields[i].charsetnr, fields[i].flags});
  return columns;
}

void view_row(MYSQL_ROW row, const unsigned long* lengths, std::vector<Value>& values) {
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = row[i] == nullptr ? Value() : Value(std::string_view(row[i], lengths[i]));
}

Result::Row keep_row(const std::vector<Value>& values) {
  Result::Row row;
  row.reserve(values.size());
  for (const Value& value : values) row.emplace_back(value ? std::optional<std::string>(*value) : std::nullopt);
  return row;
}

}  // namespace

std::size_t Result::column(std::string_view name) const {
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].name.size() == name.size() && strncasecmp(columns[i].name.data(), name.data(), name.size()) == 0)
      return i;
  throw Error(Kind::failed, fmt::format("the server's answer has no column {}", name));
}

bool Result::has_column(std::string_view name) const {
  return std::any_of(columns.begin(), columns.end(), [&](const Column& column) {
    return column.name.size() == name.size() && strncasecmp(column.name.data(), name.data(), name.size()) == 0;
  });
}

const std::optional<std::string>& Result::value(std::size_t row, std::string_view name) const {
  const std::size_t index = column(name);
  if (row >= rows.size())
    throw Error(Kind::failed, fmt::format("the server's answer has no row {} ({})", row + 1, name));
  return rows[row][index];
}

const std::string& Result::text(std::size_t row, std::string_view name) const {
  const std::optional<std::string>& found = value(row, name);
  if (!found) throw Error(Kind::failed, fmt::format("the server says NULL for {}", name));
  return *found;
}

std::uint64_t Result::number(std::size_t row, std::string_view name) const {
  const std::string& digits = text(row, name);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size())
    throw Error(Kind::failed, fmt::format("the server says '{}' for {}, which is no number", digits, name));
  return number;
}

struct Connection::Implementation {
  Implementation(const ConnectOptions& connect_options, std::stop_token stop_token)
      : options(connect_options), stop(std::move(stop_token)) {}

  // Runs `work` so that a stop cuts the socket under it. What fails after a stop is the stop.
  template <typename Work>
  decltype(auto) interruptible(const Work& work) {
    guard_thread();
    base::throw_if_stopped(stop);
    if (!usable) throw Error(Kind::transient, fmt::format("the session on {} is gone", place_of(options)));
    // Gone before mysql_close can be: the callback's descriptor is the session's.
    const std::stop_callback cut(stop,
                                 [descriptor = mysql_get_socket(session.get())] { ::shutdown(descriptor, SHUT_RDWR); });
    try {
      return work();
    } catch (const ServerError& error) {
      const Meaning meaning = meaning_of(error);
      if (meaning == Meaning::link_lost || meaning == Meaning::row_too_large) usable = false;
      base::throw_if_stopped(stop);
      throw;
    }
  }

  void check(bool failed, std::string_view sql, std::string_view label) {
    if (failed) throw_error(label.empty() ? first_words(sql) : std::string(label), false);
  }

  [[noreturn]] void throw_error(const std::string& label, bool during_connect) const {
    const std::string what = fmt::format("{} on {}", label, place_of(options));
    if (!during_connect && mysql_errno(session.get()) == CR_SERVER_LOST && session->net.error == packet_not_taken)
      throw ServerError(CR_NET_PACKET_TOO_LARGE, "HY000",
                        fmt::format("a row of {} bytes or more, or no memory for it", options.row_bytes_max), what,
                        false);
    std::string text = mysql_error(session.get());
    if (!during_connect && options.answer_timeout.count() > 0 &&
        meaning_of(mysql_errno(session.get()), {}) == Meaning::link_lost)
      text += fmt::format(" (nor is an answer waited for longer than {} s)", options.answer_timeout.count());
    throw ServerError(mysql_errno(session.get()), mysql_sqlstate(session.get()), text, what, during_connect);
  }

  void send(std::string_view sql, std::string_view label) {
    check(mysql_real_query(session.get(), sql.data(), sql.size()) != 0, sql, label);
  }

  // Goes on to the statement's next result; false after the last.
  bool next_result(std::string_view sql, std::string_view label) {
    const int status = mysql_next_result(session.get());
    check(status > 0, sql, label);
    return status == 0;
  }

  Outcome outcome() const {
    const char* info = mysql_info(session.get());
    return {mysql_affected_rows(session.get()), mysql_insert_id(session.get()), mysql_warning_count(session.get()),
            info == nullptr ? std::string() : std::string(info)};
  }

  void set_load_allowed(unsigned allowed) { mysql_optionsv(session.get(), MYSQL_OPT_LOCAL_INFILE, &allowed); }

  void connect_with_any_password();
  void connect();
  void prepare_session();
  Result read_result(std::string_view sql, std::string_view label);
  void stream_rows(std::string_view sql, const std::function<bool(RowView)>& row, std::string_view label);
  void abandon();

  ConnectOptions options;
  std::stop_token stop;
  LoadState load;  // the client library holds its address
  Session session;
  Flavor flavor{Family::mysql, {}};
  bool usable = false;
};

void Connection::Implementation::connect_with_any_password() {
  for (int left = passwords_tried;; --left) {
    try {
      return connect();
    } catch (const ServerError& error) {
      if (left == 1 || !options.other_password || !is_password_refused(error)) throw;
      const auto other = options.other_password(options.password, stop);
      if (!other) throw;
      options.password = *other;
    }
  }
}

void Connection::Implementation::connect() {
  guard_thread();
  base::throw_if_stopped(stop);
  session.reset(mysql_init(nullptr));
  if (!session) throw Error(Kind::failed, "no memory for a session");
  MYSQL* const raw = session.get();
  const bool local = is_socket_path(options.host);
  const auto seconds = static_cast<unsigned>(options.connect_timeout.count());
  const unsigned protocol = local ? MYSQL_PROTOCOL_SOCKET : MYSQL_PROTOCOL_TCP;
  const unsigned load_allowed = 1;  // told to the server at connect only; taken back below
  set_option(raw, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
  // A server that takes the connection and then says nothing (paused, hung) must not hold us.
  set_option(raw, MYSQL_OPT_READ_TIMEOUT, &seconds);
  set_option(raw, MYSQL_OPT_PROTOCOL, &protocol);
  set_option(raw, MYSQL_OPT_LOCAL_INFILE, &load_allowed);
  set_option(raw, MYSQL_OPT_MAX_ALLOWED_PACKET, &options.row_bytes_max);
  set_option(raw, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  if (!local && options.tls != Tls::none) set_tls(raw, options);
  mysql_set_local_infile_handler(raw, darbe_load_init, darbe_load_read, darbe_load_end, darbe_load_error, &load);
  if (mysql_real_connect(raw, local ? nullptr : options.host.c_str(), options.user.c_str(),
                         options.password.reveal().c_str(),
                         options.database.empty() ? nullptr : options.database.c_str(), options.port,
                         local ? options.host.c_str() : nullptr, CLIENT_MULTI_RESULTS) == nullptr)
    throw_error(fmt::format("connecting as {}", options.user), true);
  set_answer_timeout(raw, options.answer_timeout);
  set_load_allowed(0);
  if (!local) set_keepalive(mysql_get_socket(raw));
  usable = true;
}

void Connection::Implementation::prepare_session() {
  const auto run = [this](std::string_view sql) { interruptible([&] { send(sql, "preparing the session"); }); };
  run("SET NAMES utf8mb4");
  // Messages and LOAD DATA's counts are read in English.
  run("SET time_zone='+00:00', sql_mode='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', autocommit=1, "
      "wait_timeout=604800, lc_messages='en_US'");
  // A server's own limits would end long statements, and leave rows out of others in silence.
  run("SET sql_select_limit=18446744073709551615, sql_big_selects=1, sql_safe_updates=0");
  const Result version =
      interruptible([&] { return read_result("SELECT VERSION() AS version", "asking for the version"); });
  flavor = Flavor::from_server(version.text(0, "version"));
  if (!flavor.statement_time_limit().empty()) run(fmt::format("SET {}=0", flavor.statement_time_limit()));
}

Result Connection::Implementation::read_result(std::string_view sql, std::string_view label) {
  Result kept;
  bool found = false;
  send(sql, label);
  do {
    const Rows rows(mysql_use_result(session.get()));
    check(!rows && mysql_errno(session.get()) != 0, sql, label);
    if (!rows) continue;
    const bool keep = !found;
    found = true;
    if (keep) kept.columns = columns_of(rows.get());
    std::vector<Value> values(mysql_num_fields(rows.get()));
    while (MYSQL_ROW row = mysql_fetch_row(rows.get())) {
      if (!keep) continue;
      view_row(row, mysql_fetch_lengths(rows.get()), values);
      kept.rows.push_back(keep_row(values));
    }
    check(mysql_errno(session.get()) != 0, sql, label);
  } while (next_result(sql, label));
  return kept;
}

// Closing a session with rows unread would read them all: the socket is shut first.
void Connection::Implementation::abandon() {
  usable = false;
  ::shutdown(mysql_get_socket(session.get()), SHUT_RDWR);
}

void Connection::Implementation::stream_rows(std::string_view sql, const std::function<bool(RowView)>& row,
                                             std::string_view label) {
  send(sql, label);
  const Rows rows(mysql_use_result(session.get()));
  check(!rows, sql, label);
  std::vector<Value> values(mysql_num_fields(rows.get()));
  bool more = true;
  try {
    while (more) {
      MYSQL_ROW raw = mysql_fetch_row(rows.get());
      if (raw == nullptr) break;
      view_row(raw, mysql_fetch_lengths(rows.get()), values);
      more = row(values);
    }
  } catch (...) {
    abandon();
    throw;
  }
  if (!more) return abandon();
  check(mysql_errno(session.get()) != 0, sql, label);
}

Connection::Connection(const ConnectOptions& options, std::stop_token stop)
    : implementation_(std::make_unique<Implementation>(options, std::move(stop))) {
  implementation_->connect_with_any_password();
  implementation_->prepare_session();
}

Connection::~Connection() {
  if (implementation_) guard_thread();
}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

const Flavor& Connection::flavor() const { return implementation_->flavor; }
std::uint64_t Connection::id() const { return mysql_thread_id(implementation_->session.get()); }
const ConnectOptions& Connection::options() const { return implementation_->options; }
bool Connection::usable() const { return implementation_->usable; }

Outcome Connection::execute(std::string_view sql, std::string_view label) {
  auto& self = *implementation_;
  return self.interruptible([&] {
    Outcome outcome;
    self.send(sql, label);
    do {
      const Rows rows(mysql_use_result(self.session.get()));
      if (rows)
        while (mysql_fetch_row(rows.get()) != nullptr) {
        }
      self.check(mysql_errno(self.session.get()) != 0, sql, label);
      if (!rows) outcome = self.outcome();
    } while (self.next_result(sql, label));
    return outcome;
  });
}

Result Connection::query(std::string_view sql, std::string_view label) {
  return implementation_->interruptible([&] { return implementation_->read_result(sql, label); });
}

std::optional<std::string> Connection::value(std::string_view sql, std::string_view label) {
  Result result = query(sql, label);
  if (result.rows.empty() || result.rows[0].empty()) return std::nullopt;
  return std::move(result.rows[0][0]);
}

std::uint64_t Connection::number(std::string_view sql, std::string_view label) {
  const Result result = query(sql, label);
  if (result.columns.empty()) throw Error(Kind::failed, fmt::format("{}: the server sent no rows", first_words(sql)));
  return result.number(0, result.columns[0].name);
}

void Connection::stream(std::string_view sql, const std::function<bool(RowView)>& row, std::string_view label) {
  implementation_->interruptible([&] { implementation_->stream_rows(sql, row, label); });
}

Outcome Connection::load(std::string_view sql, const LoadSource& source, std::string_view label) {
  auto& self = *implementation_;
  std::optional<HangupWatch> hangup;
  std::size_t given = 0;
  const LoadSource watched = [&](char* room, std::size_t size) {
    const std::size_t count = source(room, size);
    given += count;
    if (!hangup && given > unwatched_bytes_max) hangup.emplace(mysql_get_socket(self.session.get()));
    return count;
  };
  self.load = {&watched, nullptr};
  self.set_load_allowed(1);
  const auto finish = [&] {
    self.set_load_allowed(0);
    self.load.source = nullptr;
  };
  try {
    Outcome outcome = self.interruptible([&] {
      self.send(sql, label);
      return self.outcome();
    });
    finish();
    return outcome;
  } catch (...) {
    finish();
    if (self.load.error) std::rethrow_exception(std::exchange(self.load.error, nullptr));
    throw;
  }
}

std::vector<Warning> Connection::warnings() {
  const Result result = query("SHOW WARNINGS");
  std::vector<Warning> warnings;
  for (std::size_t i = 0; i < result.size(); ++i)
    warnings.push_back(
        {result.text(i, "Level"), static_cast<unsigned>(result.number(i, "Code")), result.text(i, "Message")});
  return warnings;
}

unsigned sessions_to_take(Connection& server) {
  const std::uint64_t sessions = server.number("SELECT @@max_connections AS sessions", "reading max_connections");
  return static_cast<unsigned>(std::clamp<std::uint64_t>(sessions / 2, 1, std::numeric_limits<unsigned>::max()));
}

void end_session(Connection& server, std::uint64_t session) {
  try {
    server.execute(fmt::format("KILL {}", session), "ending a session");
  } catch (const ServerError& error) {
    // Else it is gone, which is what we want.
    if (error.kind() == Kind::transient || meaning_of(error) == Meaning::access_denied) throw;
  }
}

}  // namespace darbe::mysql
