// What a changed parameter group does to a running server.
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "lab/local_machine.h"

namespace darbe::lab {

namespace {

// Names whose values differ.
std::set<std::string> changed_between(const ParameterValues& before, const ParameterValues& after) {
  std::set<std::string> names;
  for (const auto& [name, value] : before) {
    const auto other = after.find(name);
    if (other == after.end() || other->second != value) names.insert(name);
  }
  for (const auto& [name, value] : after) {
    if (!before.contains(name)) names.insert(name);
  }
  return names;
}

const std::string* value_of(const ParameterValues& values, const std::string& name) {
  const auto found = values.find(name);
  return found == values.end() ? nullptr : &found->second;
}

// Which of its names the catalog knows a variable by: RDS writes some with '-'.
const Parameter* known(const ParameterCatalog& catalog, const std::string& name) {
  for (const Parameter& parameter : catalog.parameters()) {
    if (underscored(parameter.name) == name) return &parameter;
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> LocalMachine::set_parameters(const ParameterValues& values, bool immediately) {
  const ParameterValues before = effective_values(version_.installation, state_.spec.parameters, formula_inputs());
  const ParameterValues after = effective_values(version_.installation, values, formula_inputs());
  const ParameterCatalog& catalog = host_.catalog(version_.family);
  std::vector<std::string> waiting;
  ParameterValues filters;
  mysql::Connection connection = admin();
  for (const std::string& name : changed_between(before, after)) {
    const Parameter* parameter = known(catalog, name);
    if (parameter == nullptr)
      throw base::Error(base::Kind::usage, fmt::format("{} has no parameter {}", version_.family, name));
    const std::string* value = value_of(after, name);
    if (!immediately || parameter->apply_type != "dynamic") {
      waiting.push_back(parameter->name);
    } else if (is_filter(name)) {
      filters[name] = value == nullptr ? std::string() : *value;
    } else {
      connection.execute(set_global_statement(name, value));
    }
  }
  apply_filters(connection, filters);
  state_.spec.parameters = values;
  write_state(state_, folder_);
  return waiting;
}

// Filters can only be changed while no applier runs (MariaDB: no receiver either).
void LocalMachine::apply_filters(mysql::Connection& connection, const ParameterValues& filters) {
  if (filters.empty()) return;
  const mysql::Flavor& flavor = version_.installation.flavor;
  const std::string_view thread = flavor.is_mariadb() ? "SLAVE" : "REPLICA SQL_THREAD";
  const mysql::Result status = connection.query(flavor.show_replica_status());
  const bool applies = !status.empty() && status.text(0, flavor.column_sql_running()) == "Yes";
  const bool receives = !status.empty() && status.text(0, flavor.column_io_running()) == "Yes";
  if (applies || (receives && flavor.is_mariadb())) connection.execute(fmt::format("STOP {}", thread));
  for (const auto& [name, value] : filters) connection.execute(set_filter_statement(flavor, name, value));
  if (applies) connection.execute(fmt::format("START {}", thread));
}

}  // namespace darbe::lab
