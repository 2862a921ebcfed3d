// Doubles within JSON documents. MySQL makes a document of text, and up to 8.4 the text's numbers of 16 and 17 digits
// may become their neighbours in the last place (MySQL bugs 112904 and 116160): a document's own text need not give it
// back.
#pragma once

#include <string_view>

#include "mysql/connection.h"
#include "tables/table.h"

namespace darbe::tables {

// Whether the server makes the very doubles that a document's text names; true where JSON is no type. It is asked, for
// no list of versions is complete. Throws: ServerError.
bool reads_json_doubles(mysql::Connection& server);

// Whether every server makes the very double of this text: one of at most 15 digits, times or over a power of ten that
// a double holds, too, takes one step, which is exact to the last place (Clinger, "How to Read Floating Point Numbers
// Accurately"). Requires: a number as JSON has it.
bool is_read_by_all(std::string_view number);

// What becomes of doubles that the target's server reads otherwise. By the shape that the server which is read tells.
enum class JsonDoubles {
  none,        // there are no documents
  made_again,  // by SQL's own literals, value by value
  lost         // no key leads to the row, or that server can't tell where in a document they are (below MySQL 8.0.2)
};
JsonDoubles json_doubles_of(const Table& table);

}  // namespace darbe::tables
