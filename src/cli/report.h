// What a run says at its end: what was made, how equal and how small it is, what was left out, and what to do next.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/fwd.hpp>

#include "plan/journal_table.h"

namespace darbe::cli {

struct Report {
  std::string new_instance_id;
  std::string endpoint;  // host:port
  std::string run_id;
  std::string coordinates;  // of the frozen replica
  std::string caught_up_at;
  std::uint64_t tables = 0;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::uint64_t chunks_equal = 0;
  std::vector<std::pair<std::string, double>> seconds;  // per step, in the story's order
  std::map<std::string, std::uint64_t> tablespace_before;
  std::map<std::string, std::uint64_t> tablespace_after;
  std::vector<std::string> made;      // sentences, as the next three are
  std::vector<std::string> left_out;  // with the reason
  std::vector<std::string> not_proven;
  std::vector<std::string> not_as_source;
  std::vector<std::string> source_changes;  // of its schema, since the freeze
  std::vector<std::string> attention;       // what they leave to do
  std::vector<plan::AuditLine> audit;       // every change in AWS and on the source, in order
  std::vector<std::string> notes;
  std::vector<std::string> next;  // commands
};

// How long each step took: from its last beginning to its being done.
std::vector<std::pair<std::string, double>> seconds_per_step(const std::vector<plan::Event>& events);

// What was changed in AWS and on the source, as two lists with their titles; empty where nothing was.
std::string audit_lines(const std::vector<plan::AuditLine>& audit);
boost::json::array audit_array(const std::vector<plan::AuditLine>& audit);

std::string to_text(const Report& report);
// One JSON object: the members of Report by the same names, and `all_equal`, which says of the chunks what the text
// does. What their digests don't prove is in `not_proven`.
std::string to_json(const Report& report);

}  // namespace darbe::cli
