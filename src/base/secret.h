// A value that prints as stars and is wiped where it goes or is replaced. Call reveal() only where it is handed to a
// server.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace darbe::base {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value);
  Secret(const Secret&) = default;
  Secret& operator=(const Secret& other);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { wipe(); }

  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  void wipe() noexcept;
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
