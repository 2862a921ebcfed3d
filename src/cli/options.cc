#include "cli/options.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/letters.h"
#include "base/log.h"

namespace darbe::cli {

namespace {

using base::Error;
using base::Kind;

constexpr const char* access_group = "Access";
constexpr const char* output_group = "Output";

// Typing stays invisible while the object lives, the end of the line as well.
class SilentTerminal {
 public:
  SilentTerminal() {
    ::tcgetattr(STDIN_FILENO, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~SilentTerminal() {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    fmt::print(stderr, "\n");
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

 private:
  termios before_{};
};

constexpr int until_next_look_ms = 50;  // a stop is seen as soon

bool is_readable(int file) {
  pollfd one{file, POLLIN, 0};
  return ::poll(&one, 1, until_next_look_ms) > 0;
}

// A line typed on the terminal, without its end; empty at the end of input. Throws: Error{interrupted}.
std::string typed_line(const std::stop_token& stop) {
  std::string line;
  for (char letter = 0;;) {
    while (!is_readable(STDIN_FILENO)) base::throw_if_stopped(stop);
    if (::read(STDIN_FILENO, &letter, 1) != 1 || letter == '\n') return line;
    line += letter;
  }
}

base::Secret password_from_prompt(const std::stop_token& stop) {
  fmt::print(stderr, "Password of the master user: ");
  const SilentTerminal silent;
  return base::Secret(typed_line(stop));
}

// Amazon RDS API Reference, CreateDBInstance, DBInstanceIdentifier.
bool is_identifier(const std::string& name) {
  if (name.empty() || name.size() > 63 || std::isalpha(static_cast<unsigned char>(name.front())) == 0) return false;
  if (name.back() == '-' || name.find("--") != std::string::npos) return false;
  return std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; });
}

std::string complaint_about_identifier(const std::string& name) {
  if (is_identifier(name)) return {};
  return fmt::format(
      "'{}' is no name for an instance: names have 1 to 63 letters, digits and hyphens, begin with a letter, and have "
      "no hyphen at the end or beside another",
      name);
}

void add_access_flags(CLI::App& command, CommonOptions& options) {
  command
      .add_option("--master-user-name", options.master_user_name,
                  "The source's master user; the new instance gets the same.\nElse the one that AWS names")
      ->option_text("NAME")
      ->group(access_group);
  command
      .add_option("--master-user-password-file", options.master_user_password_file,
                  "A file with its password. Else DARBE_MASTER_USER_PASSWORD,\nelse it is asked for on the terminal")
      ->option_text("FILE")
      ->group(access_group);
  command
      .add_option("--master-user-secret", options.master_user_secret,
                  "A secret in AWS Secrets Manager with its password, as RDS\nkeeps them: JSON with username and "
                  "password")
      ->option_text("ARN")
      ->excludes("--master-user-password-file")
      ->group(access_group);
  command
      .add_option("--master-user-password", options.master_user_password,
                  "The password itself: others on this machine can read it in\nthe process list")
      ->option_text("TEXT")
      ->excludes("--master-user-secret")
      ->group(access_group);
  command
      .add_option("--profile", options.profile,
                  "Profile in AWS's credentials and config files. Else the\nenvironment's keys, AWS_PROFILE or default")
      ->option_text("NAME")
      ->group(access_group);
  command.add_option("--endpoint-url", options.endpoint_url, "Send AWS requests there. Else AWS_ENDPOINT_URL, or AWS")
      ->option_text("URL")
      ->group(access_group);
  command
      .add_option(
          "--tls-ca", options.tls_ca,
          "PEM file with the CA of the servers' certificates. Else\nDARBE_TLS_CA, or global-bundle.pem here, in "
          "the home folder, in\n/etc/ssl/certs or in /etc/pki/tls/certs")
      ->option_text("FILE")
      ->group(access_group);
  command
      .add_option(
          "--tls-mode", options.tls_mode,
          "What servers must prove: verify-identity (the default),\nverify-ca (not their names), required (only "
          "encryption)")
      ->option_text("MODE")
      ->check(CLI::IsMember({"verify-identity", "verify-ca", "required"}))
      ->group(access_group);
}

std::string without_line_end(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

}  // namespace

void add_common_flags(CLI::App& command, CommonOptions& options) {
  command.get_formatter()->column_width(34);
  command.add_option("--region", options.region, "AWS region. Else AWS_REGION, AWS_DEFAULT_REGION or the profile's")
      ->option_text("REGION")
      ->group(which_run);
  command.add_option("--new-instance-id", options.new_instance_id, "The instance that the run builds")
      ->option_text("ID (required)")
      ->required()
      ->check(complaint_about_identifier)
      ->transform(base::lower)
      ->group(which_run);
  add_access_flags(command, options);
  command
      .add_option("--output", options.output,
                  "text (the default), or json: one event a line on standard\noutput and nothing else there")
      ->option_text("text|json")
      ->check(CLI::IsMember({"text", "json"}))
      ->group(output_group);
  command.add_flag("--yes", options.yes, "Don't ask. Only undo does")->group(output_group);
  command.add_flag("--debug", options.debug, "Log every AWS request and how it was answered, secrets starred")
      ->group(output_group);
}

base::Secret master_user_password(const CommonOptions& options, const std::stop_token& stop) {
  if (!options.master_user_password.empty()) {
    log::warning(
        "a password on the command line can be read in the process list and stays in the shell's history; "
        "better: --master-user-password-file or DARBE_MASTER_USER_PASSWORD");
    return base::Secret(options.master_user_password);
  }
  if (!options.master_user_password_file.empty()) {
    try {
      return base::Secret(without_line_end(base::read_file(options.master_user_password_file)));
    } catch (const Error& error) {
      throw Error(Kind::usage, error.what(), "Name a file that this user can read.");
    }
  }
  if (const char* text = std::getenv("DARBE_MASTER_USER_PASSWORD"); text != nullptr && *text != '\0')
    return base::Secret(text);
  if (::isatty(STDIN_FILENO) == 1)
    if (base::Secret typed = password_from_prompt(stop); !typed.empty()) return typed;
  throw Error(Kind::usage, "the master user's password is missing",
              "Give --master-user-password-file FILE or set DARBE_MASTER_USER_PASSWORD.");
}

mysql::Tls tls_mode(const CommonOptions& options) {
  if (options.tls_mode == "verify-identity") return mysql::Tls::verify_identity;
  if (options.tls_mode == "verify-ca") {
    log::warning("--tls-mode verify-ca: the servers' names are not checked; any server of the same CA may answer");
    return mysql::Tls::verify_ca;
  }
  log::warning(
      "--tls-mode required: nothing proves that the servers are the ones named; passwords and rows may go astray");
  return mysql::Tls::required;
}

std::string tls_ca_file(const CommonOptions& options) {
  const char* environment = std::getenv("DARBE_TLS_CA");
  const std::string named = !options.tls_ca.empty() ? options.tls_ca : environment != nullptr ? environment : "";
  if (!named.empty()) {
    if (::access(named.c_str(), R_OK) != 0)
      throw Error(Kind::usage, fmt::format("the CA file {} can't be read", named),
                  "Name the PEM file with --tls-ca FILE.");
    return named;
  }
  const char* home = std::getenv("HOME");
  const std::filesystem::path bundles[] = {"global-bundle.pem",
                                           std::filesystem::path(home != nullptr ? home : "/") / "global-bundle.pem",
                                           "/etc/ssl/certs/global-bundle.pem", "/etc/pki/tls/certs/global-bundle.pem"};
  for (const auto& bundle : bundles)
    if (::access(bundle.c_str(), R_OK) == 0) return bundle.string();
  throw Error(
      Kind::usage, "the servers' identity can't be checked: no CA file was found",
      "Download RDS's global-bundle.pem (see \"Using SSL/TLS to encrypt a connection to a DB instance\" in the RDS "
      "user guide) and name it with --tls-ca FILE.");
}

bool confirmed(const CommonOptions& options, const std::string& question, const std::stop_token& stop) {
  if (options.yes) return true;
  if (::isatty(STDIN_FILENO) != 1)
    throw Error(Kind::usage, "there is no terminal to ask on", "Say --yes if you mean it.");
  fmt::print(stderr, "{} [yes/no] ", question);
  return typed_line(stop) == "yes";
}

std::string shell_quoted(const std::string& text) {
  const auto is_plain = [](unsigned char c) { return std::isalnum(c) != 0 || std::strchr("_@%+=:,./-", c) != nullptr; };
  if (!text.empty() && std::ranges::all_of(text, is_plain)) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string repeated_flags(const CommonOptions& options, const std::string& region) {
  std::string flags =
      fmt::format("--region {} --new-instance-id {}", shell_quoted(region), shell_quoted(options.new_instance_id));
  for (const auto& [flag, value] : {std::pair("--master-user-name", &options.master_user_name),
                                    {"--master-user-password-file", &options.master_user_password_file},
                                    {"--master-user-secret", &options.master_user_secret},
                                    {"--profile", &options.profile},
                                    {"--endpoint-url", &options.endpoint_url},
                                    {"--tls-ca", &options.tls_ca}})
    if (!value->empty()) flags += fmt::format(" {} {}", flag, shell_quoted(*value));
  if (options.tls_mode != CommonOptions().tls_mode) flags += " --tls-mode " + options.tls_mode;
  return flags;
}

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> names;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    std::string name = text.substr(begin, end - begin);
    name.erase(0, name.find_first_not_of(' '));
    name.erase(name.find_last_not_of(' ') + 1);
    if (!name.empty()) names.push_back(std::move(name));
    begin = end + 1;
  }
  return names;
}

}  // namespace darbe::cli
