#include "objects/objects.h"

#include <algorithm>
#include <array>
#include <exception>
#include <optional>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/fault.h"
#include "mysql/quote.h"
#include "objects/account_book.h"
#include "objects/databases.h"
#include "objects/foreign_keys.h"
#include "objects/not_copied.h"
#include "objects/reported.h"
#include "objects/sql_tokens.h"
#include "objects/stored_object.h"
#include "tables/alter.h"
#include "tables/privileges.h"

namespace darbe::objects {

namespace {

using base::Error;
using base::Kind;
using mysql::Connection;

constexpr std::array<ObjectKind, 4> in_order = {ObjectKind::routine, ObjectKind::view, ObjectKind::trigger,
                                                ObjectKind::event};

// What one call works with. Its sessions are nobody else's.
struct Work {
  Connection frozen;
  Connection target;
  const std::vector<std::string>& databases;
  std::stop_token stop;
  std::vector<std::string> not_as_source;
};

std::vector<StoredObject> without(const std::vector<StoredObject>& wanted, const std::vector<StoredObject>& there) {
  std::vector<StoredObject> missing;
  for (const StoredObject& object : wanted)
    if (std::none_of(there.begin(), there.end(), [&](const StoredObject& o) { return same_object(o, object); }))
      missing.push_back(object);
  return missing;
}

std::vector<StoredObject> missing_objects(Connection& frozen, Connection& target, ObjectKind kind,
                                          const std::vector<std::string>& databases) {
  return without(list_objects(frozen, kind, databases), list_objects(target, kind, databases));
}

// ---------------------------------------------------------------------------------------------------- foreign keys

void create_foreign_keys(Work& work) {
  ForeignKeys wanted = read_foreign_keys(work.frozen, work.databases);
  for (const auto& [table, keys] : take_keys_to_others(wanted, work.databases))
    for (const ForeignKey& key : keys)
      work.not_as_source.push_back(
          not_there(text_of(table, key), fmt::format("its parent {} is not copied", key.parent.text())));
  const ForeignKeys missing = missing_foreign_keys(wanted, read_foreign_keys(work.target, work.databases));
  if (missing.empty()) return;
  // Keys on parents whose columns are not unique are refused by MySQL ≥ 8.4 where this is on; the source has them.
  tables::try_set(work.target, "restrict_fk_on_non_standard_key = OFF");
  work.target.execute("SET SESSION foreign_key_checks = 0");
  for (const auto& [table, keys] : missing) {
    base::throw_if_stopped(work.stop);
    // Which is possible because they are not checked.
    tables::alter_in_place(work.target, table, clauses_to_add(keys), "adding the foreign keys of " + table.text());
    fault::point<"objects.foreign_keys">();
  }
  work.target.execute("SET SESSION foreign_key_checks = 1");
}

// ---------------------------------------------------------------------------------------- views, routines and kin

// Not nested: what the server's error would advise is of no use here.
[[noreturn]] void throw_refused_definer(const StoredObject& object, const mysql::ServerError& error) {
  throw Error(
      Kind::failed,
      fmt::format("the target refuses {} with its definer {}: {}", text_of(object), object.definer, error.what()),
      fmt::format("The target's master user may not name {} as a definer: the account is missing, has SYSTEM_USER, "
                  "or this version lets the master user name only itself. Change the definer on the source, then "
                  "undo this run and begin again.",
                  object.definer));
}

std::string_view privilege_for(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::view:
      return "CREATE VIEW";
    case ObjectKind::trigger:
      return "TRIGGER";
    case ObjectKind::event:
      return "EVENT";
    default:
      return "CREATE ROUTINE";
  }
}

// The server's own words don't always name what is missing: of an event or a routine they name the database only.
[[noreturn]] void throw_denied(const StoredObject& object, const mysql::ServerError& error) {
  throw Error(Kind::failed, fmt::format("the target refuses {}: {}", text_of(object), error.what()),
              fmt::format("Grant the account that Darbe uses on the target what it needs to make {0} ({1} on {2}, and "
                          "what the server names), and run the same command again.",
                          text_of(object), privilege_for(object.kind), mysql::quote_name(object.schema)));
}

// Views have no sql_mode of their own, libraries no character set.
std::vector<std::string> session_settings(const StoredObject& object, const Definition& definition,
                                          const mysql::Flavor& flavor) {
  std::vector<std::string> settings;
  if (!definition.character_set_client.empty())
    settings.push_back(fmt::format("character_set_client = {}, collation_connection = {}",
                                   definition.character_set_client, definition.collation_connection));
  if (object.kind != ObjectKind::view)
    settings.push_back("sql_mode = " + mysql::quote_text(sql_mode_for(definition.sql_mode, flavor)));
  if (!definition.time_zone.empty()) settings.push_back("time_zone = " + mysql::quote_text(definition.time_zone));
  return settings;
}

// Objects remember the database's collation of the time they were made. Where it has changed since, the database gets
// it back while the object is made; a crash in between is mended by match_databases(), which always comes first.
class DatabaseCollation {
 public:
  DatabaseCollation(Connection& target, const std::string& schema, const std::string& wanted)
      : target_(target), schema_(schema), usual_(database_defaults(target, schema)) {
    if (!wanted.empty() && wanted != usual_.collation) change({wanted, usual_.comment});
  }
  void restore() {
    if (changed_) change(usual_);
    changed_ = false;
  }

