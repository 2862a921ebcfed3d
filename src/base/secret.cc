#include "base/secret.h"

#include <openssl/crypto.h>

namespace darbe::base {

void Secret::wipe() {
  if (!value_.empty()) OPENSSL_cleanse(value_.data(), value_.size());
}

}  // namespace darbe::base
