#include "copy/json_types.h"

#include <gtest/gtest.h>

namespace darbe::copy {
namespace {

TEST(JsonLiteral, MakesATemporalValueByItsType) {
  EXPECT_EQ(json_literal({"DATE", "2024-01-02", 11}), "CAST('2024-01-02' AS DATE)");
  EXPECT_EQ(json_literal({"TIME", "-10:11:12.500000", 11}), "CAST('-10:11:12.500000' AS TIME(6))");
  EXPECT_EQ(json_literal({"UNSIGNED INTEGER", "5", 3}), "CAST('5' AS UNSIGNED)");
}

TEST(JsonLiteral, MakesADecimalThatTakesAsMuchRoom) {
  EXPECT_EQ(json_literal({"DECIMAL", "-12.50", 7}),
            "IF(JSON_STORAGE_SIZE(CAST(-12.50 AS JSON)) = 7, CAST(-12.50 AS JSON), "
            "CAST(CAST('-12.50' AS DECIMAL(65,2)) AS JSON))");
}

TEST(JsonLiteral, KnowsTheOneKindOfBlobThatAnExpressionCanMake) {
  EXPECT_EQ(json_literal({"BLOB", "base64:type15:AP8=", 9}), "FROM_BASE64('AP8=')");
  EXPECT_EQ(json_literal({"BLOB", "base64:type252:AP8=", 9}), "");
}

}  // namespace
}  // namespace darbe::copy
