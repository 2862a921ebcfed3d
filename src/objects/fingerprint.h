// A schema in short: one digest for each object, of all that information_schema says of it. Enough to name what changed
// between two looks at one server, and small enough for the journal.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "objects/catalog.h"

namespace darbe::objects {

using Fingerprint = std::map<std::string, std::string>;  // "table putio.files" -> digest

// What belongs to a table (columns, indexes, keys, partitions) or a routine counts as the object's own. An event that a
// replica holds back counts as enabled.
Fingerprint fingerprint(const Catalog& catalog);

// One sentence for each object that differs: "table putio.files was altered".
std::vector<std::string> changes(const Fingerprint& then, const Fingerprint& now);

}  // namespace darbe::objects
