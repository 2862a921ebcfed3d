// What people change of the source's schema while a run lasts. It comes by replication and is no damage, but somebody
// has to know.
#pragma once

#include <string>
#include <vector>

#include "mysql/connection.h"
#include "objects/accounts.h"
#include "objects/fingerprint.h"
#include "steps/run.h"

namespace darbe::steps {

// Of what the run copies, and the names of all databases and accounts. `darbe` and the run's own account are left out.
objects::Fingerprint schema_of(const Run& run, mysql::Connection& server);

// Whether the server had it then.
bool has_account(const objects::Fingerprint& schema, const objects::AccountName& account);

// By name: all but what --databases leaves out.
bool is_copied(const Run& run, const std::string& database);

struct SchemaNews {
  std::vector<std::string> changes;    // sentences: what differs from the fingerprint of the freeze
  std::vector<std::string> attention;  // sentences: what replication doesn't bring, and what to do
};

// Nothing before the freeze. Requires: the target has applied what is asked about.
SchemaNews schema_news(const Run& run, mysql::Connection& source, mysql::Connection& target);

}  // namespace darbe::steps
