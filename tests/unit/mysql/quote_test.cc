#include "mysql/quote.h"

#include <gtest/gtest.h>

namespace darbe::mysql {
namespace {

TEST(Quote, DoublesBackticksInNames) {
  EXPECT_EQ(quote_name("a`b"), "`a``b`");
  EXPECT_EQ(quote_name("my schema", "t.x"), "`my schema`.`t.x`");
}

TEST(Quote, DoublesQuotesAndBackslashesInText) {
  EXPECT_EQ(quote_text("it's"), "'it''s'");
  EXPECT_EQ(quote_text("a\\b"), "'a\\\\b'");
  EXPECT_EQ(quote_text(std::string_view("a\0b", 3)), "'a\\0b'");
}

TEST(Quote, WritesAnyByteAsHexadecimal) {
  EXPECT_EQ(quote_bytes(std::string_view("\0'\xff", 3)), "X'0027FF'");
  EXPECT_EQ(quote_bytes(""), "X''");
}

TEST(Quote, PutsAnAccountsPartsInQuotesEach) { EXPECT_EQ(quote_account("o'x", "%"), "'o''x'@'%'"); }

}  // namespace
}  // namespace darbe::mysql
