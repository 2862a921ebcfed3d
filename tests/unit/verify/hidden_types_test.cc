#include "verify/hidden_types.h"

#include <gtest/gtest.h>

namespace darbe::verify {
namespace {

TEST(HiddenDecimals, AreNumbersWhoseDigitsTakeFourBytes) {
  for (const char* number : {"123456.78", "12.5", "12.0", "-1.25", "1234.5678", "12.345678", "0.1234567", "0.12345"})
    EXPECT_TRUE(may_hide_decimal(number)) << number;
  for (const char* number : {"1234567.8", "12345.678", "123.45678", "12.3456789", "0.5", "0.25", "1234567890.12",
                             "0.1234567891", "12", "12.5e10", "1.25E-7", "12.50", "-0.0"})
    EXPECT_FALSE(may_hide_decimal(number)) << number;
}

TEST(HiddenDecimals, AreFoundAnywhereInADocument) {
  EXPECT_TRUE(may_hide_decimal(R"({"mail": "a@b.com", "at": [1.5e3, {"price": 12.55}]})"));
  EXPECT_FALSE(may_hide_decimal(R"({"mail": "a@b.com", "at": [1.5e3, {"price": 12}], "end": "."})"));
  EXPECT_FALSE(may_hide_decimal(""));
}

}  // namespace
}  // namespace darbe::verify
