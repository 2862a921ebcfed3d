// The parts of information_schema that make a schema what it is, read as plain rows, and their comparison: a table of
// what to look at (catalog.cc) and a pure function. A server may have more objects than anybody should hold, so some
// are read at a time.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mysql/connection.h"

namespace darbe::objects {

struct CatalogPart {
  std::string_view what;    // "column"; empty: the key's first member says it ("PROCEDURE")
  std::string_view from;    // table of information_schema; the part's name
  std::string_view schema;  // its column that names the database
  std::string_view name;    // and the one that names the object, which is a table for all that belongs to it
  std::string_view family;  // `from` of the part that lists those objects
  std::vector<std::string_view> key = {};
  std::vector<std::string_view> values = {};
  std::string_view only = "TRUE";  // condition
  std::string_view parent = {};    // `from` of the part whose rows these belong to
  std::size_t parent_key = 0;      // how many members of the key name it
  std::string_view view = {};      // the table of information_schema where it is not `from`
  std::string_view lacks = {};     // the part is of servers without this column
};
const std::vector<CatalogPart>& catalog_parts();

using CatalogKey = std::vector<std::string>;
using CatalogRow = std::map<std::string, std::string>;  // column -> value; NULL stands as "NULL"
using CatalogRows = std::map<CatalogKey, CatalogRow>;

// By CatalogPart::from. A part that the server does not have is not in it.
struct Catalog {
  std::map<std::string, CatalogRows, std::less<>> parts;
  mysql::Flavor flavor;
};

// The catalogs of the servers, some objects at a time: `see` gets one for each server, of the same objects with all
// that belongs to them. Another time it gets the databases alone.
void read_catalogs(const std::vector<mysql::Connection*>& servers, const std::vector<std::string>& databases,
                   const std::function<void(const std::vector<Catalog>&)>& see);

struct CatalogDifferences {
  std::vector<std::string> differences;  // sentences
  std::vector<std::string> meant;        // sentences
};
// `reported`: things that are known not to be on the target, as sentences of reported.h.
CatalogDifferences differences(const Catalog& source, const Catalog& target, const std::vector<std::string>& reported);

// A value as servers of all versions would write it: utf8mb3 and geomcollection by their new names, integers and years
// without display width, foreign keys' RESTRICT as NO ACTION, an only trigger as the first.
std::string in_common_words(std::string_view column, const std::string& value);

}  // namespace darbe::objects
