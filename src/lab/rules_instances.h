// What the rules for DB instances, their storage and their backups share.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "lab/rules_parts.h"

namespace darbe::lab {

inline std::string text(const Situation& s, std::string_view name) { return s.request.at(name).text(); }
inline bool given(const Situation& s, std::string_view name) { return s.request.has(name); }
inline bool creates(const Situation& s) { return s.action == "CreateDBInstance"; }
inline bool replicates(const Situation& s) { return s.action == "CreateDBInstanceReadReplica"; }

// The instance that the request is about; for a replica in the making that is its source.
std::string subject(const Situation& s);
const Instance* instance_of(const Situation& s);
// A member as it will be: what is asked for, or what is there now.
Value wanted(const Situation& s, std::string_view name);
const EngineOffer* offer_of(const Situation& s);
std::string engine_of(const Situation& s);
bool in_state(const Instance& instance, std::initializer_list<std::string_view> states);

// The actions that a rule is for.
inline constexpr std::string_view makes = "CreateDBInstance CreateDBInstanceReadReplica";
inline constexpr std::string_view makes_or_modifies = "CreateDBInstance CreateDBInstanceReadReplica ModifyDBInstance";
inline constexpr std::string_view sets_password = "CreateDBInstance ModifyDBInstance";

}  // namespace darbe::lab
