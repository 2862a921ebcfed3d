#include "objects/ties.h"

#include <gtest/gtest.h>

namespace darbe::objects {
namespace {

TEST(Ties, AreNamesOfDatabasesThatQualifyInAnyLetters) {
  for (const char* text : {"putio.t", "select `putio`.`t`.`n`", "INSERT INTO Putio.t VALUES (1)", "\"putio\".t",
                           "CALL putio . p()", "FROM`putio`.t", "/*!50003putio.f() */", "SELECT putio2.f(), putio.f()",
                           "éputio.t", "putio/**/.t", "putio -- its\n.t"})
    EXPECT_TRUE(is_named("putio", text)) << text;
  for (const char* text :
       {"", "put", "putio", "other.putio.id", "select `other`.`putio`.`id`", "RETURN putio + 1", "'of putio'",
        "SELECT putio2.f()", "putio_old.t", "my_putio.t", "$putio", "putio$", "computiot"})
    EXPECT_FALSE(is_named("putio", text)) << text;
  EXPECT_TRUE(is_named("odd`name", "SELECT 1")) << "it may be written in several ways";
}

TEST(Ties, AreFunctionsThatMayWrite) {
  for (const char* text :
       {"BEGIN INSERT INTO t VALUES (1); RETURN 1; END", "BEGIN update`t` SET n = 1; RETURN 1; END",
        "BEGIN IF 1 THEN DELETE FROM t; END IF; RETURN 1; END", "BEGIN REPLACE t VALUES (1); RETURN 1; END",
        "BEGIN CALL p(); RETURN 1; END", "BEGIN /*!50003INSERT INTO t VALUES (1)*/; RETURN 1; END"})
    EXPECT_TRUE(may_write(text)) << text;
  for (const char* text : {"RETURN n * 2", "RETURN REPLACE (a, 'b', 'c')", "RETURN (SELECT updated_at FROM t)",
                           "RETURN LAST_INSERT_ID()", "RETURN (SELECT is_called FROM deletes)"})
    EXPECT_FALSE(may_write(text)) << text;
}

}  // namespace
}  // namespace darbe::objects
