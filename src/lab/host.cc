#include "lab/host.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "lab/catalog_reader.h"
#include "lab/data_folder.h"
#include "lab/shared.h"

namespace darbe::lab {

namespace {

namespace fs = std::filesystem;
using base::Error;
using base::Kind;

fs::path made(const fs::path& folder) {
  fs::create_directories(folder);
  return folder;
}

std::string recorded_block(const fs::path& folder) {
  const fs::path file = folder / "addresses";
  return fs::exists(file) ? base::read_file(file) : std::string();
}

EngineVersion version_of(const servers::Installation& installation) {
  const mysql::Version& number = installation.flavor.version();
  const bool mariadb = installation.flavor.is_mariadb();
  const std::string engine = mariadb ? "mariadb" : "mysql";
  const std::string major = fmt::format("{}.{}", number.major, number.minor);
  return {.engine = engine,
          .version = installation.version,
          .major = major,
          .family = engine + major,
          .description = fmt::format("{} {}", mariadb ? "MariaDB" : "MySQL Community Edition", installation.version),
          .installation = installation};
}

std::vector<EngineVersion> installed_versions() {
  std::vector<EngineVersion> result;
  for (const std::string_view kind : {servers::mysql_current, servers::mysql_old, servers::mariadb}) {
    if (const auto found = servers::find(kind)) result.push_back(version_of(*found));
  }
  return result;
}

// "9.7" stands for 9.7.4, not for 9.70.
bool is_prefix(std::string_view prefix, std::string_view version) {
  return prefix.empty() || prefix == version || version.starts_with(std::string(prefix) + ".");
}

}  // namespace

Host::Shared::Shared(const HostOptions& given)
    : options(given),
      lock(made(given.folder) / "lock", base::FileLock::Wait::no),
      authority(given.folder / "tls"),
      addresses(recorded_block(given.folder)),
      versions(installed_versions()) {
  base::write_file_atomically(given.folder / "addresses", addresses.prefix());
}

Host::Host(const HostOptions& options) {
  DARBE_ASSERT(options.speed > 0);
  shared_ = std::make_unique<Shared>(options);
}

Host::~Host() = default;

std::vector<EngineVersion> Host::versions() const { return shared_->versions; }

EngineVersion Host::version(std::string_view engine, std::string_view version) const {
  for (const EngineVersion& candidate : shared_->versions) {
    if (candidate.engine == engine && is_prefix(version, candidate.version)) return candidate;
  }
  throw Error(Kind::usage, fmt::format("no {} {} is installed", engine, version),
              "`darbe-lab install` fetches the servers.");
}

const ParameterCatalog& Host::catalog(std::string_view family) {
  const auto& all = shared_->versions;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const EngineVersion& one) { return one.family == family; });
  if (found == all.end())
    throw Error(Kind::usage, fmt::format("no server of parameter group family {} is installed", family));
  const base::MutexLock lock(shared_->catalog_mutex);
  std::unique_ptr<ParameterCatalog>& catalog = shared_->catalogs[found->family];
  if (catalog == nullptr) catalog = std::make_unique<ParameterCatalog>(read_catalog(*found));
  return *catalog;
}

void Host::prepare(const EngineVersion& version) {
  prepare_data_folder(version.installation);
  catalog(version.family);
}

fs::path Host::ca_file() const { return shared_->authority.certificate(); }

double Host::speed() const { return shared_->options.speed; }

const fs::path& Host::folder() const { return shared_->options.folder; }

}  // namespace darbe::lab
