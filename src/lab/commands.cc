#include "lab/commands.h"

#include <charconv>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/stop_signals.h"
#include "http/client.h"
#include "lab/lab.h"
#include "lab/value.h"
#include "servers/install.h"

namespace darbe::lab {
namespace {

constexpr const char* about =
    "darbe-lab plays Amazon RDS on this machine, with real MySQL and MariaDB servers.\n"
    "\n"
    "  darbe-lab up                        serve until Ctrl-C; prints what to export when it is ready\n"
    "  eval \"$(darbe-lab env)\"             in another shell: point darbe, the AWS CLI and others at it\n"
    "  aws --endpoint-url $AWS_ENDPOINT_URL rds create-db-instance --db-instance-identifier putio16 \\\n"
    "      --engine mysql --db-instance-class db.t3.micro --allocated-storage 20 \\\n"
    "      --master-username root --master-user-password correct-horse\n"
    "\n"
    "It answers AWS's own protocols for RDS, EC2's security groups, STS, CloudWatch, Secrets Manager and KMS, on a\n"
    "loopback address only;\n"
    "requests must be signed with the key it prints. Each instance is a real server on an address of its own,\n"
    "with TLS from the lab's CA ($DARBE_TLS_CA). Nothing is billed and nothing leaves the machine.";

struct Arguments {
  std::string listen = "127.0.0.1:4510";
  std::string folder = default_folder().string();
  double speed = 1;
  std::string region = "eu-west-1";
  std::vector<std::string> kinds;
  std::string fault_word, fault_subject, fault_code, fault_status;
  std::int64_t fault_times = 1, fault_skip = 0, fault_minutes = 0;
  std::optional<std::int64_t> fault_max;
};

void split_listen(const std::string& listen, LabOptions& options) {
  const std::size_t colon = listen.rfind(':');
  options.address = listen.substr(0, colon);
  const std::string port = colon == std::string::npos ? "" : listen.substr(colon + 1);
  const auto [end, wrong] = std::from_chars(port.data(), port.data() + port.size(), options.port);
  if (port.empty() || wrong != std::errc() || end != port.data() + port.size())
    throw base::Error(base::Kind::usage, fmt::format("--listen wants ADDRESS:PORT, not '{}'", listen));
}

int up(const Arguments& arguments) {
  base::StopSignals signals;
  LabOptions options;
  split_listen(arguments.listen, options);
  options.folder = arguments.folder;
  options.speed = arguments.speed;
  options.region = arguments.region;
  Lab lab(options);
  fmt::print("# darbe-lab is ready. Servers, keys and logs are in {}.\n{}", arguments.folder,
             shell_lines(lab.environment()));
  std::fflush(stdout);
  lab.run(signals.token());
  log::info("stopping the servers");
  return 0;
}

int environment(const Arguments& arguments) {
  fmt::print("{}", printed_environment(arguments.folder));
  return 0;
}

int install(const Arguments& arguments) {
  auto kinds = arguments.kinds;
  if (kinds.empty())
    kinds = {std::string(servers::mysql_current), std::string(servers::mysql_old), std::string(servers::mariadb)};
  base::StopSignals signals;
  const auto progress = [](const std::string& line) { fmt::print(stderr, "{}\n", line); };
  for (const std::string& kind : kinds) {
    const auto installed = servers::install(kind, progress, signals.token());
    // An empty folder is the system's own.
    const std::string folder = installed.folder.empty() ? "/usr" : installed.folder.string();
    fmt::print("{} {} in {}\n", installed.kind, installed.version, folder);
  }
  return 0;
}

std::string endpoint_of(const std::string& folder) {
  const std::string lines = printed_environment(folder);
  const std::string name = "AWS_ENDPOINT_URL=";
  const std::size_t start = lines.find(name) + name.size();
  return lines.substr(start, lines.find('\n', start) - start);
}

Value ask(const std::string& method, const std::string& url, const Value& body) {
  http::Call call;
  call.method = method;
  call.url = url;
  call.headers = {{"content-type", "application/json"}};
  call.body = method == "POST" ? to_json(body) : "";
  const http::Answer answer = http::call(call, {});
  const Value value = from_json(answer.body);
  if (answer.status != 200) throw base::Error(base::Kind::refused, value.at("error").text());
  return value;
}

int fault(const Arguments& arguments) {
  const std::string url = endpoint_of(arguments.folder) + "/lab/faults";
  if (arguments.fault_word == "clear") {
    ask("DELETE", url, {});
    return 0;
  }
  Value wanted;
  wanted["fault"] = arguments.fault_word;
  const bool of_action =
      arguments.fault_word == "fail" || arguments.fault_word == "lose" || arguments.fault_word == "stick";
  const bool of_account = arguments.fault_word == "quota";
  wanted["minutes"] = arguments.fault_minutes;
  wanted[of_action ? "action" : of_account ? "quota" : "instance"] = arguments.fault_subject;
  if (of_account && arguments.fault_max) wanted["max"] = *arguments.fault_max;
  wanted["times"] = arguments.fault_times;
  wanted["skip"] = arguments.fault_skip;
  if (!arguments.fault_code.empty()) wanted["code"] = arguments.fault_code;
  if (!arguments.fault_status.empty()) wanted["word"] = arguments.fault_status;
  Value answer = ask("POST", url, wanted);
  const auto done = [&] {
    if (answer.has("id")) answer = ask("GET", fmt::format("{}/{}", url, answer.at("id").number()), {});
    return !answer.has("id") || answer.at("done").truth();
  };
  if (!base::poll_until({std::chrono::milliseconds(50), std::chrono::minutes(2)}, {}, done))
    throw base::Error(base::Kind::failed, "the lab did not get to it within two minutes");
  if (const std::string error = answer.at("error").text(); !error.empty()) throw base::Error(base::Kind::failed, error);
  return 0;
}

void add_folder(CLI::App& command, Arguments& arguments) {
  command.add_option("--dir", arguments.folder, "The lab's folder")->capture_default_str();
}

void add_up(CLI::App& app, Arguments& arguments) {
  CLI::App* command =
      app.add_subcommand("up", "Serve until SIGTERM or SIGINT; installs MySQL and AWS's API models if missing");
  command->add_option("--listen", arguments.listen, "ADDRESS:PORT on loopback; port 0 takes a free one")
      ->capture_default_str();
  add_folder(*command, arguments);
  command->add_option("--speed", arguments.speed, "How much faster than itself the lab's waiting passes")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  command->add_option("--region", arguments.region, "The region it plays")->capture_default_str();
}

void add_fault(CLI::App& app, Arguments& arguments) {
  CLI::App* command = app.add_subcommand("fault", "Order a fault: docs/lab.md lists them");
  command
      ->add_option(
          "fault", arguments.fault_word,
          "fail | lose | stick | hide (an API action) | kill | start | pause | resume | move | cut | slow | heal | "
          "maintenance | status (an instance) | quota | expire (the credentials of all roles) | "
          "clock | clear")
      ->required();
  command->add_option("subject", arguments.fault_subject,
                      "The action (CreateDBInstance), instance (putio16) or quota (DBInstances)");
  command->add_option("--code", arguments.fault_code, "fail: the error code (Throttling)");
  command->add_option("--max", arguments.fault_max, "quota: what it is from now on; AWS's default without it");
  command->add_option("--minutes", arguments.fault_minutes, "clock: how far AWS's is ahead; below 0 behind")
      ->capture_default_str();
  command->add_option("--word", arguments.fault_status, "status: what the instance says it is; its own without it");
  command->add_option("--times", arguments.fault_times, "fail, lose, stick, hide: how often")->capture_default_str();
  command->add_option("--skip", arguments.fault_skip, "fail, lose, stick, hide: how often the action passes first")
      ->capture_default_str();
  add_folder(*command, arguments);
}

int run(const CLI::App& app, const Arguments& arguments) {
  if (app.got_subcommand("up")) return up(arguments);
  if (app.got_subcommand("env")) return environment(arguments);
  if (app.got_subcommand("install")) return install(arguments);
  return fault(arguments);
}

}  // namespace

int run_command_line(int argc, char** argv) {
  Arguments arguments;
  CLI::App app(about, "darbe-lab");
  app.require_subcommand(1);
  app.set_version_flag("--version", DARBE_VERSION);
  add_up(app, arguments);
  add_folder(*app.add_subcommand("env", "Print again what a client needs to export"), arguments);
  app.add_subcommand("install", "Fetch servers into the cache, ${XDG_CACHE_HOME:-~/.cache}/darbe-lab")
      ->add_option("server", arguments.kinds, "mysql-9.7, mysql-5.6, mariadb (all three if none is named), aws-models");
  add_fault(app, arguments);
  try {
    app.parse(argc, argv);
    return run(app, arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : base::exit_status(base::Kind::usage);
  } catch (const std::exception& error) {
    for (const std::string& line : base::lines_of(error)) fmt::print(stderr, "darbe-lab: {}\n", line);
    if (const std::string advice = base::advice_of(error); !advice.empty()) fmt::print(stderr, "{}\n", advice);
    return base::exit_status(base::kind_of(error));
  }
}

}  // namespace darbe::lab
