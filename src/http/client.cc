#include "http/client.h"

#include <algorithm>
#include <memory>
#include <string_view>

#include <curl/curl.h>
#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/letters.h"

namespace darbe::http {

using base::Error;
using base::Kind;

namespace {

// libcurl's process-wide state; made before the first handle, kept until the process ends.
void initialize() {
  static const CURLcode result = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (result != CURLE_OK) throw Error(Kind::failed, fmt::format("libcurl: {}", curl_easy_strerror(result)));
}

struct Cleanup {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct CleanupMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
using Easy = std::unique_ptr<CURL, Cleanup>;
using Multi = std::unique_ptr<CURLM, CleanupMulti>;
using HeaderList = std::unique_ptr<curl_slist, Cleanup>;

// The easy handle's place in the multi handle, for as long as the call lasts.
class Membership {
 public:
  Membership(CURLM* multi, CURL* easy) : multi_(multi), easy_(easy) { curl_multi_add_handle(multi_, easy_); }
  ~Membership() { curl_multi_remove_handle(multi_, easy_); }
  Membership(const Membership&) = delete;
  Membership& operator=(const Membership&) = delete;

 private:
  CURLM* multi_;
  CURL* easy_;
};

std::string host_of(const std::string& url) {
  const std::unique_ptr<CURLU, Cleanup> parsed(curl_url());
  char* host = nullptr;
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
      curl_url_get(parsed.get(), CURLUPART_HOST, &host, 0) != CURLUE_OK) {
    throw Error(Kind::usage, fmt::format("'{}' is not a URL", url));
  }
  const std::string result = host;
  curl_free(host);
  return result;
}

bool is_loopback(std::string_view host) { return host == "localhost" || host == "[::1]" || host.starts_with("127."); }

std::size_t append_body(char* data, std::size_t size, std::size_t count, void* answer) {
  static_cast<Answer*>(answer)->body.append(data, size * count);
  return size * count;
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* answer) {
  const std::string_view line(data, size * count);
  auto& headers = static_cast<Answer*>(answer)->headers;
  if (line.starts_with("HTTP/")) headers.clear();  // after a "100 Continue" comes the real answer
  if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    headers[base::lower(line.substr(0, colon))] = trimmed(line.substr(colon + 1));
  }
  return size * count;
}

HeaderList headers_of(const Call& call) {
  HeaderList list;
  const auto add = [&list](const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(list.release());
    list.reset(longer);
  };
  add("Expect:");  // no round trip before the body
  for (const auto& [name, value] : call.headers) add(fmt::format("{}: {}", name, value));
  return list;
}

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
  const CURLcode result = curl_easy_setopt(easy, option, value);
  if (result != CURLE_OK) throw Error(Kind::failed, fmt::format("libcurl: {}", curl_easy_strerror(result)));
}

void describe(CURL* easy, const Call& call, const HeaderList& headers, const std::string& host) {
  set(easy, CURLOPT_URL, call.url.c_str());
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_CUSTOMREQUEST, call.method.c_str());
  set(easy, CURLOPT_HTTPHEADER, headers.get());
  if (call.method == "HEAD") set(easy, CURLOPT_NOBODY, 1L);
  if (!call.body.empty() || call.method == "POST") {
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
    set(easy, CURLOPT_POSTFIELDS, call.body.c_str());
  }
  if (!call.ca_file.empty()) set(easy, CURLOPT_CAINFO, call.ca_file.c_str());
  if (call.is_direct || is_loopback(host)) set(easy, CURLOPT_NOPROXY, "*");
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(call.timeout.count()));
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, std::min(static_cast<long>(call.timeout.count()), 10'000L));
}

void receive_into(CURL* easy, Answer& answer) {
  set(easy, CURLOPT_WRITEFUNCTION, append_body);
  set(easy, CURLOPT_WRITEDATA, &answer);
  set(easy, CURLOPT_HEADERFUNCTION, take_header);
  set(easy, CURLOPT_HEADERDATA, &answer);
}

// Performs the transfer; a stop wakes the poll from whatever thread asks for it.
CURLcode transfer(CURLM* multi, CURL* easy, const std::stop_token& stop) {
  const Membership membership(multi, easy);
  const std::stop_callback wake(stop, [multi] { curl_multi_wakeup(multi); });
  for (int running = 1; running > 0;) {
    base::throw_if_stopped(stop);
    CURLMcode result = curl_multi_perform(multi, &running);
    if (result == CURLM_OK && running > 0) result = curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
    if (result != CURLM_OK) throw Error(Kind::failed, fmt::format("libcurl: {}", curl_multi_strerror(result)));
  }
  int left = 0;
  const CURLMsg* message = curl_multi_info_read(multi, &left);
  DARBE_ASSERT(message != nullptr && message->msg == CURLMSG_DONE);
  return message->data.result;
}

[[noreturn]] void throw_no_answer(CURLcode code, const std::string& detail, const std::string& host) {
  const std::string text =
      fmt::format("no answer from {}: {}", host, detail.empty() ? curl_easy_strerror(code) : detail);
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
      throw Error(Kind::failed, text,
                  "Check that the certificate authority given is the one that signed the server's.");
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      throw Error(Kind::usage, text);
    case CURLE_COULDNT_RESOLVE_HOST:
      throw Error(Kind::transient, text, "Check the name (a region's is part of it) and this machine's DNS.");
    default:
      throw Error(Kind::transient, text);
  }
}

}  // namespace

Answer call(const Call& call, std::stop_token stop) {
  base::throw_if_stopped(stop);
  initialize();
  const std::string host = host_of(call.url);
  const Easy easy(curl_easy_init());
  const Multi multi(curl_multi_init());
  if (!easy || !multi) throw std::bad_alloc();
  const HeaderList headers = headers_of(call);
  char detail[CURL_ERROR_SIZE] = "";
  Answer answer;
  describe(easy.get(), call, headers, host);
  receive_into(easy.get(), answer);
  set(easy.get(), CURLOPT_ERRORBUFFER, detail);
  const CURLcode result = transfer(multi.get(), easy.get(), stop);
  if (result != CURLE_OK) throw_no_answer(result, detail, host);
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  return answer;
}

}  // namespace darbe::http
