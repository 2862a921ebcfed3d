// A plain server for one test suite: installed if missing, started from a template, killed and removed at the end.
//
//   servers::TestServer source({.kind = "mysql-9.7", .arguments = {"--log-bin=binlog", "--server-id=1"}});
//   mysql::Connection connection(source.connect_options(), {});
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "mysql/connection.h"
#include "servers/addresses.h"
#include "servers/certificate.h"
#include "servers/server.h"

namespace darbe::servers {

struct TestServerOptions {
  std::string_view kind = mysql_current;
  // On top of small_server_arguments(); without --log-bin the binlog is off.
  std::vector<std::string> arguments{};
  std::vector<std::string> made_with{};  // its data folder: TemplateOptions::arguments
  unsigned port = 3306;
};

class TestServer {
 public:
  explicit TestServer(const TestServerOptions& options = {});
  ~TestServer();

  // Root, who may do everything, over TCP; with TLS but on 5.6.
  mysql::ConnectOptions connect_options(std::string_view database = {}) const;
  // The same for another account.
  mysql::ConnectOptions connect_options_for(std::string_view user, const base::Secret& password) const;

  const Installation& installation() const { return installation_; }
  const std::string& address() const { return address_; }
  std::string ca_file() const;
  std::filesystem::path socket() const { return server_.socket(); }  // for root's command-line clients
  std::filesystem::path data() const { return server_.data(); }

  void kill() { server_.kill(); }
  void pause() { server_.pause(); }
  void resume() { server_.resume(); }
  void stop() { server_.stop(); }
  // Starts it again after kill() or stop(), on the same address; `arguments` take the place of the first ones if given.
  void start();
  void start(std::vector<std::string> arguments);
  Server& server() { return server_; }

 private:
  Installation installation_;
  base::TemporaryFolder folder_;
  AddressBlock block_;
  std::string address_;
  unsigned port_;
  base::Secret password_;
  std::vector<std::string> arguments_;
  Server server_;
};

}  // namespace darbe::servers
