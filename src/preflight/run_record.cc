#include "plan/run_record.h"

#include <fmt/format.h>

#include "preflight/checks.h"

namespace darbe::preflight {

std::vector<Finding> check_run_record(const Subject& subject, std::stop_token) {
  const auto record = plan::read_run_record(subject.server);
  if (record && plan::came_from_another(*record, subject.source.resource_id)) {
    const plan::Words words =
        plan::words_on_copied_record(*record, subject.source.identifier, subject.source.resource_id);
    return {{.text = words.text, .advice = words.advice}};
  }
  if (record && record->run_id != subject.plan.names.run_id)
    return {{.text = fmt::format("another run is at work on this source: it builds {}", record->new_instance_id),
             .advice = fmt::format("Finish that one, or give it up: darbe undo --new-instance-id {}",
                                   record->new_instance_id)}};
  const bool there =
      subject.server.number("SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'darbe'") > 0;
  if (there && !record && !plan::is_unfinished_run_record(subject.server))
    return {{.text = "the source has a database `darbe` that is not a run's",
             .advice = "Rename it: the run keeps its record under that name."}};
  return {};
}

}  // namespace darbe::preflight
