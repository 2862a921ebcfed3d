// AWS's published API models (botocore's service-2.json, version "2.0"): which actions a service has, the shapes of
// their parameters and answers, and its errors. A model is never changed after it is loaded, so threads may share it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace darbe::lab {

struct Shape;

struct ShapeMember {
  std::string name;
  const Shape* shape = nullptr;
  std::string location_name;  // locationName, or empty
  std::string query_name;     // queryName of the ec2 protocol, or empty
  bool required = false;
};

struct Shape {
  enum class Type { structure, list, map, text, integer, real, truth, time, bytes };

  std::string name;
  Type type = Type::text;
  std::vector<ShapeMember> members;   // structure
  std::optional<ShapeMember> item;    // list
  std::optional<ShapeMember> key;     // map
  std::optional<ShapeMember> mapped;  // map
  bool flattened = false;             // list
  bool sensitive = false;
  std::vector<std::string> allowed;  // enum; empty: any
  std::optional<double> at_least;    // of a number, or of a text's length
  std::optional<double> at_most;
  std::string pattern;

  const ShapeMember* member(std::string_view member_name) const;
};

struct Operation {
  std::string name;
  const Shape* input = nullptr;   // none: no parameters
  const Shape* output = nullptr;  // none: no result
  std::string result_wrapper;
};

enum class Protocol { query, ec2, json };  // the one of a service's that the lab speaks

class ApiModel {
 public:
  // Throws: base::Error{failed} when the file is not such a model.
  static ApiModel load(const std::filesystem::path& file);

  const std::string& service() const { return service_; }  // as in the credential scope: rds, ec2, sts, monitoring
  const std::string& version() const { return version_; }
  const std::string& xml_namespace() const { return xml_namespace_; }
  const std::string& target_prefix() const { return target_prefix_; }  // of X-Amz-Target, in the JSON protocol
  Protocol protocol() const { return protocol_; }
  const Operation* operation(std::string_view name) const;
  const Shape* shape(std::string_view name) const;
  // The HTTP status of an error code; 400 where the model has none.
  int http_status(std::string_view code) const;

 private:
  std::string service_;
  std::string version_;
  std::string xml_namespace_;
  std::string target_prefix_;
  Protocol protocol_ = Protocol::query;
  std::map<std::string, std::unique_ptr<Shape>, std::less<>> shapes_;
  std::map<std::string, Operation, std::less<>> operations_;
  std::map<std::string, int, std::less<>> statuses_;
};

}  // namespace darbe::lab
