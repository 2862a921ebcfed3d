#include "aws/engine_versions.h"

#include "aws/query.h"

namespace darbe::aws {

std::vector<EngineVersion> engine_versions(const Client& client, const std::string& engine, const std::string& version,
                                           std::stop_token stop) {
  Parameters parameters;
  parameters.add("Engine", engine).add("IncludeAll", true);  // deprecated ones too: instances still run on them
  if (!version.empty()) parameters.add("EngineVersion", version);
  std::vector<EngineVersion> versions;
  for (const XmlElement& page : client.call_pages(rds, "DescribeDBEngineVersions", parameters, {}, stop)) {
    for (const XmlElement& element : page.child("DBEngineVersions").children()) {
      versions.push_back({element.text("Engine"), element.text("EngineVersion"), element.text("DBParameterGroupFamily"),
                          element.text("Status")});
    }
  }
  return versions;
}

std::optional<EngineVersion> find_engine_version(const Client& client, const std::string& engine,
                                                 const std::string& version, std::stop_token stop) {
  for (EngineVersion& found : engine_versions(client, engine, version, stop)) {
    if (found.version == version) return std::move(found);
  }
  return std::nullopt;
}

}  // namespace darbe::aws
