// The journal on a server of each kind: what it reads again is what was written.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "plan/journal_table.h"
#include "servers/test_server.h"

namespace darbe::plan {
namespace {

class Journal : public testing::TestWithParam<std::string_view> {
 protected:
  Facts facts_read_again() {
    JournalTable journal({});
    EXPECT_TRUE(journal.open(server_.connect_options()));
    return journal.facts();
  }

  servers::TestServer server_{{.kind = GetParam(), .arguments = {"--max-allowed-packet=1M"}}};
};

INSTANTIATE_TEST_SUITE_P(Servers, Journal,
                         testing::Values(servers::mysql_current, servers::mysql_old, servers::mariadb));

// A bug: all of it was one value in one statement, which Settle could not write any more.
TEST_P(Journal, HoldsASchemaThatIsLargerThanAPacket) {
  Plan plan;
  plan.names.run_id = "r1";
  JournalTable journal({});
  journal.create(server_.connect_options(), plan);
  Facts facts;
  for (int table = 0; table < 30000; ++table)
    facts.source_schema[fmt::format("table shop.a_rather_long_name_of_a_table_{}", table)] = "0123456789abcdef";
  facts.source_schema["database 'ü\\"] = "";
  journal.record_facts(facts);
  EXPECT_EQ(facts_read_again(), facts);
  facts.rows = 7;
  journal.record_facts(facts);
  EXPECT_EQ(facts_read_again(), facts);
  facts.source_schema = {{"table shop.t", "fedcba9876543210"}};
  journal.record_facts(facts);
  EXPECT_EQ(facts_read_again(), facts);
}

// What AWS was asked for when Ctrl-C came, it may have done.
TEST_P(Journal, KeepsALineOfTheAuditThatComesAfterAStop) {
  Plan plan;
  plan.names.run_id = "r1";
  std::stop_source stop;
  JournalTable journal(stop.get_token());
  journal.create(server_.connect_options(), plan);
  stop.request_stop();
  journal.record_audit({.at = std::chrono::system_clock::now(),
                        .where = "aws",
                        .what = "DeleteDBInstance",
                        .subject = "putio16-replica",
                        .request_id = {},
                        .outcome = "no answer"});
  JournalTable next({});
  ASSERT_TRUE(next.open(server_.connect_options()));
  const auto audit = next.audit();
  ASSERT_EQ(audit.size(), 1U);
  EXPECT_EQ(audit[0].what, "DeleteDBInstance");
}

}  // namespace
}  // namespace darbe::plan
