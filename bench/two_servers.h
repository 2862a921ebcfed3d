// The source and the target of all runs: two real servers on this machine, which take clients over TCP with TLS only.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/log.h"
#include "figures.h"
#include "mysql/connection.h"
#include "servers/test_server.h"

namespace darbe::bench {

// What every run copies.
inline constexpr std::string_view database = "bench";

class TwoServers {
 public:
  // The target's server may read files in `files`.
  TwoServers(const std::filesystem::path& files, std::stop_token stop);

  const servers::TestServer& source() const { return source_; }
  const servers::TestServer& target() const { return target_; }
  mysql::Connection& source_session() { return source_session_; }
  mysql::Connection& target_session() { return target_session_; }
  const std::stop_token& stop() const { return stop_; }

  // Drops what was copied, with the ledger.
  void empty_target();
  double target_tablespace_mb();
  void let_in_without_tls(bool yes);

  // Runs `work` on an empty target and looks whether all rows came.
  Run measure(const Contents& expected, const std::function<void()>& work);
  // Only what `work` takes, of this process, its ended children, and both servers.
  Usage usage_of(const std::function<void()>& work);

 private:
  const std::stop_token stop_;
  servers::TestServer source_;
  servers::TestServer target_;
  mysql::Connection source_session_;
  mysql::Connection target_session_;
};

// While it lives the servers take clients without TLS too.
class PlainText {
 public:
  explicit PlainText(TwoServers& servers) : servers_(servers) { servers_.let_in_without_tls(true); }
  ~PlainText() {
    try {
      servers_.let_in_without_tls(false);
    } catch (const base::Error& error) {
      log::warning("the servers still take clients without TLS: {}", error.what());
    }
  }
  PlainText(const PlainText&) = delete;
  PlainText& operator=(const PlainText&) = delete;

 private:
  TwoServers& servers_;
};

// Tables, rows and bytes of the database.
Contents contents_of(mysql::Connection& session);

// What both servers are started with, for people.
std::string server_settings();

}  // namespace darbe::bench
