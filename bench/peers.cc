#include "peers.h"

#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "servers/process.h"

namespace darbe::bench {

namespace {

namespace fs = std::filesystem;

std::string client_command(const servers::TestServer& server, const std::string& program) {
  std::string command;
  for (const std::string& word : server.installation().client(program)) command += "'" + word + "' ";
  const mysql::ConnectOptions options = server.connect_options();
  return command + fmt::format("--no-defaults --host={} --port={} --user={} --ssl-mode=VERIFY_IDENTITY --ssl-ca='{}'",
                               options.host, options.port, options.user, options.tls_ca);
}

// A file for a program that takes a password from nowhere else but its command line, which others can see.
fs::path defaults_file(const servers::TestServer& server, const fs::path& path) {
  const mysql::ConnectOptions options = server.connect_options();
  base::write_file_atomically(
      path,
      fmt::format("[client]\nhost={}\nport={}\nuser={}\npassword={}\nssl-ca={}\n"
                  "ssl-verify-server-cert\n",
                  options.host, options.port, options.user, options.password.reveal(), options.tls_ca),
      0600);
  return path;
}

}  // namespace

void run_mysqldump(TwoServers& servers, const fs::path& folder) {
  // Each client has its own password.
  const std::string command = fmt::format(
      "set -o pipefail; MYSQL_PWD=\"$SOURCE_PASSWORD\" {} --single-transaction --order-by-primary --set-gtid-purged=OFF"
      " --databases {} | MYSQL_PWD=\"$TARGET_PASSWORD\" {}",
      client_command(servers.source(), "mysqldump"), database, client_command(servers.target(), "mysql"));
  servers::Program program{.arguments = {"bash", "-c", command}, .output = folder / "mysqldump.log"};
  program.environment = {"SOURCE_PASSWORD=" + servers.source().connect_options().password.reveal(),
                         "TARGET_PASSWORD=" + servers.target().connect_options().password.reveal()};
  servers::run(program, servers.stop());
}

void run_mydumper(TwoServers& servers, const fs::path& folder, unsigned threads) {
  const fs::path dump = folder / "mydumper";
  const auto run = [&](std::vector<std::string> arguments, const servers::TestServer& server) {
    const fs::path defaults = defaults_file(server, folder / (arguments.front() + ".cnf"));
    arguments.insert(arguments.end(),
                     {"--defaults-file=" + defaults.string(), "--ssl", "--ca=" + server.connect_options().tls_ca,
                      "--host=" + server.connect_options().host,
                      fmt::format("--port={}", server.connect_options().port), fmt::format("--threads={}", threads)});
    servers::run({.arguments = arguments, .output = folder / (arguments.front() + ".log")}, servers.stop());
  };
  run({"mydumper", fmt::format("--database={}", database), "--outputdir=" + dump.string()}, servers.source());
  run({"myloader", "--directory=" + dump.string()}, servers.target());
}

std::string mydumper_version(const fs::path& folder) {
  const fs::path answer = folder / "mydumper.version";
  try {
    servers::run({.arguments = {"dpkg-query", "-W", "-f", "${Package} ${Version}", "mydumper"}, .output = answer}, {});
  } catch (const base::Error&) {
    return {};
  }
  return servers::tail_of(answer, 1);
}

}  // namespace darbe::bench
