#include "servers/test_server.h"

#include <fmt/format.h>

#include "base/log.h"
#include "base/random.h"
#include "mysql/quote.h"

namespace darbe::servers {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view user = "root";

void give_root_a_password(const Server& server, const base::Secret& password) {
  mysql::Connection connection(server.local(user), {});
  const std::string secret = mysql::quote_text(password.reveal());
  const std::string remote = mysql::quote_account(user, "%");
  connection.execute("SET sql_log_bin = 0");
  connection.execute(fmt::format("CREATE USER {} IDENTIFIED BY {}", remote, secret), "CREATE USER root");
  connection.execute(fmt::format("GRANT ALL ON *.* TO {} WITH GRANT OPTION", remote));
}

void tls_arguments(std::vector<std::string>& arguments, const fs::path& folder) {
  arguments.push_back("--ssl-ca=" + (folder / "ca.pem").string());
  arguments.push_back("--ssl-cert=" + (folder / "server-cert.pem").string());
  arguments.push_back("--ssl-key=" + (folder / "server-key.pem").string());
}

Installation install_loudly(std::string_view kind) {
  return install(kind, [](const std::string& line) { log::info("{}", line); });
}

}  // namespace

TestServer::TestServer(const TestServerOptions& options)
    : installation_(install_loudly(options.kind)),
      address_(block_.take()),
      port_(options.port),
      password_(base::random_hex(12)),
      server_(installation_) {
  make_data_folder(installation_, {.arguments = options.made_with}, folder_.path());
  const CertificateAuthority authority(folder_.path());
  authority.issue({.addresses = {address_}, .names = {"localhost"}}, folder_.path());
  start(options.arguments);
  give_root_a_password(server_, password_);
}

TestServer::~TestServer() { server_.kill(); }

void TestServer::start() { start(arguments_); }

void TestServer::start(std::vector<std::string> arguments) {
  arguments_ = std::move(arguments);
  ServerOptions options{.folder = folder_.path(), .address = address_, .port = port_};
  options.arguments = small_server_arguments(installation_);
  // Without names a client over TCP is never localhost, whose root has no password.
  options.arguments.push_back("--skip-name-resolve");
  if (installation_.flavor.has_tls()) tls_arguments(options.arguments, folder_.path());
  if (installation_.flavor.at_least(8, 0) && !installation_.flavor.is_mariadb())
    options.arguments.push_back("--skip-log-bin");
  options.arguments.insert(options.arguments.end(), arguments_.begin(), arguments_.end());
  server_.start(options);
}

std::string TestServer::ca_file() const { return folder_.path() / "ca.pem"; }

mysql::ConnectOptions TestServer::connect_options(std::string_view database) const {
  mysql::ConnectOptions options = connect_options_for(user, password_);
  options.database = database;
  return options;
}

mysql::ConnectOptions TestServer::connect_options_for(std::string_view name, const base::Secret& password) const {
  const bool tls = installation_.flavor.has_tls();
  return {.host = address_,
          .port = port_,
          .user = std::string(name),
          .password = password,
          .database = {},
          .tls = tls ? mysql::Tls::verify_identity : mysql::Tls::none,
          .tls_ca = tls ? ca_file() : std::string()};
}

}  // namespace darbe::servers
