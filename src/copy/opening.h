// What copying some tables of the plan needs, read when their turn comes, and what of them is there already.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "copy/copy.h"
#include "copy/schedule.h"
#include "tables/ledger.h"
#include "tables/progress.h"

namespace darbe::copy {

// Some tables of the plan, as both servers have them.
struct Window {
  using IndexNames = std::map<tables::TableName, std::set<std::string>>;  // of secondary ones

  std::vector<tables::PlannedTable> tables;
  std::map<unsigned, tables::LedgerSummary> lines;  // by table
  std::set<tables::TableName> there;                // on the target
  IndexNames wanted_indexes;                        // on the frozen replica
  IndexNames indexes;                               // on the target

  const tables::LedgerSummary& lines_of(const tables::PlannedTable& planned) const;
  bool has_all_indexes(const tables::TableName& name) const;
  // Whether all of them are there with all rows and indexes.
  bool is_complete() const;
};
Window read_window(mysql::Connection& frozen, mysql::Connection& target, std::vector<tables::PlannedTable> tables);

inline constexpr const char* advice_on_lost_table = "Undo this run and begin a new one.";
// Throws: Error{failed} if one is gone from either side; ServerError.
std::vector<Schedule::Todo> open_tables(const Options& options, tables::Progress& progress, mysql::Connection& frozen,
                                        mysql::Connection& target, const std::vector<unsigned>& table_ids);

}  // namespace darbe::copy
