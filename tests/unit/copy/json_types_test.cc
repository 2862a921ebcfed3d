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
  const std::string literal = "CAST(-12.50 AS JSON)";
  const std::string cast = "CAST(CAST('-12.50' AS DECIMAL(65,2)) AS JSON)";
  const auto made = [&](const char* size, const char* type) {
    return "CASE " + std::string(size) + " WHEN JSON_STORAGE_SIZE(" + literal + ") THEN " + literal +
           " WHEN JSON_STORAGE_SIZE(" + cast + ") THEN " + cast +
           " ELSE (SELECT CAST(x.c AS JSON) FROM JSON_TABLE(JSON_ARRAY('-12.50'), '$[0]' COLUMNS (c " + type +
           " PATH '$')) AS x) END";
  };
  EXPECT_EQ(json_literal({"DECIMAL", "-12.50", 7}), made("7", "DECIMAL(4,2)"));
  EXPECT_EQ(json_literal({"DECIMAL", "-12.50", 9}), made("9", "DECIMAL(8,2)"));
  EXPECT_EQ(json_literal({"DECIMAL", "-12.50", 10}), made("10", "DECIMAL(11,2)"));
}

TEST(JsonLiteral, MakesADoubleThatAServerMayReadOtherwise) {
  EXPECT_EQ(json_literal({"DOUBLE", "-9088544342.689999", 9}), "'-9088544342.689999'*1e0");
  EXPECT_EQ(json_literal({"DOUBLE", "1.5e-290", 9}), "'1.5e-290'*1e0");
  EXPECT_EQ(json_literal({"DOUBLE", "12.5", 9}), "");
}

TEST(JsonLiteral, KnowsTheOneKindOfBlobThatAnExpressionCanMake) {
  EXPECT_EQ(json_literal({"BLOB", "base64:type15:AP8=", 9}), "FROM_BASE64('AP8=')");
  EXPECT_EQ(json_literal({"BLOB", "base64:type252:AP8=", 9}), "");
}

}  // namespace
}  // namespace darbe::copy
