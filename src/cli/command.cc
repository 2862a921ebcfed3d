#include "cli/command.h"

#include <functional>

#include <CLI/CLI.hpp>

#include "base/error.h"
#include "cli/plan.h"
#include "cli/setup.h"
#include "cli/status.h"
#include "cli/undo.h"

namespace darbe::cli {

namespace {

// The original had no commands: its flags alone mean setup.
void insert_setup(std::vector<std::string>& arguments) {
  if (arguments.size() < 2 || !arguments[1].starts_with("-")) return;
  if (arguments[1] == "-h" || arguments[1] == "--help" || arguments[1] == "--version") return;
  arguments.insert(arguments.begin() + 1, "setup");
}

}  // namespace

int run_command(std::vector<std::string> arguments, std::stop_token stop) {
  CLI::App app(
      "darbe builds a new, compact RDS instance from a logical copy of an old one, proves every row equal, and leaves "
      "it\n"
      "replicating at zero lag.");
  app.name("darbe");
  app.set_version_flag("--version", "darbe " DARBE_VERSION);
  app.require_subcommand(1);
  app.footer(
      "`darbe COMMAND --help` shows a command's flags, an example and its exit codes. `darbe --flags` without a "
      "command "
      "is\n"
      "`darbe setup --flags`. Begin with:\n"
      "  darbe setup --region eu-west-1 --source-instance-id putio16 --new-instance-id putio17 --master-user-name "
      "root\n"
      "To rehearse that on this machine: darbe-lab --help");
  std::function<int(std::stop_token)> chosen;
  add_setup(app, chosen);
  add_plan(app, chosen);
  add_status(app, chosen);
  add_undo(app, chosen);
  insert_setup(arguments);
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  try {
    app.parse(static_cast<int>(pointers.size()), pointers.data());
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : base::exit_status(base::Kind::usage);
  }
  return chosen(stop);
}

}  // namespace darbe::cli
