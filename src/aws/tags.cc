#include "aws/tags.h"

#include <algorithm>

#include <fmt/format.h>

#include "aws/query.h"

namespace darbe::aws {

bool has_all(const Tags& tags, const Tags& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&tags](const auto& tag) {
    const auto found = tags.find(tag.first);
    return found != tags.end() && found->second == tag.second;
  });
}

Tags without_reserved(const Tags& tags) {
  Tags result = tags;
  std::erase_if(result,
                [](const auto& tag) { return tag.first.starts_with("aws:") || tag.first.starts_with("darbe:"); });
  return result;
}

Tags ResourceTags::of(const std::string& arn, std::stop_token stop) const {
  Parameters parameters;
  parameters.add("ResourceName", arn);
  return to_tags(client_.call(rds, "ListTagsForResource", parameters, stop).child("TagList"));
}

void add_tags(Parameters& parameters, const std::string& list_name, const Tags& tags) {
  int number = 0;
  for (const auto& [key, value] : tags) {
    const std::string name = fmt::format("{}.{}", list_name, ++number);
    parameters.add(name + ".Key", key).add(name + ".Value", value);
  }
}

Tags to_tags(const XmlElement& list) {
  Tags tags;
  for (const XmlElement& tag : list.children()) {
    const bool is_ec2 = tag.has("key");
    tags[tag.text(is_ec2 ? "key" : "Key")] = tag.text(is_ec2 ? "value" : "Value");
  }
  return tags;
}

}  // namespace darbe::aws
