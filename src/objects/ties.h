// What ties copied databases to those that are not, where the source logs statements as text (binlog_format MIXED). The
// target's filter judges a statement by the tables that it names, before views, triggers, functions and foreign keys
// are opened: one about the others is dropped whole, and with it the rows of copied tables that it changed by these.
// The other way round, a statement that is applied fails for want of the others, unless a handler or IGNORE hears of
// it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mysql/connection.h"

namespace darbe::objects {

// All there are, as sentences: views, triggers and routines of either side that name the other, functions of copied
// databases that may write, and foreign keys. Not events, and not procedures that no function or trigger may call, for
// each of their statements is logged by itself; nor views of the others that nothing is written through. Empty where
// the source logs rows, or nothing is left out.
std::vector<std::string> ties_to_others(mysql::Connection& server, const std::vector<std::string>& databases);

// MERGE tables of other databases over tables of these, as sentences. What is written through one is logged under its
// name in any format, so that the filter drops it.
std::vector<std::string> merge_tables_over(mysql::Connection& server, const std::vector<std::string>& databases);

// Whether new sessions log rows only. Open ones keep what they began with.
bool logs_rows(mysql::Connection& server);

// Whether the name of the database qualifies another in an object's text, in any letters. True where that can't be
// told.
bool is_named(std::string_view database, std::string_view text);

// Whether a function with this text may change rows, itself or by a procedure.
bool may_write(const std::string& text);

}  // namespace darbe::objects
