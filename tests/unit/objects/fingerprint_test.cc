#include "objects/fingerprint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace darbe::objects {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Catalog empty_catalog() { return {.parts = {}, .flavor = {mysql::Family::mysql, {9, 7, 4}}}; }

Catalog some_catalog() {
  Catalog catalog = empty_catalog();
  catalog.parts["SCHEMATA"][{"putio"}] = {{"DEFAULT_COLLATION_NAME", "utf8mb4_bin"}};
  catalog.parts["TABLES"][{"putio", "files"}] = {{"ENGINE", "InnoDB"}};
  catalog.parts["COLUMNS"][{"putio", "files", "id"}] = {{"COLUMN_TYPE", "int"}};
  catalog.parts["VIEWS"][{"putio", "big"}] = {{"VIEW_DEFINITION", "select 1 AS `id`"}};
  catalog.parts["COLUMNS"][{"putio", "big", "id"}] = {{"COLUMN_TYPE", "int"}};
  catalog.parts["ROUTINES"][{"PROCEDURE", "putio", "note"}] = {{"DEFINER", "root@%"}};
  catalog.parts["PARAMETERS"][{"PROCEDURE", "putio", "note", "1"}] = {{"PARAMETER_NAME", "what"}};
  catalog.parts["EVENTS"][{"putio", "nightly"}] = {{"STATUS", "ENABLED"}};
  return catalog;
}

std::vector<std::string> changes_to(const Catalog& now) {
  return changes(fingerprint(some_catalog()), fingerprint(now));
}

TEST(Fingerprint, NamesTheObjectThatARowBelongsTo) {
  Catalog now = some_catalog();
  EXPECT_THAT(changes_to(now), IsEmpty());
  now.parts["COLUMNS"][{"putio", "files", "id"}]["COLUMN_TYPE"] = "bigint";
  now.parts["COLUMNS"][{"putio", "big", "id"}]["COLUMN_TYPE"] = "bigint";
  now.parts["PARAMETERS"][{"PROCEDURE", "putio", "note", "2"}] = {{"PARAMETER_NAME", "when"}};
  EXPECT_THAT(changes_to(now), ElementsAre("procedure putio.note was altered", "table putio.files was altered",
                                           "view putio.big was altered"));
}

TEST(Fingerprint, NamesWhatWasMadeAndDropped) {
  Catalog now = some_catalog();
  now.parts["TABLES"].erase({"putio", "files"});
  now.parts["COLUMNS"].erase({"putio", "files", "id"});
  now.parts["TABLES"][{"putio", "folders"}] = {{"ENGINE", "InnoDB"}};
  EXPECT_THAT(changes_to(now), ElementsAre("table putio.files was dropped", "table putio.folders was made"));
}

TEST(Fingerprint, TakesAnEventThatAReplicaHoldsBackForEnabled) {
  Catalog now = some_catalog();
  now.parts["EVENTS"][{"putio", "nightly"}]["STATUS"] = "SLAVESIDE_DISABLED";
  EXPECT_THAT(changes_to(now), IsEmpty());
  now.parts["EVENTS"][{"putio", "nightly"}]["STATUS"] = "DISABLED";
  EXPECT_THAT(changes_to(now), ElementsAre("event putio.nightly was altered"));
}

TEST(Fingerprint, KeepsValuesApart) {
  Catalog one = empty_catalog(), other = empty_catalog();
  one.parts["TABLES"][{"putio", "files"}] = {{"A", "12"}, {"B", "3"}};
  other.parts["TABLES"][{"putio", "files"}] = {{"A", "1"}, {"B", "23"}};
  EXPECT_NE(fingerprint(one), fingerprint(other));
}

}  // namespace
}  // namespace darbe::objects
