// Tags on resources of RDS.
#pragma once

#include <map>
#include <stop_token>
#include <string>

namespace darbe::aws {

class Client;
class Parameters;
class XmlElement;

using Tags = std::map<std::string, std::string>;

// Whether `tags` holds each of `wanted` with its value.
bool has_all(const Tags& tags, const Tags& wanted);

// Without AWS's own ("aws:…"), which nobody else may set, and a run's marks ("darbe:…"), which are of one thing.
Tags without_reserved(const Tags& tags);

class ResourceTags {
 public:
  explicit ResourceTags(const Client& client) : client_(client) {}

  Tags of(const std::string& arn, std::stop_token stop = {}) const;

 private:
  const Client& client_;
};

// The wire's forms: Tags.Tag.1.Key …; <TagList><Tag><Key/><Value/></Tag></TagList>, <tagSet><item><key/>… of EC2.
void add_tags(Parameters& parameters, const std::string& list_name, const Tags& tags);
Tags to_tags(const XmlElement& list);

}  // namespace darbe::aws
