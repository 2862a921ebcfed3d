#include "mysql/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace darbe::mysql {
namespace {

using base::Kind;

TEST(Classify, CallsDeadlocksLockWaitsAndLostLinksTransient) {
  for (const unsigned number : {1205U, 1213U, 1317U, 2006U, 2013U, 2026U, 1927U, 1053U, 1159U, 5013U})
    EXPECT_EQ(classify(number, false), Kind::transient) << number;
}

TEST(Classify, CallsAServerThatStartsTransient) {
  for (const unsigned number : {2002U, 2003U, 2013U, 1040U})
    EXPECT_EQ(classify(number, true), Kind::transient) << number;
}

TEST(Classify, DoesNotRepeatAWrongCertificateOrPassword) {
  EXPECT_EQ(classify(2026, true), Kind::failed);
  EXPECT_EQ(classify(1045, true), Kind::refused);
}

TEST(Classify, DoesNotRepeatWhatTheServerRefuses) {
  for (const unsigned number : {1062U, 1064U, 1146U, 1114U, 1045U, 1290U})
    EXPECT_EQ(classify(number, false), Kind::failed) << number;
}

TEST(Meaning, IsToldByNumber) {
  EXPECT_EQ(meaning_of(2013, "HY000"), Meaning::link_lost);
  EXPECT_EQ(meaning_of(1227, "42000"), Meaning::access_denied);
  EXPECT_EQ(meaning_of(1146, "42S02"), Meaning::no_such_object);
  EXPECT_EQ(meaning_of(1050, "42S01"), Meaning::already_exists);
  EXPECT_EQ(meaning_of(1280, "42000"), Meaning::unseen_index);
  EXPECT_EQ(meaning_of(1114, "HY000"), Meaning::disk_full);
  EXPECT_EQ(meaning_of(1878, "HY000"), Meaning::disk_full);
  EXPECT_EQ(meaning_of(1064, "42000"), Meaning::syntax);
  EXPECT_EQ(meaning_of(1644, "45000"), Meaning::signalled);
  EXPECT_EQ(meaning_of(1062, "23000"), Meaning::duplicate);
  EXPECT_EQ(meaning_of(1586, "23000"), Meaning::duplicate);
  EXPECT_EQ(meaning_of(1205, "HY000"), Meaning::lock_wait);
  EXPECT_EQ(meaning_of(1040, "08004"), Meaning::sessions_taken);
  EXPECT_EQ(meaning_of(1203, "42000"), Meaning::sessions_taken);
  EXPECT_EQ(meaning_of(1226, "42000"), Meaning::sessions_taken);
  EXPECT_EQ(meaning_of(1290, "HY000"), Meaning::other);
}

TEST(ServerError, TellsTheStatementTheServersWordsAndTheNumber) {
  const ServerError error(1146, "42S02", "Table 'a.b' doesn't exist", "reading a.b", false);
  EXPECT_STREQ(error.what(), "reading a.b: Table 'a.b' doesn't exist (error 1146, 42S02)");
  EXPECT_EQ(error.kind(), Kind::failed);
}

TEST(ServerError, TellsACutHandshakeFromAWrongCertificate) {
  const auto kind = [](const char* text) { return ServerError(2026, "HY000", text, "connecting", true).kind(); };
  EXPECT_EQ(kind("TLS/SSL error: Connection reset by peer (104)"), Kind::transient);
  EXPECT_EQ(kind("TLS/SSL error: unexpected eof while reading"), Kind::transient);
  EXPECT_EQ(kind("TLS/SSL error: certificate verify failed"), Kind::failed);
  const auto advice = [](const char* text) { return ServerError(2026, "HY000", text, "connecting", true).advice(); };
  EXPECT_THAT(advice("TLS/SSL error: certificate verify failed"), testing::HasSubstr("--tls-ca"));
  EXPECT_EQ(advice("TLS/SSL error: Connection reset by peer (104)"), "");
}

TEST(IsAdvice, KnowsWarningsAfterWhichAllIsAsItWasAskedFor) {
  EXPECT_TRUE(is_advice(1681, "Integer display width is deprecated and will be removed in a future release."));
  EXPECT_TRUE(is_advice(3719, "'utf8' is currently an alias for the character set UTF8MB3"));
  EXPECT_FALSE(is_advice(1478, "InnoDB: ROW_FORMAT=COMPRESSED requires innodb_file_per_table."));
}

TEST(Denial, IsOfADefinerOrOfAPrivilege) {
  const auto error = [](unsigned number) { return ServerError(number, "42000", "no", "creating a.b", false); };
  EXPECT_TRUE(is_definer_refused(error(1227)));
  EXPECT_FALSE(is_privilege_missing(error(1227)));
  for (const unsigned number : {1044U, 1142U, 1143U, 1370U}) {
    EXPECT_FALSE(is_definer_refused(error(number))) << number;
    EXPECT_TRUE(is_privilege_missing(error(number))) << number;
  }
  for (const unsigned number : {1146U, 1419U}) EXPECT_FALSE(is_privilege_missing(error(number))) << number;
}

TEST(ServerError, AdvisesWhatTheServersOwnerCanChange) {
  const auto advice = [](unsigned number, bool during_connect) {
    return ServerError(number, "42000", "no", "reading a.b", during_connect).advice();
  };
  EXPECT_THAT(advice(1142, false), testing::HasSubstr("Grant"));
  EXPECT_THAT(advice(1114, false), testing::HasSubstr("more storage"));
  EXPECT_THAT(advice(1419, false), testing::HasSubstr("log_bin_trust_function_creators"));
  EXPECT_THAT(advice(3948, false), testing::HasSubstr("local_infile"));
  EXPECT_THAT(advice(1301, false), testing::HasSubstr("max_allowed_packet"));
  for (const unsigned number : {1173U, 3750U})
    EXPECT_THAT(advice(number, false), testing::HasSubstr("require_primary_key"));
  // Whoever connects knows more: which account it is, and where its password comes from.
  EXPECT_EQ(advice(1045, true), "");
  EXPECT_EQ(advice(1146, false), "");
}

}  // namespace
}  // namespace darbe::mysql
