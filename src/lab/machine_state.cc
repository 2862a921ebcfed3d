#include "lab/machine_state.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"

namespace darbe::lab {

namespace {

namespace json = boost::json;

std::filesystem::path file_in(const std::filesystem::path& folder) { return folder / "machine.json"; }

json::object object_of(const MachineSpec& spec) {
  json::object parameters;
  for (const auto& [name, value] : spec.parameters) parameters[name] = value;
  return {{"identifier", spec.identifier},
          {"engine", spec.engine},
          {"engine_version", spec.engine_version},
          {"port", spec.port},
          {"master_user", spec.master_user},
          {"master_password", spec.master_password.reveal()},
          {"database", spec.database},
          {"instance_class", spec.instance_class},
          {"allocated_gib", spec.allocated_gib},
          {"binlog", spec.binlog},
          {"parameters", parameters}};
}

std::string text(const json::object& object, const char* name) { return json::value_to<std::string>(object.at(name)); }
unsigned number(const json::object& object, const char* name) { return object.at(name).to_number<unsigned>(); }

MachineSpec spec_of(const json::object& object) {
  MachineSpec spec{.identifier = text(object, "identifier"),
                   .engine = text(object, "engine"),
                   .engine_version = text(object, "engine_version"),
                   .port = number(object, "port"),
                   .master_user = text(object, "master_user"),
                   .master_password = base::Secret(text(object, "master_password")),
                   .database = text(object, "database"),
                   .instance_class = text(object, "instance_class"),
                   .allocated_gib = number(object, "allocated_gib"),
                   .binlog = object.at("binlog").as_bool(),
                   .parameters = {}};
  for (const auto& parameter : object.at("parameters").as_object()) {
    spec.parameters[parameter.key()] = json::value_to<std::string>(parameter.value());
  }
  return spec;
}

}  // namespace

void write_state(const MachineState& state, const std::filesystem::path& folder) {
  const json::object object{{"spec", object_of(state.spec)},
                            {"address", state.address},
                            {"server_id", state.server_id},
                            {"admin_password", state.admin_password.reveal()},
                            {"replication_password", state.replication_password.reveal()},
                            {"source", state.source}};
  base::write_file_atomically(file_in(folder), json::serialize(object), 0600);
}

MachineState read_state(const std::filesystem::path& folder) {
  const std::string content = base::read_file(file_in(folder));
  return base::in_context(fmt::format("{} is damaged", file_in(folder).string()), [&] {
    const json::value value = json::parse(content);
    const json::object& object = value.as_object();
    return MachineState{.spec = spec_of(object.at("spec").as_object()),
                        .address = text(object, "address"),
                        .server_id = number(object, "server_id"),
                        .admin_password = base::Secret(text(object, "admin_password")),
                        .replication_password = base::Secret(text(object, "replication_password")),
                        .source = text(object, "source")};
  });
}

}  // namespace darbe::lab
