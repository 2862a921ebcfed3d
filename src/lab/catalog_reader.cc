#include "lab/catalog_reader.h"

#include <algorithm>
#include <map>
#include <set>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "lab/data_folder.h"
#include "lab/parameters.h"
#include "mysql/connection.h"
#include "servers/server.h"

namespace darbe::lab {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using Parameters = std::vector<Parameter>;

// Raised when what is read, or a table below, changes.
constexpr int catalog_format = 1;

// What belongs to the host or to RDS itself: shown, but not for the customer to change.
const std::set<std::string_view> fixed{"basedir",
                                       "bind_address",
                                       "character_sets_dir",
                                       "datadir",
                                       "hostname",
                                       "license",
                                       "log_bin",
                                       "log_bin_basename",
                                       "log_bin_index",
                                       "log_error",
                                       "general_log_file",
                                       "slow_query_log_file",
                                       "lc_messages_dir",
                                       "pid_file",
                                       "plugin_dir",
                                       "port",
                                       "socket",
                                       "tmpdir",
                                       "secure_file_priv",
                                       "server_id",
                                       "server_uuid",
                                       "skip_networking",
                                       "version",
                                       "version_comment",
                                       "version_compile_machine",
                                       "version_compile_os",
                                       "version_compile_zlib",
                                       "version_ssl_library",
                                       "relay_log",
                                       "relay_log_basename",
                                       "relay_log_index",
                                       "relay_log_info_file",
                                       "slave_load_tmpdir",
                                       "replica_load_tmpdir",
                                       "ssl_ca",
                                       "ssl_capath",
                                       "ssl_cert",
                                       "ssl_crl",
                                       "ssl_crlpath",
                                       "ssl_key",
                                       "admin_address",
                                       "admin_port",
                                       "innodb_data_home_dir",
                                       "innodb_data_file_path",
                                       "innodb_log_group_home_dir",
                                       "innodb_undo_directory",
                                       "innodb_tmpdir",
                                       "innodb_page_size",
                                       "innodb_directories",
                                       "innodb_version",
                                       "innodb_redo_log_archive_dirs",
                                       "innodb_read_only",
                                       "gtid_executed",
                                       "gtid_purged",
                                       "gtid_owned",
                                       "gtid_binlog_pos",
                                       "gtid_binlog_state",
                                       "gtid_current_pos",
                                       "gtid_slave_pos",
                                       "super_read_only",
                                       "skip_grant_tables",
                                       "log_slave_updates",
                                       "log_replica_updates",
                                       "relay_log_recovery",
                                       "large_files_support",
                                       "protocol_version",
                                       "report_host",
                                       "report_port",
                                       "report_user",
                                       "report_password",
                                       "sha256_password_private_key_path",
                                       "sha256_password_public_key_path",
                                       "caching_sha2_password_private_key_path",
                                       "caching_sha2_password_public_key_path",
                                       "persisted_globals_load",
                                       "partial_revokes",
                                       "offline_mode",
                                       "init_file",
                                       "wsrep_on",
                                       "wsrep_provider",
                                       "named_pipe",
                                       "core_file",
                                       "tmpdir"};

const char* const filters[] = {"replicate-do-db",        "replicate-ignore-db",     "replicate-do-table",
                               "replicate-ignore-table", "replicate-wild-do-table", "replicate-wild-ignore-table"};

// What DescribeDBParameters shows as a value: RDS's own settings. Where there is none, the engine's default holds.
std::map<std::string, std::string> rds_values(const EngineVersion& version) {
  std::map<std::string, std::string> values = effective_values(version.installation, {}, {});
  for (const std::string& argument : servers::small_server_arguments(version.installation)) {
    values.erase(underscored(std::string_view(argument).substr(2, argument.find('=') - 2)));
  }
  values["innodb_buffer_pool_size"] = "{DBInstanceClassMemory*3/4}";
  values["max_connections"] = "{DBInstanceClassMemory/12582880}";
  values["read_only"] = "{TrueIfReplica}";
  values["performance_schema"] = "0";
  return values;
}

Parameter named(const std::string& name) {
  Parameter parameter;
  parameter.name = name;
  parameter.source = "engine-default";
  parameter.apply_type = "static";
  parameter.data_type = "string";
  return parameter;
}

std::string range(const std::string& low, const std::string& high) {
  return low.empty() || high.empty() ? std::string() : low + "-" + high;
}

Parameters read_mariadb(mysql::Connection& connection) {
  const mysql::Result rows = connection.query(
      "SELECT LOWER(VARIABLE_NAME) AS name, VARIABLE_TYPE AS type, COALESCE(VARIABLE_COMMENT, '') AS text, READ_ONLY "
      "AS fixed, "
      "COALESCE(NUMERIC_MIN_VALUE, '') AS low, COALESCE(NUMERIC_MAX_VALUE, '') AS high, COALESCE(ENUM_VALUE_LIST, '') "
      "AS list "
      "FROM information_schema.SYSTEM_VARIABLES WHERE VARIABLE_SCOPE <> 'SESSION ONLY'");
  Parameters result;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Parameter parameter = named(rows.text(row, "name"));
    const std::string& type = rows.text(row, "type");
    parameter.description = rows.text(row, "text");
    parameter.apply_type = rows.text(row, "fixed") == "YES" ? "static" : "dynamic";
    if (type == "BOOLEAN") {
      parameter.data_type = "boolean";
      parameter.allowed_values = "0,1";
    } else if (type.find("INT") != std::string::npos || type == "DOUBLE") {
      parameter.data_type = type == "DOUBLE" ? "float" : "integer";
      parameter.allowed_values = range(rows.text(row, "low"), rows.text(row, "high"));
    } else if (type == "ENUM") {
      parameter.allowed_values = rows.text(row, "list");
    }
    result.push_back(std::move(parameter));
  }
  return result;
}

