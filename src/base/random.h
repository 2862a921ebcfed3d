// Randomness from the system's source, and hashes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace darbe::base {

// `bytes` random bytes as lower-case hexadecimal. Throws: Error{failed} if the system gives none.
std::string random_hex(std::size_t bytes);

// In [0, 1). For jitter, not for secrets.
double random_fraction();

// SHA-256 (FIPS 180-4) as 64 lower-case hexadecimal characters.
std::string sha256_hex(std::string_view data);

// SHA-1 (FIPS 180-4) as 20 bytes, for what others have fixed so.
std::string sha1(std::string_view data);

}  // namespace darbe::base
