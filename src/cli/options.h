// Flags that several commands share, and where a password comes from.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "base/secret.h"
#include "cli/reporters.h"
#include "mysql/connection.h"

namespace CLI {
class App;
}

namespace darbe::cli {

struct CommonOptions {
  std::string region;
  std::string new_instance_id;
  std::string profile;
  std::string endpoint_url;
  std::string tls_ca;
  std::string tls_mode = "verify-identity";
  std::string master_user_name;
  std::string master_user_password;
  std::string master_user_password_file;
  std::string master_user_secret;  // ARN
  std::string output = "text";
  bool yes = false;
  bool debug = false;

  Output output_kind() const { return output == "json" ? Output::json : Output::automatic; }
};

void add_common_flags(CLI::App& command, CommonOptions& options);

// The group in a command's help for flags that name the run.
inline constexpr const char* which_run = "Which run";

// The exit code of a command that did its work and found something that a person must see to: no error, and not all is
// well. Those of errors: base/error.h.
inline constexpr int exit_needs_person = 6;

// What every command's help ends with.
inline constexpr const char* exit_codes =
    "Exit codes: 0 done, 1 failed (the same command goes on), 2 wrong command line or file, 3 refused by a check,\n"
    "4 source and target differ, 5 it can't be known what happened, 6 (status) something needs a person, 130 stopped.";

// From --master-user-password (with a warning), --master-user-password-file, DARBE_MASTER_USER_PASSWORD or a prompt on
// a terminal, in this order. Throws: Error{usage} when there is none, or none is typed; Error{interrupted}.
base::Secret master_user_password(const CommonOptions& options, const std::stop_token& stop);

// What --tls-mode asks for; warns of all but the default.
mysql::Tls tls_mode(const CommonOptions& options);

// The CA for connections to servers: --tls-ca, DARBE_TLS_CA, or RDS's bundle where it usually lies.
// Throws: Error{usage} when there is none or it can't be read.
std::string tls_ca_file(const CommonOptions& options);

// Asks on a terminal. True for "yes". Throws: Error{usage} that names --yes where there is no terminal;
// Error{interrupted}.
bool confirmed(const CommonOptions& options, const std::string& question, const std::stop_token& stop);

// The flags that another command about the same run needs as well, for a shell; never the password.
std::string repeated_flags(const CommonOptions& options, const std::string& region);

// As a POSIX shell takes it for one word.
std::string shell_quoted(const std::string& text);

// "a, b,c" -> a b c
std::vector<std::string> split_list(const std::string& text);

}  // namespace darbe::cli
