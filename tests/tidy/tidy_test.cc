// House rules that no compiler checks.
#include <cstdio>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"

namespace darbe {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;
using testing::Not;

const fs::path root = DARBE_SOURCE_DIR;

std::vector<fs::path> files_below(const fs::path& folder, const std::set<std::string>& extensions) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && extensions.contains(entry.path().extension())) found.push_back(entry.path());
  return found;
}

std::vector<std::string> lines_of(const fs::path& file) {
  std::istringstream text(base::read_file(file));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> matches(const std::string& text, const std::regex& pattern) {
  std::vector<std::string> found;
  for (auto match = std::sregex_iterator(text.begin(), text.end(), pattern); match != std::sregex_iterator(); ++match)
    found.push_back((*match)[1]);
  return found;
}

std::string name_of(const fs::path& file) { return file.lexically_relative(root).string(); }

// The rows of CMakeLists.txt: module -> what it may include.
std::map<std::string, std::set<std::string>> rows() {
  std::map<std::string, std::set<std::string>> rows;
  const std::regex row(R"(darbe_module\((\w+)([^)]*)\))");
  const std::string text = base::read_file(root / "CMakeLists.txt");
  for (auto match = std::sregex_iterator(text.begin(), text.end(), row); match != std::sregex_iterator(); ++match) {
    std::set<std::string>& allowed = rows[(*match)[1]];
    std::istringstream words((*match)[2]);
    bool within = false;
    for (std::string word; words >> word;) {
      if (word == "DEPS" || word == "LIBS" || word == "PRIVATE_LIBS" || word == "FILES") {
        within = word == "DEPS";
      } else if (within) {
        allowed.insert(word);
      }
    }
    allowed.insert((*match)[1]);
  }
  return rows;
}

TEST(Tidy, AModuleIncludesOnlyTheModulesInItsRow) {
  const auto allowed = rows();
  ASSERT_THAT(allowed, Not(IsEmpty()));
  std::vector<std::string> wrong;
  for (const auto& [module, may_include] : allowed) {
    if (!fs::exists(root / "src" / module)) continue;
    for (const auto& file : files_below(root / "src" / module, {".h", ".cc"}))
      for (const auto& other : matches(base::read_file(file), std::regex(R"re(#include "(\w+)/)re")))
        if (!may_include.contains(other)) wrong.push_back(name_of(file) + " includes " + other + "/");
  }
  EXPECT_THAT(wrong, IsEmpty());
}

TEST(Tidy, EveryFolderIsAModule) {
  const auto modules = rows();
  for (const auto& entry : fs::directory_iterator(root / "src")) {
    EXPECT_TRUE(!entry.is_directory() || modules.contains(entry.path().filename())) << entry.path();
  }
}

TEST(Tidy, AHeaderSaysWhatItIsForAndIsIncludedOnce) {
  for (const auto& file : files_below(root / "src", {".h"})) {
    const auto lines = lines_of(file);
    ASSERT_THAT(lines, Not(IsEmpty())) << name_of(file);
    EXPECT_TRUE(lines.front().starts_with("// ")) << name_of(file);
    EXPECT_THAT(lines, testing::Contains("#pragma once")) << name_of(file);
  }
}

TEST(Tidy, OurHeadersAreCheapToInclude) {
  const std::regex heavy(
      R"re(#include <(boost/(?:beast|asio|json(?!/fwd\.hpp))[^>]*|spdlog/[^>]*|CLI/[^>]*|curl/[^>]*|pugixml[^>]*|prometheus/[^>]*)>)re");
  for (const auto& file : files_below(root / "src", {".h"}))
    EXPECT_THAT(matches(base::read_file(file), heavy), IsEmpty()) << name_of(file);
}

TEST(Tidy, OnlyMysqlIncludesTheClientLibrary) {
  const std::regex library(R"re(#include <((?:mysql|mariadb)[^>]*)>)re");
  for (const auto& file : files_below(root / "src", {".h", ".cc"})) {
    if (file.parent_path().filename() == "mysql") continue;
    EXPECT_THAT(matches(base::read_file(file), library), IsEmpty()) << name_of(file);
  }
}

// What a command writes to standard output.
std::string output_of(const std::string& command) {
  std::string output;
  FILE* pipe = ::popen(command.c_str(), "r");
  char buffer[4096];
  while (pipe != nullptr && std::fgets(buffer, sizeof buffer, pipe) != nullptr) output += buffer;
  if (pipe != nullptr) ::pclose(pipe);
  return output;
}

TEST(Tidy, DevKeepsAwayFromAwsWhateverItsCallerHasSet) {
  const std::string environment = output_of(
      "cd '" + root.string() +
      "' && AWS_ENDPOINT_URL_RDS=http://rds.example AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true AWS_CA_BUNDLE=/nowhere "
      "AWS_PROFILE=production DARBE_TLS_CA=/nowhere DARBE_REPLICA_COPIES=3 bash -c 'eval \"$(sed -n "
      "\"/^keep_away_from_aws()/,/^}/p\" dev)\"; "
      "keep_away_from_aws; env' | grep -E '^(AWS|DARBE)_' | sort");
  EXPECT_EQ(environment,
            "AWS_CONFIG_FILE=/dev/null\n"
            "AWS_EC2_METADATA_DISABLED=true\n"
            "AWS_ENDPOINT_URL=http://127.0.0.1:9\n"
            "AWS_SHARED_CREDENTIALS_FILE=/dev/null\n"
            "DARBE_REPLICA_COPIES=3\n");  // a test's, which `./dev check` sets
}

TEST(Tidy, NothingIsLeftForLater) {
  const std::regex later("\\b(TODO|FIXME|XXX|HACK)\\b");
  for (const char* folder : {"src", "demo", "bench"})
    for (const auto& file : files_below(root / folder, {".h", ".cc", ".sql"}))
      EXPECT_THAT(matches(base::read_file(file), later), IsEmpty()) << name_of(file);
}

TEST(Tidy, EveryHeaderIsUsedByMoreThanItsOwnTests) {
  std::map<std::string, std::set<std::string>> users;
  for (const char* folder : {"src", "demo", "bench", "tests"}) {
    for (const auto& file : files_below(root / folder, {".h", ".cc"}))
      for (const auto& header : matches(base::read_file(file), std::regex(R"re(#include "(\w+(?:/\w+)?\.h)")re")))
        users[header].insert(name_of(file));
  }
  for (const auto& file : files_below(root / "src", {".h"})) {
    const fs::path header = file.lexically_relative(root / "src");
    std::set<std::string> others = users[header.string()];
    others.erase("src/" + fs::path(header).replace_extension(".cc").string());
    const std::string own_tests = "tests/unit/" + header.parent_path().string() + "/";
    std::erase_if(others, [&](const std::string& user) { return user.starts_with(own_tests); });
    EXPECT_THAT(others, Not(IsEmpty())) << "nobody includes " << header;
  }
}

// The words that docs/glossary.md turns down. AWS has its master user; the servers' own words stand in mysql/flavor and
// in the lab, which plays a server; SQL's are in capitals.
TEST(Tidy, SourcesTargetsAndReplicasAreCalledThat) {
  const std::regex word(R"((\w*(?:[Mm]aster|[Ss]lave)\w*))");
  const std::regex master_user(R"(\b\w*[Mm]aster[ _-]?([Uu]ser|[Pp]assword)\w*|\bis_master\b)");
  const std::set<std::string> servers_words = {"gtid_slave_pos",  "slave_checkpoint_period",
                                               "slave_exec_mode", "slave_skip_errors",
                                               "Master_Host",     "ReadReplicasPerMaster"};
  for (const auto& file : files_below(root / "src", {".h", ".cc"})) {
    if (name_of(file).starts_with("src/lab/") || file.stem() == "flavor") continue;
    for (const std::string& line : lines_of(file)) {
      if (line.find("aster") == std::string::npos && line.find("lave") == std::string::npos) continue;
      for (const auto& found : matches(std::regex_replace(line, master_user, ""), word))
        EXPECT_TRUE(servers_words.contains(found)) << name_of(file) << ": " << found;
    }
  }
}

TEST(Tidy, TheIamPolicyAllowsWhatTheClientCalls) {
  const std::regex action(
      R"re("((?:Describe|List|Create|Delete|Modify|Reset|Reboot|Authorize|Revoke|Add)(?:DB|SecurityGroup|EngineDefault|Tags|OptionGroup|AccountAttributes|NetworkInterface|VpcPeering)\w*)")re");
  const std::string policy = base::read_file(root / "docs" / "aws-iam-policy.json");
  const std::string reasons = base::read_file(root / "docs" / "rds.md");
  std::set<std::string> called;
  for (const auto& file : files_below(root / "src" / "aws", {".cc"}))
    for (const std::string& name : matches(base::read_file(file), action)) called.insert(name);
  ASSERT_THAT(called, testing::Contains("CreateDBInstance"));
  for (const std::string& name : called) {
    EXPECT_THAT(policy, testing::HasSubstr(":" + name + "\""));
    EXPECT_THAT(reasons, testing::HasSubstr(":" + name + "`"));
  }
}

// Each action of the policy has its reason in the page's table, and the table has no other that needs a permission.
TEST(Tidy, TheIamPolicyHasAReasonForEachAction) {
  const std::regex in_policy(R"re("((?:rds|ec2|iam|kms|secretsmanager|cloudwatch):[A-Z][a-z]\w+)"(?!\s*:))re");
  const std::regex in_table(R"re(`((?:rds|ec2|iam|kms|secretsmanager|cloudwatch):[A-Z]\w+)`)re");
  const auto allowed = matches(base::read_file(root / "docs" / "aws-iam-policy.json"), in_policy);
  std::set<std::string> reasoned;
  for (const std::string& line : lines_of(root / "docs" / "rds.md"))
    if (line.starts_with("| `"))
      for (const std::string& action : matches(line.substr(0, line.find(" | ")), in_table)) reasoned.insert(action);
  EXPECT_EQ(reasoned, std::set<std::string>(allowed.begin(), allowed.end()));
}

TEST(Tidy, WhatChangesSomethingInAwsIsInTheTableOfActions) {
  const std::regex action(
      R"re((?:\w, |change\(|created\(|action = )"((?:Create|Copy|Delete|Modify|Reset|Reboot|Authorize|Revoke|Add|Remove|Put|Update|Restore|Promote|Start|Stop)[A-Z][a-z]?\w+)")re");
  const std::string table = base::read_file(root / "src" / "aws" / "actions.cc");
  for (const auto& file : files_below(root / "src" / "aws", {".cc"}))
    for (const std::string& name : matches(base::read_file(file), action))
      EXPECT_THAT(table, testing::HasSubstr("{\"" + name + "\", Effect::")) << name_of(file);
}

std::vector<fs::path> documents() {
  auto files = files_below(root / "docs", {".md"});
  files.push_back(root / "README.md");
  return files;
}

TEST(Tidy, LinksInDocumentsLeadSomewhere) {
  const std::regex link(R"(\]\(([^)#]+)[^)]*\))");
  for (const auto& file : documents()) {
    for (const std::string& target : matches(base::read_file(file), link)) {
      if (target.starts_with("http")) continue;
      EXPECT_TRUE(fs::exists(file.parent_path() / target)) << name_of(file) << ": " << target;
    }
  }
}

const std::regex test_named(R"(`([A-Z][A-Za-z0-9]*\.[A-Z][A-Za-z0-9]*)`)");  // `Suite.Name`

// Every test, as Suite.Name.
std::set<std::string> tests() {
  const std::regex test(R"(\bTEST(?:_F|_P)?\((\w+, \w+)\))");
  std::set<std::string> names;
  for (const auto& file : files_below(root / "tests", {".cc"}))
    for (std::string name : matches(base::read_file(file), test)) names.insert(name.replace(name.find(", "), 2, "."));
  return names;
}

TEST(Tidy, TestsThatDocumentsNameExist) {
  const auto there = tests();
  std::size_t named = 0;
  for (const auto& file : documents()) {
    for (const std::string& name : matches(base::read_file(file), test_named)) {
      EXPECT_TRUE(there.contains(name)) << name_of(file) << ": " << name;
      ++named;
    }
  }
  EXPECT_GT(named, 100U);
}

TEST(Tidy, EachRowOfTheTablesOfWhatIsCopiedNamesATest) {
  std::size_t rows = 0;
  for (const std::string& line : lines_of(root / "docs" / "copy.md")) {
    if (!line.starts_with("| ") || line.starts_with("| what ") || line.starts_with("| ---")) continue;
    EXPECT_THAT(matches(line, test_named), Not(IsEmpty())) << line;
    ++rows;
  }
  EXPECT_GT(rows, 50U);
}

}  // namespace
}  // namespace darbe