// The server itself is asked whether a variable can be set while it runs: by giving it the value it has.
bool is_dynamic(mysql::Connection& connection, const std::string& name) {
  try {
    connection.execute(fmt::format("SET GLOBAL {0} = @@GLOBAL.{0}", name));
  } catch (const mysql::ServerError& error) {
    return std::string_view(error.what()).find("read only") == std::string_view::npos;
  }
  return true;
}

Parameters read_old_mysql(mysql::Connection& connection) {
  const mysql::Result rows = connection.query("SHOW GLOBAL VARIABLES");
  Parameters result;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Parameter parameter = named(rows.text(row, "Variable_name"));
    const std::string& value = rows.text(row, "Value");
    if (value == "ON" || value == "OFF") {
      parameter.data_type = "boolean";
      parameter.allowed_values = "0,1";
    } else if (!value.empty() && value.find_first_not_of("0123456789") == std::string::npos) {
      parameter.data_type = "integer";
      parameter.allowed_values = "0-18446744073709551615";
    }
    parameter.apply_type = is_dynamic(connection, parameter.name) ? "dynamic" : "static";
    result.push_back(std::move(parameter));
  }
  return result;
}

// Names that the new dialect replaced are still understood by the server, but no longer by RDS
// (facts/rds-mysql.md 1.6).
bool is_outdated(const std::string& name, const std::set<std::string>& all) {
  if (name.find("slave") == std::string::npos && name.find("master") == std::string::npos) return false;
  const auto replaced = [&](std::string_view from, std::string_view to) {
    std::string other = name;
    const std::size_t at = other.find(from);
    if (at == std::string::npos) return false;
    return all.contains(other.replace(at, from.size(), to));
  };
  return replaced("slave", "replica") || replaced("master", "source");
}

Parameters read_current_mysql(mysql::Connection& connection) {
  const mysql::Result rows = connection.query(
      "SELECT m.VARIABLE_NAME AS name, m.DATA_TYPE AS type, COALESCE(m.MIN_VALUE, '') AS low, COALESCE(m.MAX_VALUE, "
      "'') AS high, "
      "m.DOCUMENTATION AS text FROM performance_schema.variables_metadata m "
      "JOIN performance_schema.global_variables v USING (VARIABLE_NAME) WHERE m.VARIABLE_SCOPE <> 'SESSION_ONLY'");
  std::set<std::string> all;
  for (std::size_t row = 0; row < rows.size(); ++row) all.insert(rows.text(row, "name"));
  Parameters result;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Parameter parameter = named(rows.text(row, "name"));
    if (is_outdated(parameter.name, all)) continue;
    const std::string& type = rows.text(row, "type");
    parameter.description = rows.text(row, "text");
    if (type == "Boolean") {
      parameter.data_type = "boolean";
      parameter.allowed_values = "0,1";
    } else if (type == "Integer" || type == "Numeric") {
      parameter.data_type = type == "Numeric" ? "float" : "integer";
      parameter.allowed_values = range(rows.text(row, "low"), rows.text(row, "high"));
    } else if (type == "Set") {
      parameter.data_type = "list";
    }
    parameter.apply_type = is_dynamic(connection, parameter.name) ? "dynamic" : "static";
    result.push_back(std::move(parameter));
  }
  return result;
}

