// Page compression punches holes into files (COMPRESSION= in MySQL, PAGE_COMPRESSED= in MariaDB). RDS instances made
// since February 2024 have file-system blocks as large as a page, and no hole fits (facts/rds-mysql.md).
#include <fmt/format.h>

#include "preflight/checks.h"
#include "preflight/listed.h"

namespace darbe::preflight {

std::vector<Finding> check_page_compressed(const Subject& subject, std::stop_token) {
  if (subject.databases.empty()) return {};
  const mysql::Result found = subject.server.query(
      fmt::format(
          "SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) AS name FROM information_schema.TABLES"
          " WHERE TABLE_SCHEMA IN ({}) AND (UPPER(CREATE_OPTIONS) REGEXP 'PAGE_COMPRESSED[`\"]?=[`''\"]?(1|ON|YES)'"
          " OR UPPER(CREATE_OPTIONS) REGEXP '(^| )COMPRESSION=\"?(ZLIB|LZ4)') ORDER BY 1",
          quoted_list(subject.databases)),
      "looking for page-compressed tables");
  std::vector<std::string> names;
  for (std::size_t row = 0; row < found.size(); ++row) names.push_back(found.text(row, "name"));
  if (names.empty()) return {};
  return {{.weight = Weight::warning,
           .text = fmt::format("page-compressed tables can take their whole size on the new instance, for RDS's newer "
                               "volumes leave no holes in files: {}",
                               first_of(names)),
           .advice = "Have room for them in --allocated-storage, or give them ROW_FORMAT=COMPRESSED on the source."}};
}

}  // namespace darbe::preflight
