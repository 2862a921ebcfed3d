// Sentences about what is not on the target. They begin in one way each, so that one that was journalled can be found
// again whatever reason it gives.
#pragma once

#include <string>
#include <vector>

namespace darbe::objects {

// "view putio.totals is not on the target", and the reason where there is one: ": …".
std::string not_there(const std::string& thing, const std::string& reason = {});

// Whether one of `sentences` begins with `beginning`.
bool is_reported(const std::vector<std::string>& sentences, const std::string& beginning);

// Three of them at most, for a sentence that says how many there are: "a, b, c, …".
std::string first_of(std::vector<std::string> names);

}  // namespace darbe::objects
