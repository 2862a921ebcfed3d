#include "preflight/sessions.h"

namespace darbe::preflight {

bool is_servers_own(const std::string& user) {
  return user.starts_with("rds") || user.starts_with("mysql.") || user == "mariadb.sys" || user == "event_scheduler" ||
         user == "system user" || user == "unauthenticated user";
}

}  // namespace darbe::preflight
