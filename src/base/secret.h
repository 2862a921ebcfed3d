// A value that prints as stars and is wiped when it goes. Call reveal() only where it is handed to a server.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace darbe::base {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  Secret(Secret&&) = default;
  Secret& operator=(Secret&&) = default;
  ~Secret() { wipe(); }

  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  void wipe();
  std::string value_;
};

}  // namespace darbe::base

template <>
struct fmt::formatter<darbe::base::Secret> : fmt::formatter<std::string_view> {
  template <typename Context>
  auto format(const darbe::base::Secret&, Context& context) const {
    return fmt::formatter<std::string_view>::format("****", context);
  }
};
