// One page of a long answer.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "lab/value.h"

namespace darbe::lab {

// Where a Marker or NextToken goes on; nothing for one the lab did not give.
std::string marker_at(std::size_t position);
bool is_marker(std::string_view marker);

struct PageRequest {
  std::string_view size_name;    // MaxRecords | MaxResults
  std::string_view marker_name;  // Marker | NextToken
  std::size_t size_otherwise = 100;
};

// Cuts `all` to the page that `request` asks for, and puts the next page's marker into `answer` if there is one.
Value::List page_of(Value::List all, const Value& request, const PageRequest& page, Value& answer);

inline constexpr PageRequest rds_page{"MaxRecords", "Marker", 100};
inline constexpr PageRequest ec2_page{"MaxResults", "NextToken", 1000};

}  // namespace darbe::lab
