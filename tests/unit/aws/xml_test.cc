#include "aws/xml.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace darbe::aws {
namespace {

constexpr auto document = R"(<?xml version="1.0"?>
<DescribeDBInstancesResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/">
  <DescribeDBInstancesResult>
    <DBInstances>
      <DBInstance><DBInstanceIdentifier>putio16</DBInstanceIdentifier><DBName/></DBInstance>
      <DBInstance><DBInstanceIdentifier>a&amp;b &lt;&#xE9;&gt;</DBInstanceIdentifier></DBInstance>
    </DBInstances>
  </DescribeDBInstancesResult>
</DescribeDBInstancesResponse>)";

TEST(Xml, IsWalkedByNames) {
  const XmlElement root = parse_xml(document);
  EXPECT_EQ(root.name(), "DescribeDBInstancesResponse");
  const auto& instances = root.child("DescribeDBInstancesResult").child("DBInstances").children();
  ASSERT_EQ(instances.size(), 2u);
  EXPECT_EQ(instances[0].text("DBInstanceIdentifier"), "putio16");
  EXPECT_EQ(instances[1].text("DBInstanceIdentifier"), "a&b <\u00e9>");
}

TEST(Xml, TellsAnEmptyElementFromNone) {
  const XmlElement instance = parse_xml("<DBInstance><DBName/></DBInstance>");
  EXPECT_EQ(instance.optional_text("DBName"), "");
  EXPECT_TRUE(instance.has("DBName"));
  EXPECT_EQ(instance.optional_text("Engine"), std::nullopt);
  EXPECT_EQ(instance.text("Engine"), "");
  EXPECT_TRUE(instance.child("Endpoint").child("Address").children().empty());
}

TEST(Xml, KeepsATextOfBlanks) { EXPECT_EQ(parse_xml("<a><Value> </Value></a>").text("Value"), " "); }

TEST(Xml, ThatIsMalformedIsAnError) {
  for (const char* text : {"", "no", "<a>", "<a></b>", "<a><b></a></b>", "{\"message\": \"none\"}"}) {
    EXPECT_THROW(parse_xml(text), base::Error) << text;
  }
}

TEST(Xml, TooDeepIsAnError) {
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "<a>";
  for (int i = 0; i < 10'000; ++i) deep += "</a>";
  EXPECT_THROW(parse_xml(deep), base::Error);
}

}  // namespace
}  // namespace darbe::aws
