// Master passwords that RDS makes itself and keeps in Secrets Manager (RDS User Guide, "Password management with Amazon
// RDS and AWS Secrets Manager"). A new one is pending in the secret until the server has it.
#pragma once

#include <string>

#include "lab/action.h"

namespace darbe::lab {

inline constexpr std::string_view owning_service = "rds";

// Of an instance in the making: it begins with this password. `key` may be empty.
void begin_with_managed_password(World& world, Instance& instance, const std::string& key);
// Of one that is there: the password waits to be set, like one that was given.
void manage_password(World& world, Instance& instance, const std::string& key);
void rotate_password(World& world, Instance& instance);
// The server has what was pending.
void settle_managed_password(World& world, Instance& instance);
// The secret goes at once: RDS leaves no time to restore it.
void drop_managed_password(Store& store, Value& shape);

}  // namespace darbe::lab
