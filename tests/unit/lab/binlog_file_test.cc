#include "lab/binlog_file.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"

namespace darbe::lab {
namespace {

std::string number(std::uint32_t value) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes += static_cast<char>(value >> (8 * i) & 255);
  return bytes;
}

std::string event(char type, const std::string& body) {
  return number(0) + type + number(1) + number(static_cast<std::uint32_t>(19 + body.size())) + number(0) +
         std::string(2, '\0') + body;
}

std::string gtid(bool standalone) {
  return event(static_cast<char>(162), std::string(12, '\0') + (standalone ? '\1' : '\0') + std::string(6, '\0'));
}
std::string query(const std::string& statement) {
  return event(2, std::string(13, '\0') + std::string(1, '\0') + statement);
}
std::string xid() { return event(16, std::string(8, '\0')); }

class BinlogFile : public testing::Test {
 protected:
  std::uint64_t end_of(const std::string& events) {
    base::write_file_atomically(folder_.path() / "log",
                                "\xfe"
                                "bin" +
                                    events);
    return end_of_last_transaction(folder_.path() / "log");
  }
  base::TemporaryFolder folder_;
};

TEST_F(BinlogFile, EndsWithItsLastWholeTransaction) {
  const std::string whole = event(15, "format") + gtid(false) + query("INSERT") + xid();
  EXPECT_EQ(end_of(whole), 4 + whole.size());
  EXPECT_EQ(end_of(whole + gtid(false)), 4 + whole.size());
  EXPECT_EQ(end_of(whole + gtid(false) + query("INSERT")), 4 + whole.size());
  EXPECT_EQ(end_of(whole + gtid(false) + query("INSERT") + xid().substr(0, 20)), 4 + whole.size());
  EXPECT_EQ(end_of(whole + gtid(true)), 4 + whole.size());
}

TEST_F(BinlogFile, CountsWhatEndsWithoutXid) {
  const std::string ddl = gtid(true) + query("CREATE TABLE t (n INT)");
  EXPECT_EQ(end_of(ddl), 4 + ddl.size());
  const std::string plain = gtid(false) + query("INSERT") + query("COMMIT");
  EXPECT_EQ(end_of(plain), 4 + plain.size());
}

TEST_F(BinlogFile, IsNamedByTheIndex) {
  EXPECT_THROW(last_binlog(folder_.path()), base::Error);
  base::write_file_atomically(folder_.path() / "mysql-bin-changelog.index_crash_safe",
                              "./mysql-bin-changelog.000003\n");
  EXPECT_EQ(last_binlog(folder_.path()), "mysql-bin-changelog.000003");
  std::filesystem::remove(folder_.path() / "mysql-bin-changelog.index_crash_safe");
  base::write_file_atomically(folder_.path() / "mysql-bin-changelog.index",
                              "./mysql-bin-changelog.000001\n./mysql-bin-changelog.000002\n");
  EXPECT_EQ(last_binlog(folder_.path()), "mysql-bin-changelog.000002");
  base::write_file_atomically(folder_.path() / "mysql-bin-changelog.000002", "x");
  remove_binlogs(folder_.path());
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

}  // namespace
}  // namespace darbe::lab
