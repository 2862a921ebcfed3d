// Texts that are compared with files under tests/golden.
#pragma once

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "base/file.h"

namespace darbe::cli {

// Compares with tests/golden/<name>; DARBE_REWRITE_GOLDEN=1 writes it anew, and git shows what changed.
inline void expect_golden(const std::string& name, const std::string& text) {
  const std::string file = std::string(DARBE_SOURCE_DIR "/tests/golden/") + name;
  if (std::getenv("DARBE_REWRITE_GOLDEN") != nullptr) base::write_file_atomically(file, text);
  EXPECT_EQ(base::read_file(file), text) << "DARBE_REWRITE_GOLDEN=1 rewrites " << file;
}

}  // namespace darbe::cli
