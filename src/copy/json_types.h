// What the text of a JSON document does not say: a DECIMAL prints like a double, a date like a string, a blob in
// base64. MySQL takes documents as text only, so such values are made again, one by one, by expressions of their types.
#pragma once

#include <cstdint>
#include <string>

#include "mysql/connection.h"
#include "tables/chunk.h"
#include "tables/table.h"

namespace darbe::copy {

// Whether doubles are made again as well: the target's server may make others of their text (tables/json_doubles.h).
enum class Doubles { of_text, made_again };

// Gives the scalars in the JSON columns of a chunk on the target the types that they have on the frozen replica.
// Changes nothing in a table without a key that orders its rows or without JSON columns. Values of a type that no
// expression can make stay as they are: Verify tells. Requires: a transaction is open, and the chunk's rows are on the
// target. Throws: ServerError, Error{failed} where the target has not one row of a key.
void restore_json_types(mysql::Connection& frozen, mysql::Connection& target, const tables::Table& table,
                        const tables::Chunk& chunk, Doubles doubles);

// One scalar of a document, as JSON_TYPE, JSON_UNQUOTE and JSON_STORAGE_SIZE tell it.
struct JsonScalar {
  std::string type;
  std::string text;
  std::uint64_t size = 0;
};
// The SQL expression that makes it; empty if there is none, or if every server makes it of its text.
std::string json_literal(const JsonScalar& scalar);

}  // namespace darbe::copy
