#include "preflight/sessions.h"

#include "objects/accounts.h"

namespace darbe::preflight {

bool is_servers_own(const std::string& user) {
  return objects::is_reserved({user, ""}) || user == "system user" || user == "unauthenticated user";
}

std::string host_of_session(const mysql::Result& sessions, std::size_t row) {
  const std::string host = sessions.value(row, "Host").value_or("");
  return host.substr(0, host.rfind(':'));
}

}  // namespace darbe::preflight
