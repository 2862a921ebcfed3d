#include <fmt/format.h>

#include "preflight/checks.h"
#include "preflight/listed.h"

namespace darbe::preflight {

std::vector<Finding> check_events(const Subject& subject, std::stop_token) {
  if (subject.databases.empty()) return {};
  const mysql::Result found = subject.server.query(
      fmt::format("SELECT CONCAT(EVENT_SCHEMA, '.', EVENT_NAME) AS name FROM information_schema.EVENTS"
                  " WHERE EVENT_SCHEMA IN ({}) AND STATUS = 'ENABLED' ORDER BY 1",
                  quoted_list(subject.databases)),
      "looking for enabled events");
  std::vector<std::string> names;
  for (std::size_t row = 0; row < found.size(); ++row) names.push_back(found.text(row, "name"));
  if (names.empty()) return {};
  return {{.weight = Weight::warning,
           .text = fmt::format("enabled events are copied disabled, for what they do comes by replication: {}",
                               first_of(names)),
           .advice = "They are to be enabled on the new instance at the switch."}};
}

}  // namespace darbe::preflight
