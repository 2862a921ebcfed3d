#include "base/secret.h"

#include <openssl/crypto.h>

namespace darbe::base {

namespace {

// The whole of what it holds, beyond its end too. Moving a short text away leaves its bytes behind.
void wipe_text(std::string& text) noexcept {
  text.resize(text.capacity());
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

}  // namespace

Secret::Secret(std::string value) : value_(value) { wipe_text(value); }

Secret& Secret::operator=(const Secret& other) {
  if (this == &other) return *this;
  wipe();
  value_ = other.value_;
  return *this;
}

Secret::Secret(Secret&& other) noexcept { *this = std::move(other); }

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  value_.swap(other.value_);
  other.wipe();
  return *this;
}

void Secret::wipe() noexcept { wipe_text(value_); }

}  // namespace darbe::base
