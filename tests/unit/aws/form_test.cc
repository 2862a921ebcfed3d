#include "aws/form.h"

#include <gtest/gtest.h>

namespace darbe::aws {
namespace {

TEST(Form, EncodesAllButTheUnreserved) {
  EXPECT_EQ(form_encoded({{"A.1", "a b+c&d=e/~*"}, {"B", "\u00e9"}}), "A.1=a%20b%2Bc%26d%3De%2F~%2A&B=%C3%A9");
  EXPECT_EQ(form_encoded({}), "");
}

TEST(Form, IsReadBackAsWritten) {
  const Form form = {{"Action", "X"}, {"Empty", ""}, {"Odd=&%", "+ \n\x01"}};
  EXPECT_EQ(form_decoded(form_encoded(form)), form);
}

TEST(Form, IsReadAsBrowsersWriteIt) {
  EXPECT_EQ(form_decoded("a=1+2&b&&c=d=e"), (Form{{"a", "1 2"}, {"b", ""}, {"c", "d=e"}}));
  EXPECT_EQ(form_decoded(""), Form());
}

TEST(Form, LeavesHalfAnEscapeAsItIs) {
  EXPECT_EQ(percent_decoded("%"), "%");
  EXPECT_EQ(percent_decoded("%4"), "%4");
  EXPECT_EQ(percent_decoded("%zz%41"), "%zzA");
  EXPECT_EQ(percent_decoded("%-1"), "%-1");
}

}  // namespace
}  // namespace darbe::aws
