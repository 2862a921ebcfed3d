// Data folders: made once for each version and set of options, then copied.
#include <fstream>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/random.h"
#include "servers/process.h"
#include "servers/server.h"

namespace darbe::servers {

namespace {

namespace fs = std::filesystem;
using base::Error;
using base::Kind;
using Arguments = std::vector<std::string>;

// Raised when the way a template is made changes.
constexpr int template_format = 1;

Arguments joined(const Arguments& first, const Arguments& second) {
  Arguments result = first;
  result.insert(result.end(), second.begin(), second.end());
  return result;
}

void run_server(const Installation& installation, const Arguments& arguments, const fs::path& folder,
                const fs::path& input) {
  const Arguments common{"--datadir=" + (folder / "data").string(), "--skip-networking",
                         "--socket=" + (folder / "x.sock").string()};
  run({.arguments = joined(joined(installation.command, common), arguments),
       .output = folder / "error.log",
       .input = input},
      {});
}

struct Scripts {
  std::vector<fs::path> files;
  std::string then;
};

// What the server's own install script feeds to a bootstrapping server.
void bootstrap_with_scripts(const Installation& installation, const Arguments& arguments, const fs::path& folder,
                            const Scripts& scripts) {
  const fs::path input = folder / "bootstrap.sql";
  std::ofstream script(input, std::ios::binary);
  script << "use mysql;\n";
  for (const fs::path& file : scripts.files) script << base::read_file(file) << "\n";
  script << scripts.then;
  script.close();
  if (!script) throw Error(Kind::failed, fmt::format("can't write {}", input.string()));
  run_server(installation, joined(arguments, {"--bootstrap"}), folder, input);
  fs::remove(input);
}

void initialize_old_mysql(const Installation& installation, const Arguments& arguments, const fs::path& folder) {
  fs::create_directories(folder / "data/mysql");
  fs::create_directories(folder / "data/test");
  const fs::path share = installation.folder / "server/share";
  bootstrap_with_scripts(installation, arguments, folder,
                         {.files = {share / "mysql_system_tables.sql", share / "mysql_system_tables_data.sql"},
                          .then = "DELETE FROM user WHERE Host <> 'localhost' OR User <> 'root';\n"
                                  "DELETE FROM proxies_priv;\nDELETE FROM db;\n"});
}

void initialize_mariadb(const Installation& installation, const Arguments& arguments, const fs::path& folder) {
  fs::create_directories(folder / "data/mysql");
  const fs::path share = (installation.folder.empty() ? fs::path("/") : installation.folder) / "usr/share/mysql";
  bootstrap_with_scripts(installation, joined(arguments, {"--enforce-storage-engine=", "--log-warnings=0"}), folder,
                         {.files = {share / "mysql_system_tables.sql", share / "mysql_performance_tables.sql",
                                    share / "mysql_system_tables_data.sql", share / "mysql_sys_schema.sql"},
                          .then = "DELETE FROM mysql.global_priv WHERE Host <> 'localhost';\n"
                                  "DELETE FROM mysql.proxies_priv;\n"});
}

void initialize(const Installation& installation, const Arguments& arguments, const fs::path& folder) {
  if (installation.kind == mysql_old) return initialize_old_mysql(installation, arguments, folder);
  if (installation.kind == mariadb) return initialize_mariadb(installation, arguments, folder);
  fs::create_directories(folder / "data");
  run_server(installation, joined(arguments, {"--initialize-insecure"}), folder, {});
}

std::string name_of(const Installation& installation, const TemplateOptions& options) {
  const std::string all = fmt::format("{}|{}|{}|{}", template_format, fmt::join(installation.command, "|"),
                                      fmt::join(options.arguments, "|"), options.content);
  return fmt::format("{}-{}-{}", installation.kind, installation.version, base::sha256_hex(all).substr(0, 12));
}

// A copy must not claim to be the same server as another copy.
void remove_identity(const fs::path& folder) {
  fs::remove(folder / "data/auto.cnf");
  for (const char* leftover : {"error.log", "server.pid", "server.sock"}) fs::remove(folder / leftover);
}

}  // namespace

fs::path template_folder(const Installation& installation, const TemplateOptions& options) {
  const fs::path folder = cache_folder() / "templates" / name_of(installation, options);
  fs::create_directories(folder.parent_path());
  const base::FileLock lock(folder.string() + ".lock", base::FileLock::Wait::yes);
  if (fs::exists(folder)) return folder;
  const fs::path work = folder.string() + ".new";
  fs::remove_all(work);
  fs::create_directories(work);
  base::in_context(fmt::format("can't make a data folder for {} {}", installation.kind, installation.version), [&] {
    initialize(installation, joined(small_server_arguments(installation), options.arguments), work);
    if (options.prepare) options.prepare(work);
  });
  remove_identity(work);
  fs::rename(work, folder);
  return folder;
}

void make_data_folder(const Installation& installation, const TemplateOptions& options, const fs::path& folder) {
  fs::create_directories(folder);
  copy_folder(template_folder(installation, options) / "data", folder / "data");
}

void copy_folder(const fs::path& from, const fs::path& to) {
  const base::TemporaryFolder log("darbe-copy");
  run({.arguments = {"cp", "-a", "--reflink=auto", "--sparse=always", from, to}, .output = log.path() / "log"}, {});
}

Arguments small_server_arguments(const Installation& installation) {
  Arguments result{"--innodb-buffer-pool-size=67108864", "--innodb-log-buffer-size=4194304", "--max-connections=200",
                   "--table-open-cache=400", "--performance-schema=0",
                   // What it keeps whole is a page that a power cut tears; MySQL 9 reads its files at each start.
                   "--innodb-doublewrite=0"};
  if (installation.flavor.is_mariadb()) {
    return joined(result, {"--innodb-log-file-size=16777216", "--aria-pagecache-buffer-size=8388608",
                           "--key-buffer-size=8388608"});
  }
  if (installation.kind == mysql_old)
    return joined(result, {"--innodb-log-file-size=16777216", "--key-buffer-size=8388608"});
  return joined(result, {"--innodb-redo-log-capacity=33554432", "--key-buffer-size=8388608"});
}

}  // namespace darbe::servers
