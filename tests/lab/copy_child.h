// A copy in a process of its own: this test program again, told by its environment where to copy from and to.
#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "mysql/connection.h"
#include "servers/process.h"

namespace darbe::copy {

// In the child.
inline std::string environment(const std::string& name) {
  const char* text = std::getenv(("DARBE_TEST_" + name).c_str());
  return text == nullptr ? "" : text;
}

inline mysql::ConnectOptions options_from_environment(const std::string& side) {
  mysql::ConnectOptions options{.host = environment(side + "_HOST"),
                                .user = environment(side + "_USER"),
                                .password = base::Secret(environment(side + "_PASSWORD"))};
  options.tls_ca = environment(side + "_CA");
  if (options.tls_ca.empty()) options.tls = mysql::Tls::none;
  return options;
}

// In the test.
inline void add_environment(std::vector<std::string>& environment, const std::string& side,
                            const mysql::ConnectOptions& options) {
  environment.push_back("DARBE_TEST_" + side + "_HOST=" + options.host);
  environment.push_back("DARBE_TEST_" + side + "_USER=" + options.user);
  environment.push_back("DARBE_TEST_" + side + "_PASSWORD=" + options.password.reveal());
  environment.push_back("DARBE_TEST_" + side + "_CA=" + options.tls_ca);
}

// The program that runs the tests of `suite`, disabled ones too, and nothing else.
inline servers::Program child_program(const std::string& suite, const std::filesystem::path& log,
                                      const mysql::ConnectOptions& source, const mysql::ConnectOptions& target) {
  servers::Program program{
      .arguments = {"/proc/self/exe", fmt::format("--gtest_filter={}.*", suite), "--gtest_also_run_disabled_tests"},
      .output = log};
  add_environment(program.environment, "SOURCE", source);
  add_environment(program.environment, "TARGET", target);
  return program;
}

}  // namespace darbe::copy
