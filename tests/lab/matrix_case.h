// A case of the edge-case matrix (docs/copy.md): a file of SQL in tests/lab/matrix/ that fills schema `shop` on a
// source, and what is expected of its copy. One statement begins at each line's beginning; further lines of it are
// indented. What servers differ in stands in their own comments (/*!80000 … */, /*M! … */). Lines of a case's own:
//
//   -- on: mysql-9.7 mariadb      the servers that have the feature; all of them if not said
//   -- servers: --argument        the case has servers of its own, both started with this argument
//   -- made with: --argument      and so are their data folders made: MySQL from 8.0 on takes some only so
//   -- same: SELECT …             is asked on both sides, and must give the same rows, at least one
//   -- gives: SELECT … => value   is asked on the target, so that nothing is equal because both sides lack it
//   -- refused: text              the copy must not begin, or stop, with an error that has this text in it
//   -- reported: text             a sentence of this beginning is expected in the report; no others are
//   -- first: SQL                 is run on both sides before the sessions that fill the source
//   -- no checksum: why           CHECKSUM TABLE can't be the same
//   -- cut: table …               these of shop's tables must be copied in several chunks
//   -- mended: text               Verify copies chunks again, and says so with this text; without, none
//   -- both: SQL                  is run on both sides before the copy
//   -- restore: SQL               is run on both sides at the end
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"

namespace darbe::lab_test {

struct MatrixCase {
  std::vector<std::string> statements;
  std::vector<std::pair<std::string, std::string>> directives;

  std::vector<std::string> all(const std::string& word) const {
    std::vector<std::string> found;
    for (const auto& [key, text] : directives)
      if (key == word) found.push_back(text);
    return found;
  }
  bool is_for(const std::string& server) const {
    const std::vector<std::string> on = all("on");
    return on.empty() || (" " + on.front() + " ").find(" " + server + " ") != std::string::npos;
  }
};

inline MatrixCase read_case(const std::filesystem::path& file) {
  MatrixCase found;
  const std::string text = base::read_file(file);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    const std::size_t colon = line.find(": ");
    if (line.starts_with("--")) {
      if (line.starts_with("-- ") && colon != std::string::npos && line.find('(') > colon)
        found.directives.emplace_back(line.substr(3, colon - 3), line.substr(colon + 2));
    } else if (line.starts_with(" ")) {
      found.statements.back() += "\n" + line;
    } else if (!line.empty()) {
      found.statements.push_back(line);
    }
  }
  return found;
}

}  // namespace darbe::lab_test
