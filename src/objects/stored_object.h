// Views, routines, triggers and events: which there are, and each as text with the session settings it was made under.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mysql/connection.h"

namespace darbe::objects {

enum class ObjectKind { routine, view, trigger, event };

struct StoredObject {
  ObjectKind kind = ObjectKind::view;
  // As SHOW CREATE calls it: LIBRARY, PACKAGE, PACKAGE BODY, FUNCTION, PROCEDURE, VIEW, TRIGGER, EVENT.
  std::string type;
  std::string schema;
  std::string name;
  std::string definer;  // user@host; MySQL's libraries have none
  std::string status;   // events: ENABLED, DISABLED, SLAVESIDE_DISABLED, REPLICA_SIDE_DISABLED
};
// "view putio.totals".
std::string text_of(const StoredObject& object);
// The same object on another server, by type, schema and name.
bool same_object(const StoredObject& left, const StoredObject& right);

// In an order in which they can be created: libraries before all else, packages before their bodies, triggers of one
// event as they fire. Schema `darbe` holds only tables and is left out.
std::vector<StoredObject> list_objects(mysql::Connection& server, ObjectKind kind,
                                       const std::vector<std::string>& databases);

// How an object was made. The text is in the bytes of `character_set_client`, as mysqldump reads it: sent back under
// that character set it keeps both its meaning and the attribute.
struct Definition {
  std::string create;
  std::string sql_mode;              // empty for views, which have none
  std::string character_set_client;  // this and the next are empty for libraries: their text is in utf8mb4
  std::string collation_connection;
  std::string database_collation;  // empty for views
  std::string time_zone;           // events only
};

// Requires: `session` is nobody else's, for its current database and character_set_results change.
// Throws: Error{failed} if the server hides the text.
Definition read_definition(mysql::Connection& session, const StoredObject& object);

// Whether an event may run on its source. A replica holds those that came by replication as SLAVESIDE_DISABLED
// (REPLICA_SIDE_DISABLED from MySQL 8.2 on).
bool may_run_on_source(const StoredObject& event);

bool contains(const std::vector<std::string>& names, const std::string& name);

// An IN list: ('a','b'). MySQL below 8.0 and MariaDB compare names of their catalogs without case, so rows of others
// may come, too. Requires: not empty.
std::string in_list(const std::vector<std::string>& names);

// Without the modes that a MySQL 8.0 or later refuses (1231).
std::string sql_mode_for(const std::string& sql_mode, const mysql::Flavor& flavor);

}  // namespace darbe::objects
