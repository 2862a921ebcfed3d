// Foreign keys, routines, views, triggers and events, from the frozen replica to a target whose tables and rows are
// there. Each keeps its sql_mode, character set, collations, time zone and definer. Events are made disabled.
//
// Everything looks first and may be called again after a crash at any line. The functions open sessions of their own on
// both servers, so the callers' sessions keep their settings.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "mysql/connection.h"
#include "objects/accounts.h"

namespace darbe::objects {

struct WantedObjects {
  std::vector<std::string> databases;  // by name; `darbe` (tables only) may be among them
  WantedAccounts accounts;
};

struct ObjectsOutcome {
  // On the target now, whoever made them.
  std::uint64_t foreign_keys = 0;
  std::uint64_t routines = 0;
  std::uint64_t views = 0;
  std::uint64_t triggers = 0;
  std::uint64_t events = 0;
  std::vector<std::string> not_as_source;  // sentences: views that are invalid on the source, grants not given, …
};

// Foreign keys, routines, views, triggers, events, then grant_on_objects(), in this order.
// Throws: Error{failed} naming object and definer when the target refuses the definer, or the object and the privilege
// that the account on the target lacks for it.
ObjectsOutcome create_objects(mysql::Connection& frozen, mysql::Connection& target, const WantedObjects& wanted,
                              std::stop_token stop);
// `reported`: the sentences of not_as_source that are journalled; what they tell does not count as missing.
Standing objects_standing(mysql::Connection& frozen, mysql::Connection& target, const WantedObjects& wanted,
                          const std::vector<std::string>& reported);

// "db.event" of those that run on this server. Only the source knows: its replicas hold what runs there and what was
// disabled there when it was promoted (SLAVESIDE_DISABLED) alike.
std::vector<std::string> enabled_events(mysql::Connection& server, const std::vector<std::string>& databases);

}  // namespace darbe::objects
