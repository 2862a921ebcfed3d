#include "aws/option_groups.h"

#include "aws/error.h"
#include "aws/query.h"

namespace darbe::aws {

std::optional<OptionGroup> find_option_group(const Client& client, const std::string& name, std::stop_token stop) {
  Parameters parameters;
  parameters.add("OptionGroupName", name);
  try {
    const XmlElement result = client.call(rds, "DescribeOptionGroups", parameters, stop);
    for (const XmlElement& group : result.child("OptionGroupsList").children())
      return OptionGroup{group.text("OptionGroupName"), group.text("EngineName"), group.text("MajorEngineVersion")};
  } catch (const ApiError& error) {
    if (error.meaning() != Meaning::not_found) throw;
  }
  return std::nullopt;
}

}  // namespace darbe::aws