Parameters read_server(mysql::Connection& connection) {
  if (connection.flavor().is_mariadb()) return read_mariadb(connection);
  return connection.flavor().at_least(8, 0) ? read_current_mysql(connection) : read_old_mysql(connection);
}

void add_filters(Parameters& parameters, const mysql::Flavor& flavor) {
  std::erase_if(parameters, [](const Parameter& one) { return is_filter(one.name); });
  for (const char* name : filters) {
    Parameter parameter = named(name);
    parameter.description = "Replication filter: a list of names with commas between them.";
    parameter.apply_type = flavor.filters_are_dynamic() ? "dynamic" : "static";
    parameters.push_back(std::move(parameter));
  }
}

void add_what_rds_says(Parameters& parameters, const EngineVersion& version) {
  const std::map<std::string, std::string> values = rds_values(version);
  for (Parameter& parameter : parameters) {
    if (const auto value = values.find(parameter.name); value != values.end()) {
      parameter.value = value->second;
      parameter.source = "system";
    }
    parameter.is_modifiable = !fixed.contains(parameter.name);
    if (parameter.name == "gtid_mode") parameter.name = "gtid-mode";
  }
  Parameter optimized = named("rds.optimized_writes");
  optimized.description = "Whether new instances of classes that can do so run without the doublewrite buffer.";
  optimized.value = "AUTO";
  optimized.allowed_values = "AUTO,OFF";
  parameters.push_back(std::move(optimized));
}

Parameters ask(const EngineVersion& version) {
  const base::TemporaryFolder folder("darbe-catalog");
  make_rds_data_folder(version.installation, {}, folder.path());
  servers::ServerOptions options{.folder = folder.path()};
  options.arguments = servers::small_server_arguments(version.installation);
  servers::Server server(version.installation);
  server.start(options);
  mysql::Connection connection(server.local("rdsadmin"), {});
  Parameters parameters = read_server(connection);
  add_filters(parameters, connection.flavor());
  add_what_rds_says(parameters, version);
  return parameters;
}

json::object object_of(const Parameter& parameter) {
  json::object object{{"name", parameter.name},
                      {"description", parameter.description},
                      {"source", parameter.source},
                      {"apply_type", parameter.apply_type},
                      {"data_type", parameter.data_type},
                      {"allowed_values", parameter.allowed_values},
                      {"is_modifiable", parameter.is_modifiable}};
  if (parameter.value) object["value"] = *parameter.value;
  return object;
}

Parameter parameter_of(const json::object& object) {
  const auto text = [&](const char* name) { return json::value_to<std::string>(object.at(name)); };
  Parameter parameter = named(text("name"));
  if (object.contains("value")) parameter.value = text("value");
  parameter.description = text("description");
  parameter.source = text("source");
  parameter.apply_type = text("apply_type");
  parameter.data_type = text("data_type");
  parameter.allowed_values = text("allowed_values");
  parameter.is_modifiable = object.at("is_modifiable").as_bool();
  return parameter;
}

}  // namespace

ParameterCatalog read_catalog(const EngineVersion& version) {
  const fs::path file = servers::cache_folder() / "catalogs" /
                        fmt::format("{}-{}-{}.json", version.family, version.version, catalog_format);
  fs::create_directories(file.parent_path());
  const base::FileLock lock(file.string() + ".lock", base::FileLock::Wait::yes);
  if (!fs::exists(file)) {
    json::array list;
    for (const Parameter& parameter : ask(version)) list.push_back(object_of(parameter));
    base::write_file_atomically(file, json::serialize(list));
  }
  Parameters parameters;
  const json::value list = json::parse(base::read_file(file));
  for (const json::value& entry : list.as_array()) parameters.push_back(parameter_of(entry.as_object()));
  return ParameterCatalog(version.family, std::move(parameters));
}

}  // namespace darbe::lab