 private:
  void change(const DatabaseDefaults& defaults) {
    changed_ = true;
    target_.execute(
        fmt::format("ALTER DATABASE {} {}", mysql::quote_name(schema_), words_of(defaults, target_.flavor())),
        "changing the collation of database " + schema_);
  }
  Connection& target_;
  const std::string schema_;
  const DatabaseDefaults usual_;
  bool changed_ = false;
};

std::string create_text(const StoredObject& object, const Definition& definition, const mysql::Flavor& flavor) {
  if (object.kind != ObjectKind::event) return definition.create;
  const bool new_word = !flavor.is_mariadb() && flavor.at_least(8, 4);
  return with_event_status(definition.create, may_run_on_source(object)
                                                  ? (new_word ? "DISABLE ON REPLICA" : "DISABLE ON SLAVE")
                                                  : "DISABLE");
}

// Empty for what has none.
std::string comment_question(const StoredObject& object) {
  const std::string schema = mysql::quote_text(object.schema), name = mysql::quote_text(object.name);
  if (object.kind == ObjectKind::event)
    return fmt::format(
        "SELECT EVENT_COMMENT FROM information_schema.EVENTS WHERE EVENT_SCHEMA = {} AND EVENT_NAME = {}", schema,
        name);
  if (object.kind == ObjectKind::routine)
    return fmt::format(
        "SELECT ROUTINE_COMMENT FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = {} AND ROUTINE_NAME = {}"
        " AND ROUTINE_TYPE = {}",
        schema, name, mysql::quote_text(object.type));
  return {};
}

// A server shows the comment in utf8, whatever character set the statement was in and the rest is; it is to be in that
// one, too. Requires: a session that converts no results.
void convert_comment(Connection& frozen, const StoredObject& object, Definition& definition) {
  const std::string question = comment_question(object);
  const std::string& charset = definition.character_set_client;
  if (question.empty() || charset.empty() || charset.starts_with("utf8")) return;
  if (frozen.value(question, "reading the comment of " + text_of(object)).value_or("").empty()) return;
  const Token comment = comment_of(definition.create);
  const auto converted = frozen.value(fmt::format("SELECT CONVERT(CONVERT({} USING utf8mb4) USING {})",
                                                  mysql::quote_bytes(comment.text(definition.create)), charset),
                                      "converting the comment of " + text_of(object));
  definition.create.replace(comment.begin, comment.end - comment.begin, converted.value_or("''"));
}

// Back to what mysql::Connection sets: catalog queries must not run in an object's character set and modes.
void usual_settings(Connection& target) {
  target.execute("SET NAMES utf8mb4");
  target.execute("SET time_zone = '+00:00', sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'");
}

// Only the object's own text is in its character set: the database's name is in ours.
void execute_definition(Work& work, const StoredObject& object, const Definition& definition) {
  Connection& target = work.target;
  target.execute("USE " + mysql::quote_name(object.schema));
  DatabaseCollation collation(target, object.schema, definition.database_collation);
  try {
    target.execute(fmt::format("SET {}", fmt::join(session_settings(object, definition, target.flavor()), ", ")),
                   "preparing to create " + text_of(object));
    target.execute(create_text(object, definition, target.flavor()), "creating " + text_of(object));
  } catch (const mysql::ServerError& error) {
    if (error.kind() != Kind::transient) {
      usual_settings(target);
      collation.restore();
    }
    throw;
  }
  usual_settings(target);
  collation.restore();
}

void create_object(Work& work, const StoredObject& object) {
  base::throw_if_stopped(work.stop);
  Definition definition = read_definition(work.frozen, object);
  convert_comment(work.frozen, object, definition);
  try {
    execute_definition(work, object, definition);
  } catch (const mysql::ServerError& error) {
    if (mysql::is_definer_refused(error)) throw_refused_definer(object, error);
    if (mysql::is_privilege_missing(error)) throw_denied(object, error);
    throw;
  }
}

bool belongs_to_the_server(Work& work, const StoredObject& object) {
  if (!is_reserved(parse_definer(object.definer))) return false;
  work.not_as_source.push_back(
      not_there(text_of(object), fmt::format("its definer {} belongs to the server", object.definer)));
  return true;
}

// A view that the target would not take yet, and why.
struct FailedView {
  StoredObject view;
  std::exception_ptr error;
  bool misses_something = false;
};

std::optional<FailedView> try_view(Work& work, const StoredObject& view) {
  try {
    create_object(work, view);
    return std::nullopt;
  } catch (const mysql::ServerError& error) {
    if (error.kind() == Kind::transient) throw;
    return FailedView{view, std::current_exception(), mysql::meaning_of(error) == mysql::Meaning::no_such_object};
  }
}

bool is_valid(Connection& server, const StoredObject& view) {
  try {
    server.query(fmt::format("SELECT 1 FROM {} LIMIT 0", mysql::quote_name(view.schema, view.name)));
    return true;
  } catch (const mysql::ServerError& error) {
    if (error.kind() == Kind::transient) throw;
    return false;
  }
}

void give_up(Work& work, const FailedView& failed) {
  const std::string name = text_of(failed.view);
  if (!is_valid(work.frozen, failed.view))
    work.not_as_source.push_back(not_there(name, "it is invalid on the source as well"));
  else if (failed.misses_something)
    work.not_as_source.push_back(not_there(name, "it reads something that is not copied"));
  else
    std::rethrow_exception(failed.error);
}

// A view needs the views it reads: those that fail are tried again as long as any other one succeeds.
void create_views(Work& work, const std::vector<StoredObject>& views) {
  std::vector<StoredObject> open = views;
  std::vector<FailedView> failed;
  do {
    failed.clear();
    for (const StoredObject& view : open) {
      if (auto failure = try_view(work, view))
        failed.push_back(std::move(*failure));
      else
        fault::point<"objects.view_created">();
    }
    if (failed.size() == open.size()) break;
    open.clear();
    for (const FailedView& failure : failed) open.push_back(failure.view);
  } while (!open.empty());
  for (const FailedView& failure : failed) give_up(work, failure);
}

std::vector<StoredObject> missing_events(Work& work) {
  std::vector<StoredObject> missing = missing_objects(work.frozen, work.target, ObjectKind::event, work.databases);
  std::erase_if(missing, [](const StoredObject& event) { return is_reserved(parse_definer(event.definer)); });
  return missing;
}

// An event that would not run again, its time or its end having passed, is silently not created: but by a session whose
// clock has not come so far. The source's scheduler drops it, and MySQL 5.6 and MariaDB stop at the DROP of what is not
// there.
void create_past_events(Work& work) {
  const std::vector<StoredObject> past = missing_events(work);
  if (past.empty()) return;
  tables::try_set(work.target, "timestamp = 1");
  for (const StoredObject& event : past) create_object(work, event);
  tables::try_set(work.target, "timestamp = DEFAULT");  // who may not set it has not set it
  for (const StoredObject& event : missing_events(work))
    work.not_as_source.push_back(not_there(text_of(event), "its time has passed"));
}

void create_kind(Work& work, ObjectKind kind) {
  std::vector<StoredObject> missing = missing_objects(work.frozen, work.target, kind, work.databases);
  std::erase_if(missing, [&](const StoredObject& object) { return belongs_to_the_server(work, object); });
  if (kind == ObjectKind::view) return create_views(work, missing);
  for (const StoredObject& object : missing) {
    create_object(work, object);
    if (kind == ObjectKind::trigger) fault::point<"objects.trigger_created">();
  }
  if (kind == ObjectKind::event) create_past_events(work);
}

std::uint64_t count_keys(const ForeignKeys& keys) {
  std::uint64_t count = 0;
  for (const auto& [table, list] : keys) count += list.size();
  return count;
}

ObjectsOutcome outcome_of(Work& work) {
  const auto count = [&](ObjectKind kind) { return list_objects(work.target, kind, work.databases).size(); };
  return {.foreign_keys = count_keys(read_foreign_keys(work.target, work.databases)),
          .routines = count(ObjectKind::routine),
          .views = count(ObjectKind::view),
          .triggers = count(ObjectKind::trigger),
          .events = count(ObjectKind::event),
          .not_as_source = std::move(work.not_as_source)};
}

// How many of the wanted things are missing, and how many there are.
struct Tally {
  std::size_t wanted = 0;
  std::size_t missing = 0;
};

Tally tally(Connection& frozen, Connection& target, const WantedObjects& wanted,
            const std::vector<std::string>& reported) {
  Tally result;
  ForeignKeys keys = read_foreign_keys(frozen, wanted.databases);
  take_keys_to_others(keys, wanted.databases);
  result.wanted = count_keys(keys);
  result.missing = count_keys(missing_foreign_keys(keys, read_foreign_keys(target, wanted.databases)));
  for (const ObjectKind kind : in_order) {
    const auto there = list_objects(frozen, kind, wanted.databases);
    auto missing = without(there, list_objects(target, kind, wanted.databases));
    std::erase_if(missing, [&](const StoredObject& object) {
      return is_reserved(parse_definer(object.definer)) || is_reported(reported, not_there(text_of(object)));
    });
    result.wanted += there.size();
    result.missing += missing.size();
  }
  return result;
}

}  // namespace

