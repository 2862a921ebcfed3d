// JSON as AWS sends it, flattened: {"a": {"b": 1}, "c": ["x"]} -> "a.b" = "1", "c.0" = "x". Null is left out.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace darbe::aws {

using Fields = std::map<std::string, std::string>;

// Throws: Error{failed} if `text` is not a JSON object; `what` names it ("the SSO token"). Never shows the text, which
// may hold secrets.
Fields parse_json(std::string_view text, std::string_view what);

// Empty if it is not there.
std::string field(const Fields& fields, const std::string& name);

// A flat object of texts.
std::string json_object(const Fields& fields);
// A JSON object with some of its members as these texts; all else stays. Throws: Error{failed} when it is no object;
// `what` names it.
std::string with_members(std::string_view text, const Fields& members, std::string_view what);

}  // namespace darbe::aws
