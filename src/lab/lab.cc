#include "lab/lab.h"

#include <cstdlib>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "http/server.h"
#include "lab/control.h"
#include "lab/front.h"
#include "lab/host.h"
#include "lab/instances.h"
#include "servers/install.h"

namespace darbe::lab {
namespace {

void progress(const std::string& line) { log::info("{}", line); }

std::filesystem::path made(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  return std::filesystem::canonical(folder);
}

std::vector<ApiModel> load_models() {
  std::vector<ApiModel> models;
  for (const char* service : {"rds", "ec2", "sts", "iam", "cloudwatch", "secretsmanager", "kms"})
    models.push_back(ApiModel::load(servers::aws_model(service, progress)));
  return models;
}

Offers offers_of(Host& host) {
  Offers offers;
  for (const EngineVersion& version : host.versions()) {
    const bool first = !offers.has_engine(version.engine);
    offers.engines.push_back(
        {version.engine, version.version, version.major, version.family, version.description, first});
  }
  offers.parameters = [&host](std::string_view family) -> const ParameterCatalog& { return host.catalog(family); };
  return offers;
}

HostOptions host_options(const LabOptions& options) {
  // The servers stand on loopback, and so must what speaks for them.
  if (!options.address.starts_with("127.") && options.address != "::1")
    throw base::Error(base::Kind::usage, fmt::format("{} is not a loopback address", options.address));
  servers::install(servers::mysql_current, progress);
  return {made(options.folder), options.speed};
}

}  // namespace

std::string shell_lines(const Environment& environment) {
  return fmt::format(
      "export AWS_ENDPOINT_URL={}\nexport AWS_ACCESS_KEY_ID={}\nexport AWS_SECRET_ACCESS_KEY={}\nexport AWS_REGION={}\n"
      "export AWS_DEFAULT_REGION={}\nexport AWS_EC2_METADATA_DISABLED=true\nexport DARBE_TLS_CA='{}'\n",
      environment.endpoint_url, environment.access_key_id, environment.secret_access_key.reveal(), environment.region,
      environment.region, environment.tls_ca);
}

struct Lab::Parts {
  explicit Parts(const LabOptions& options)
      : host(host_options(options)),
        models(load_models()),
        state(host.folder() / "state.json", offers_of(host), options.region),
        log(host.folder() / "requests.log"),
        instances(host, state, host.folder() / "instances"),
        control({state, faults, instances}),
        front({state, faults, log}, std::move(models)),
        server(options.address, options.port, [this](const http::Request& request) { return handle(request); }) {
    for (const EngineVersion& version : host.versions())
      if (version.installation.kind == servers::mysql_current) host.prepare(version);
    fill_environment(options);
  }

  http::Response handle(const http::Request& request) {
    return request.target.starts_with("/lab/") ? control.handle(request) : front.handle(request);
  }

  void fill_environment(const LabOptions& options) {
    environment.endpoint_url = fmt::format("http://{}:{}", options.address, server.port());
    environment.region = options.region;
    environment.tls_ca = host.ca_file().string();
    state.look([&](const Store& store) {
      for (const auto& [key, credential] : store.credentials) {
        if (credential.arn != store.own_user_arn() || credential.expires != 0) continue;
        environment.access_key_id = key;
        environment.secret_access_key = credential.secret;
      }
    });
    base::write_file_atomically(host.folder() / "environment", shell_lines(environment), 0600);
  }

  Host host;
  std::vector<ApiModel> models;
  State state;
  Faults faults;
  RequestLog log;
  Instances instances;
  Control control;
  Front front;
  http::Server server;
  Environment environment;
};

Lab::Lab(const LabOptions& options) : parts_(std::make_unique<Parts>(options)) {}

Lab::~Lab() = default;

const Environment& Lab::environment() const { return parts_->environment; }

void Lab::run(std::stop_token stop) { parts_->server.run(stop); }

std::filesystem::path default_folder() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state && *state)
    return std::filesystem::path(state) / "darbe-lab";
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home ? home : "/") / ".local/state/darbe-lab";
}

std::string printed_environment(const std::filesystem::path& folder) {
  const auto file = folder / "environment";
  if (!std::filesystem::exists(file))
    throw base::Error(base::Kind::refused, fmt::format("there is no lab in {}", folder.string()),
                      "Start one with `darbe-lab up`, or name its folder with --dir.");
  return base::read_file(file);
}

}  // namespace darbe::lab
