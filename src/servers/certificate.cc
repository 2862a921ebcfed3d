#include "servers/certificate.h"

#include <memory>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "base/error.h"
#include "base/file.h"

namespace darbe::servers {

namespace {

using base::Error;
using base::Kind;

template <auto free_function>
struct Free {
  template <typename Thing>
  void operator()(Thing* thing) const {
    free_function(thing);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;

constexpr long valid_seconds = 10L * 365 * 24 * 3600;
// Clocks of a server and its client on one machine agree; those of a container and its host may not quite.
constexpr long valid_before_seconds = 24L * 3600;

void require(bool good, const char* what) {
  if (!good) throw Error(Kind::failed, fmt::format("OpenSSL can't {}", what));
}

// As RDS's CA rds-ca-ecc384-g1 signs them; an RSA key takes a hundred times as long to make, and each handshake longer.
Key new_key() {
  Key key(EVP_EC_gen("P-256"));
  require(key != nullptr, "make a key");
  return key;
}

struct Subject {
  const char* name;
  X509* issuer;  // null: the certificate signs itself
};

Certificate new_certificate(EVP_PKEY* key, const Subject& subject) {
  Certificate certificate(X509_new());
  require(certificate != nullptr, "make a certificate");
  X509* raw = certificate.get();
  std::uint64_t serial = 0;
  require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "draw a serial number");
  X509_NAME* name = X509_get_subject_name(raw);
  const bool good =
      X509_set_version(raw, X509_VERSION_3) == 1 &&
      ASN1_INTEGER_set_uint64(X509_get_serialNumber(raw), serial >> 1) == 1 &&
      X509_gmtime_adj(X509_getm_notBefore(raw), -valid_before_seconds) != nullptr &&
      X509_gmtime_adj(X509_getm_notAfter(raw), valid_seconds) != nullptr && X509_set_pubkey(raw, key) == 1 &&
      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(subject.name), -1, -1,
                                 0) == 1 &&
      X509_set_issuer_name(raw, subject.issuer == nullptr ? name : X509_get_subject_name(subject.issuer)) == 1;
  require(good, "fill a certificate");
  return certificate;
}

struct ExtensionText {
  int number;
  std::string text;
};

void add(X509* certificate, X509* issuer, const ExtensionText& what) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, what.number, what.text.c_str()));
  require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "extend a certificate");
}

void sign(X509* certificate, EVP_PKEY* key) {
  require(X509_sign(certificate, key, EVP_sha256()) > 0, "sign a certificate");
}

std::string text_of(const Bio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

void write_certificate(X509* certificate, const std::filesystem::path& path) {
  const Bio bio(BIO_new(BIO_s_mem()));
  require(bio != nullptr && PEM_write_bio_X509(bio.get(), certificate) == 1, "write a certificate");
  base::write_file_atomically(path, text_of(bio));
}

void write_key(EVP_PKEY* key, const std::filesystem::path& path) {
  const Bio bio(BIO_new(BIO_s_mem()));
  require(bio != nullptr && PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "write a key");
  base::write_file_atomically(path, text_of(bio), 0600);
}

Bio open_text(const std::string& text) {
  Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  require(bio != nullptr, "read a file");
  return bio;
}

Key read_key(const std::filesystem::path& path) {
  const std::string text = base::read_file(path);
  Key key(PEM_read_bio_PrivateKey(open_text(text).get(), nullptr, nullptr, nullptr));
  require(key != nullptr, "read a key");
  return key;
}

Certificate read_certificate(const std::filesystem::path& path) {
  const std::string text = base::read_file(path);
  Certificate certificate(PEM_read_bio_X509(open_text(text).get(), nullptr, nullptr, nullptr));
  require(certificate != nullptr, "read a certificate");
  return certificate;
}

std::string alternative_names(const CertificateAuthority::Names& names) {
  std::string text;
  for (const std::string& address : names.addresses) text += fmt::format("{}IP:{}", text.empty() ? "" : ",", address);
  for (const std::string& name : names.names) text += fmt::format("{}DNS:{}", text.empty() ? "" : ",", name);
  return text;
}

}  // namespace

CertificateAuthority::CertificateAuthority(const std::filesystem::path& folder) : folder_(folder) {
  std::filesystem::create_directories(folder);
  const base::FileLock lock(folder / "ca.lock", base::FileLock::Wait::yes);
  if (std::filesystem::exists(certificate())) return;
  const Key key = new_key();
  const Certificate own = new_certificate(key.get(), {.name = "darbe-lab certificate authority", .issuer = nullptr});
  add(own.get(), own.get(), {NID_basic_constraints, "critical,CA:TRUE"});
  add(own.get(), own.get(), {NID_key_usage, "critical,keyCertSign,cRLSign"});
  add(own.get(), own.get(), {NID_subject_key_identifier, "hash"});
  sign(own.get(), key.get());
  write_key(key.get(), folder / "ca-key.pem");
  write_certificate(own.get(), certificate());
}

void CertificateAuthority::issue(const Names& names, const std::filesystem::path& folder) const {
  const Key authority_key = read_key(folder_ / "ca-key.pem");
  const Certificate authority = read_certificate(certificate());
  const Key key = new_key();
  const Certificate issued = new_certificate(key.get(), {.name = "darbe-lab server", .issuer = authority.get()});
  add(issued.get(), authority.get(), {NID_basic_constraints, "critical,CA:FALSE"});
  add(issued.get(), authority.get(), {NID_key_usage, "critical,digitalSignature,keyEncipherment"});
  add(issued.get(), authority.get(), {NID_ext_key_usage, "serverAuth"});
  add(issued.get(), authority.get(), {NID_subject_alt_name, alternative_names(names)});
  sign(issued.get(), authority_key.get());
  write_key(key.get(), folder / "server-key.pem");
  write_certificate(issued.get(), folder / "server-cert.pem");
}

}  // namespace darbe::servers