ObjectsOutcome create_objects(Connection& frozen, Connection& target, const WantedObjects& wanted,
                              std::stop_token stop) {
  Work work{Connection(frozen.options(), stop), Connection(target.options(), stop), wanted.databases, stop, {}};
  tables::require_all_readable(work.frozen, wanted.databases, tables::Reading::objects);
  work.not_as_source = read_only_databases(work.frozen, wanted.databases);
  for (std::string& sentence : persistent_statistics(work.frozen, wanted.databases))
    work.not_as_source.push_back(std::move(sentence));
  match_databases(work.frozen, work.target, wanted.databases);
  create_foreign_keys(work);
  for (const ObjectKind kind : in_order) create_kind(work, kind);
  const AccountsOutcome grants = grant_on_objects(work.frozen, work.target, wanted.accounts, stop);
  work.not_as_source.insert(work.not_as_source.end(), grants.not_as_source.begin(), grants.not_as_source.end());
  return outcome_of(work);
}

Standing objects_standing(Connection& frozen, Connection& target, const WantedObjects& wanted,
                          const std::vector<std::string>& reported) {
  const Tally found = tally(frozen, target, wanted, reported);
  const Standing grants = object_grants_standing(frozen, target, wanted.accounts, reported);
  const bool all_there = found.missing == 0 && !differing_databases(frozen, target, wanted.databases);
  if (all_there && grants == Standing::done) return Standing::done;
  const bool nothing_there = found.missing == found.wanted && grants != Standing::partial;
  return nothing_there ? Standing::absent : Standing::partial;
}

std::vector<std::string> enabled_events(Connection& server, const std::vector<std::string>& databases) {
  std::vector<std::string> enabled;
  for (const StoredObject& event : list_objects(server, ObjectKind::event, databases))
    if (event.status == "ENABLED") enabled.push_back(event.schema + "." + event.name);
  return enabled;
}

}  // namespace darbe::objects
