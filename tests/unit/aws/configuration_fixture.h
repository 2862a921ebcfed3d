// An environment of its own, with AWS's two files in a folder of its own.
#pragma once

#include <map>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "aws/configuration.h"
#include "base/error.h"
#include "base/file.h"

namespace darbe::aws {

class ConfigurationTest : public testing::Test {
 protected:
  ConfigurationTest() {
    variables["AWS_SHARED_CREDENTIALS_FILE"] = (folder.path() / "credentials").string();
    variables["AWS_CONFIG_FILE"] = (folder.path() / "config").string();
    variables["HOME"] = folder.path().string();
    variables["AWS_EC2_METADATA_DISABLED"] = "true";  // what is not set up here must not be looked for
  }

  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((folder.path() / name).parent_path());
    base::write_file_atomically(folder.path() / name, text);
  }
  Environment environment() const {
    return [variables = variables](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      if (found == variables.end()) return std::nullopt;
      return found->second;
    };
  }
  Configuration configure_with(const Flags& flags = {}) const { return configure(flags, environment()); }
  Credentials credentials_with(const Flags& flags = {"eu-west-1", "", ""}) const {
    return configure_with(flags).credentials({}, {});
  }
  // The error's text and advice.
  std::string complaint_about(const Flags& flags = {}) const {
    try {
      configure_with(flags);
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::Kind::usage);
      return std::string(error.what()) + " " + error.advice();
    }
    ADD_FAILURE() << "there is nothing to complain about";
    return {};
  }
  void set_keys() {
    variables["AWS_ACCESS_KEY_ID"] = "AKENV";
    variables["AWS_SECRET_ACCESS_KEY"] = "env-secret";
  }

  base::TemporaryFolder folder;
  std::map<std::string, std::string> variables;
};

}  // namespace darbe::aws
