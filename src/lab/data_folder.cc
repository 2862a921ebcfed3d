#include "lab/data_folder.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/file.h"
#include "lab/accounts.h"
#include "lab/procedures.h"
#include "mysql/connection.h"
#include "servers/server.h"

namespace darbe::lab {

namespace {

using Statements = std::vector<std::string>;

Statements statements_for(const mysql::Flavor& flavor) {
  Statements result = account_statements(flavor);
  for (std::string& statement : rds_schema(flavor)) result.push_back(std::move(statement));
  for (std::string& statement : farewell_to_root(flavor)) result.push_back(std::move(statement));
  return result;
}

// REVOKE on one schema of a privilege granted on all needs it.
bool has_partial_revokes(const mysql::Flavor& flavor) { return !flavor.is_mariadb() && flavor.at_least(8, 0); }

servers::TemplateOptions template_for(const servers::Installation& installation,
                                      const std::string& lower_case_table_names) {
  const Statements statements = statements_for(installation.flavor);
  servers::TemplateOptions options;
  if (!lower_case_table_names.empty())
    options.arguments.push_back("--lower-case-table-names=" + lower_case_table_names);
  options.content = fmt::format("{}", fmt::join(statements, ";\n"));
  options.prepare = [installation, statements, arguments = options.arguments](const std::filesystem::path& folder) {
    servers::ServerOptions server_options{.folder = folder};
    server_options.arguments = servers::small_server_arguments(installation);
    server_options.arguments.insert(server_options.arguments.end(), arguments.begin(), arguments.end());
    if (has_partial_revokes(installation.flavor))
      server_options.arguments.insert(server_options.arguments.end(), {"--partial-revokes=1", "--skip-log-bin"});
    servers::Server server(installation);
    server.start(server_options);
    mysql::Connection connection(server.local("root"), {});
    for (const std::string& statement : statements) connection.execute(statement);
    server.stop();
  };
  return options;
}

}  // namespace

void make_rds_data_folder(const servers::Installation& installation, const std::string& lower_case_table_names,
                          const std::filesystem::path& folder) {
  servers::make_data_folder(installation, template_for(installation, lower_case_table_names), folder);
}

void prepare_data_folder(const servers::Installation& installation) {
  servers::template_folder(installation, template_for(installation, {}));
}

}  // namespace darbe::lab
