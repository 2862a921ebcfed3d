// What the figures were measured on.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace darbe::bench {

// Processor, memory, the disk under `folder`, kernel: a line each.
std::vector<std::string> describe_machine(const std::filesystem::path& folder);

}  // namespace darbe::bench
