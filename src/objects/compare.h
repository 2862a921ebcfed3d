// The catalogs of two servers compared both ways: databases, tables, columns, indexes, constraints, partitions, views,
// routines, triggers, events, accounts and their grants. Rows are verify's business.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "mysql/connection.h"
#include "objects/objects.h"

namespace darbe::objects {

struct Comparison {
  std::vector<std::string> differences;  // sentences; empty when the catalogs are the same
  std::vector<std::string> meant;        // sentences: differences that are as intended or were reported before
};

// The wanted accounts and their grants alone. `reported`: the sentences of both outcomes' not_as_source.
Comparison compare_accounts(mysql::Connection& frozen, mysql::Connection& target, const WantedAccounts& wanted,
                            const std::vector<std::string>& reported);

// Accounts, too. Requires: create_objects() has returned.
Comparison compare_catalogs(mysql::Connection& frozen, mysql::Connection& target, const WantedObjects& wanted,
                            const std::vector<std::string>& reported, std::stop_token stop);

}  // namespace darbe::objects
