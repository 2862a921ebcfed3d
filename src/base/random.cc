#include "base/random.h"

#include <random>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/error.h"

namespace darbe::base {

namespace {

std::string hex(std::string_view data) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(data.size() * 2);
  for (const char letter : data) {
    const auto byte = static_cast<unsigned char>(letter);
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string digest_of(std::string_view data, const EVP_MD* algorithm, const char* name) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(data.data(), data.size(), digest, &size, algorithm, nullptr) != 1)
    throw Error(Kind::failed, std::string(name) + " is not available in this OpenSSL");
  return std::string(digest, digest + size);
}

}  // namespace

std::string random_hex(std::size_t bytes) {
  std::string data(bytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(data.data()), static_cast<int>(bytes)) != 1)
    throw Error(Kind::failed, "the system's random source gave nothing");
  return hex(data);
}

double random_fraction() {
  thread_local std::mt19937_64 generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

std::string sha256_hex(std::string_view data) { return hex(digest_of(data, EVP_sha256(), "SHA-256")); }

std::string sha1(std::string_view data) { return digest_of(data, EVP_sha1(), "SHA-1"); }

}  // namespace darbe::base
