// What DescribeDBParameters says about a parameter group family, read from the server of that version itself; RDS's own
// parameters (replicate-…, rds.…) and defaults come from tables.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace darbe::lab {

struct Parameter {
  std::string name;
  std::optional<std::string> value;  // the family's default as RDS shows it; may be a formula: {TrueIfReplica}
  std::string description;
  std::string source;          // "system": RDS sets it; "engine-default": the server's own
  std::string apply_type;      // dynamic | static
  std::string data_type;       // boolean | integer | float | string | list
  std::string allowed_values;  // "0-65535", "ON,OFF"; empty: any
  bool is_modifiable = true;
};

class ParameterCatalog {
 public:
  ParameterCatalog(std::string family, std::vector<Parameter> parameters);

  const std::string& family() const { return family_; }
  // By name.
  const std::vector<Parameter>& parameters() const { return parameters_; }
  const Parameter* find(std::string_view name) const;

  // Why a group of this family can't hold `value`, as a sentence; nothing if it can.
  std::optional<std::string> refusal(std::string_view name, std::string_view value) const;

 private:
  std::string family_;
  std::vector<Parameter> parameters_;
};

}  // namespace darbe::lab
