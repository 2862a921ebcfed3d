// Percent-encoding (RFC 3986, 2.1; all but the unreserved characters, as AWS's signatures want it) and the
// application/x-www-form-urlencoded bodies of the query and ec2 protocols.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace darbe::aws {

// Names and values in the order in which they are sent.
using Form = std::vector<std::pair<std::string, std::string>>;

std::string percent_encoded(std::string_view text);
// A '%' that no two hexadecimal digits follow stays as it is.
std::string percent_decoded(std::string_view text);

std::string form_encoded(const Form& form);
// A '+' is a blank, as HTML forms have it.
Form form_decoded(std::string_view body);

}  // namespace darbe::aws
