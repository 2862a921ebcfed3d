#include "objects/not_copied.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "objects/databases.h"
#include "preflight/checks.h"
#include "preflight/listed.h"
#include "tables/hidden_digits.h"
#include "tables/json_doubles.h"

namespace darbe::preflight {

namespace {

void add(std::vector<Finding>& findings, Weight weight, const std::vector<std::string>& sentences,
         const std::string& advice) {
  for (const std::string& sentence : sentences)
    findings.push_back({.weight = weight, .text = sentence, .advice = advice});
}

// Such values are made again by the row's key.
bool has_json_without_key(const tables::Table& table) {
  return table.key_columns.empty() && std::ranges::any_of(table.columns, [](const tables::Column& column) {
           return column.has_json_size && !column.generated;
         });
}

// Of character sets with letters of four bytes, which servers print as question marks (MySQL bug 110291).
bool has_members_in_doubt(const tables::Column& column) {
  static constexpr std::array sets = {"utf8mb4_", "utf16_", "utf16le_", "utf32_", "gb18030_"};
  return (column.data_type == "enum" || column.data_type == "set") &&
         column.column_type.find('?') != std::string::npos &&
         std::ranges::any_of(sets, [&](const char* set) { return column.collation.starts_with(set); });
}

void note_json(TablesWithJson& seen, const tables::Table& table) {
  const tables::JsonDoubles doubles = tables::json_doubles_of(table);
  if (doubles == tables::JsonDoubles::none) return;
  (doubles == tables::JsonDoubles::lost ? seen.lost : seen.made_again).push_back(table.name.text());
}

// What the tables themselves tell. Sentences.
struct OfTables {
  std::vector<std::string> documents_without_key;
  std::vector<std::string> members_in_doubt;
  TablesWithJson with_json;  // names
};
OfTables look_at_tables(const Subject& subject) {
  OfTables seen;
  for_each_copied_table(subject, [&seen](const tables::Table& table) {
    note_json(seen.with_json, table);
    if (has_json_without_key(table))
      seen.documents_without_key.push_back(
          fmt::format("{} has JSON and no key that orders its rows: Verify stops at a value within a document whose "
                      "type its text does not show, as a DECIMAL's",
                      table.name.text()));
    for (const tables::Column& column : table.columns)
      if (has_members_in_doubt(column))
        seen.members_in_doubt.push_back(
            fmt::format("column {}.{}: the server prints a question mark in a member, as it does for a letter of four "
                        "bytes; if it is one, rows with it stop the copy, and without such rows it becomes a question "
                        "mark on the target",
                        table.name.text(), column.name));
  });
  return seen;
}

// Whether there are such values only reading all rows would tell: the copy does that on the frozen replica.
std::vector<Finding> hidden_digits(const Subject& subject) {
  std::vector<Finding> findings;
  for (const tables::RoundedColumn& column :
       tables::rounded_columns(subject.server, tables::read_databases(subject.server, subject.databases)))
    findings.push_back(
        {.weight = Weight::warning,
         .text = fmt::format("column {}.{} is {}: values that were stored before it had so few digits keep theirs, and "
                             "stop the run before the copy",
                             column.table.text(), column.name, column.type),
         .advice = fmt::format("Where it was altered, look for them: SELECT COUNT(*) FROM {} WHERE {}.",
                               column.table.quoted(), column.has_hidden_digits())});
  return findings;
}

// The new instance's server can't be asked yet; one of the same version reads as the source's does.
std::vector<Finding> doubles_of_json(const Subject& subject, const TablesWithJson& seen) {
  if (seen.made_again.empty() && seen.lost.empty()) return {};
  return tables::reads_json_doubles(subject.server) ? std::vector<Finding>() : json_doubles_findings(seen);
}

objects::WantedAccounts wanted_accounts(const Subject& subject) {
  return {.users = subject.plan.request.users,
          .databases = subject.databases,
          .master_user = subject.plan.request.master_user_name,
          .replication_user = subject.plan.names.replication_user};
}

}  // namespace

std::vector<Finding> json_doubles_findings(const TablesWithJson& tables) {
  constexpr const char* why =
      "the source's server reads some numbers of 16 and 17 digits in JSON otherwise than they are written (MySQL bug "
      "116160). Where the new instance's does so, too,";
  constexpr const char* count =
      "SELECT COUNT(*) FROM table WHERE CAST(CAST(document AS CHAR) AS JSON) <> document counts a table's documents "
      "with such numbers.";
  std::vector<Finding> findings;
  if (!tables.made_again.empty())
    findings.push_back({.weight = Weight::warning,
                        .text = fmt::format(
                            "JSON in {}: {} documents with such numbers are copied twice and updated one by one, which "
                            "takes long if there are many",
                            first_of(tables.made_again), why),
                        .advice = fmt::format("Nothing needs to be done. {}", count)});
  if (!tables.lost.empty())
    findings.push_back(
        {.weight = Weight::warning,
         .text = fmt::format("JSON in {}: {} Verify stops at the first such number: it can be made again only by a key "
                             "that orders the rows, and from MySQL 8.0.2 on",
                             first_of(tables.lost), why),
         .advice = fmt::format("{} Where there are any, give the table a primary key, or those numbers fewer digits.",
                               count)});
  return findings;
}

std::vector<Finding> check_not_copied(const Subject& subject, std::stop_token) {
  if (subject.databases.empty()) return {};
  const auto target = mysql::Flavor::from_api(subject.plan.engine, subject.plan.target_engine_version);
  const objects::WantedAccounts accounts = wanted_accounts(subject);
  const OfTables of_tables = look_at_tables(subject);
  std::vector<Finding> findings;
  add(findings, Weight::refusal, objects::accounts_without_plugin(subject.server, accounts, target),
      "The target would not have that plugin: give the account another one, or leave it out of --users.");
  add(findings, Weight::refusal, objects::columns_of_added_reference_systems(subject.server, subject.databases),
      "Change the column's SRID to one of the server's own, or copy only other databases.");
  add(findings, Weight::warning, objects::columns_of_untold_reference_systems(subject.server, subject.databases),
      "It will be declared in 32767. If something relies on it, change the new instance's column (ALTER TABLE … MODIFY "
      "… "
      "REF_SYSTEM_ID = …); no value depends on it.");
  add(findings, Weight::warning, objects::stopwords_of_the_server(subject.server, subject.databases),
      "Drop those indexes and add them again on the new instance when setup is done, before the switch.");
  add(findings, Weight::refusal, objects::cascades_from_others(subject.server, subject.databases),
      "Copy that database, too (--databases), or drop the key or what it does.");
  add(findings, Weight::warning, objects::keys_to_others(subject.server, subject.databases),
      "Copy that database, too (--databases), if the key is needed.");
  add(findings, Weight::warning, objects::invalid_views(subject.server, subject.databases), "Mend it or drop it.");
  add(findings, Weight::warning, of_tables.documents_without_key, "Give it a primary key.");
  add(findings, Weight::warning, of_tables.members_in_doubt,
      "If it is no question mark, give the member another name on the source before the run.");
  add(findings, Weight::warning, objects::defaults_in_doubt(subject.server, subject.databases),
      "If it is no question mark, set the default on the new instance when it serves, or let the table have a row.");
  add(findings, Weight::warning, objects::columns_by_session(subject.server, subject.databases),
      "Rows written under UTC are as the target computes them; where others may be, make the column VIRTUAL.");
  add(findings, Weight::warning, objects::indexes_by_session(subject.server, subject.databases),
      "Where all rows were written under UTC nothing differs. Else such an index is in doubt on the source as well: "
      "let "
      "it be of a value that doesn't depend on the session, as of a DATETIME.");
  add(findings, Weight::warning, objects::checks_by_session(subject.server, subject.databases),
      "Rows written under UTC pass there as well; where others may be, make the check NOT ENFORCED for the run.");
  for (Finding& finding : hidden_digits(subject)) findings.push_back(std::move(finding));
  for (Finding& finding : doubles_of_json(subject, of_tables.with_json)) findings.push_back(std::move(finding));
  add(findings, Weight::warning, objects::second_passwords(subject.server, accounts),
      "Let its clients use the first one before the switch.");
  add(findings, Weight::warning, objects::password_histories(subject.server, accounts),
      "The target begins a history of its own: tell their owners if that matters.");
  add(findings, Weight::warning, objects::persistent_statistics(subject.server, subject.databases),
      "After the switch, ANALYZE TABLE … PERSISTENT FOR ALL on the new instance.");
  add(findings, Weight::warning, objects::read_only_databases(subject.server, subject.databases),
      "Make it READ ONLY on the new instance when it serves (ALTER DATABASE).");
  add(findings, Weight::warning, objects::added_to_the_server(subject.server),
      "If something needs it, make it on the target before the switch.");
  return findings;
}

}  // namespace darbe::preflight
