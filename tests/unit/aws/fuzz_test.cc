// What strangers may send, bent at random: answers of the API and what clients send to the lab. The seed is fixed.
#include <functional>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "aws/configuration.h"
#include "aws/form.h"
#include "aws/instances.h"
#include "aws/sigv4.h"
#include "aws/tags.h"
#include "aws/xml.h"
#include "base/error.h"

namespace darbe::aws {
namespace {

constexpr int rounds = 3'000;

// Changes, drops, doubles or cuts some of its bytes.
std::string bent(std::string text, std::mt19937& random) {
  const auto below = [&random](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  for (std::size_t changes = 1 + below(4); changes > 0 && !text.empty(); --changes) {
    const std::size_t at = below(text.size());
    switch (below(4)) {
      case 0:
        text[at] = static_cast<char>(below(256));
        break;
      case 1:
        text.erase(at, 1 + below(8));
        break;
      case 2:
        text.insert(at, text.substr(at, 1 + below(30)));
        break;
      default:
        text.resize(at);
    }
  }
  return text;
}

// Feeds `read` with bent copies of `text`; it may throw our Error and nothing else.
void feed(const std::string& text, const std::function<void(const std::string&)>& read) {
  std::mt19937 random(20261122);
  for (int round = 0; round < rounds; ++round) {
    const std::string input = bent(text, random);
    try {
      read(input);
    } catch (const base::Error& error) {
      EXPECT_STRNE(error.what(), "");
    } catch (const std::exception& error) {
      FAIL() << error.what() << " on " << input;
    }
  }
}

TEST(Fuzz, AnswersNeverBreakTheReader) {
  const std::string answer =
      "<?xml version=\"1.0\"?><R xmlns=\"u\"><DBInstance><DBInstanceIdentifier>a&amp;b&#65;</DBInstanceIdentifier>"
      "<Endpoint><Address>h</Address><Port>3306</Port></Endpoint><AllocatedStorage>20</AllocatedStorage>"
      "<TagList><Tag><Key>k</Key><Value><![CDATA[v]]></Value></Tag></TagList><PendingModifiedValues><Port>1</Port>"
      "</PendingModifiedValues><DBParameterGroups><DBParameterGroup/></DBParameterGroups></DBInstance></R>";
  feed(answer, [](const std::string& text) { static_cast<void>(to_instance(parse_xml(text).child("DBInstance"))); });
}

TEST(Fuzz, FormsStayWhatTheyAreWhenWrittenAgain) {
  feed("Action=CreateDBInstance&Tags.Tag.1.Key=a%20b&Tags.Tag.1.Value=%C3%A9+x&Empty=", [](const std::string& text) {
    const Form form = form_decoded(text);
    EXPECT_EQ(form_decoded(form_encoded(form)), form) << text;
  });
}

TEST(Fuzz, AuthorizationsAreReadInFullOrNotAtAll) {
  const std::string header =
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
      "SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6";
  feed(header, [](const std::string& text) {
    const auto read = parse_authorization(text);
    EXPECT_TRUE(!read || (!read->signature.empty() && !read->signed_headers.empty())) << text;
  });
}

TEST(Fuzz, TargetsOfAnyKindCanBeSigned) {
  feed("/path/%20x?Action=ListUsers&Version=2010-05-08&=&a=b=c", [](const std::string& text) {
    const SigningInput input{"GET", text, {{"Host", text}}, text, "20150830T123600Z", "r", "s"};
    EXPECT_EQ(signature(input, base::Secret("k")).size(), 64u);
  });
}

TEST(Fuzz, ProfilesAreReadOrRefused) {
  feed("[default]\nregion = eu-west-1\n# c\n[profile x]\ns3 =\n  a = b\naws_access_key_id=AK\n",
       [](const std::string& text) { static_cast<void>(parse_profiles(text, "config")); });
}

}  // namespace
}  // namespace darbe::aws
