// The results for people, for programs, and for docs/benchmarks.md.
#pragma once

#include <filesystem>
#include <string>

#include "results.h"

namespace darbe::bench {

// Tables in Markdown, which reads well on a terminal too.
std::string text_of(const Results& results);

// One object; null where something that has a mark could not be measured.
std::string json_of(const Results& results);

// Puts `text` between the page's two markers; what stands outside of them is people's.
// Throws: Error{failed} if a marker is not there.
void write_page(const std::filesystem::path& page, const std::string& text);

}  // namespace darbe::bench
