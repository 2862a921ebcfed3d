// The new instance bears the source's tags, those of --tags and the run's marks: more than AWS takes is refused there.
#include <fmt/format.h>

#include "plan/target.h"
#include "preflight/checks.h"

namespace darbe::preflight {

namespace {

constexpr std::size_t tags_max = 50;  // of an RDS resource (Amazon RDS User Guide, "Tagging Amazon RDS resources")

}  // namespace

std::vector<Finding> check_tags(const Subject& subject, std::stop_token) {
  aws::Tags tags = plan::target_of(subject.plan, subject.source).wanted.tags;
  tags.merge(plan::marks_of_target(subject.plan));
  if (tags.size() <= tags_max) return {};
  return {{.text = fmt::format("{} would bear {} tags with the run's own, and AWS takes {}",
                               subject.plan.request.new_instance_id, tags.size(), tags_max),
           .advice = fmt::format("Take {} of the source's off it for the time of the run.", tags.size() - tags_max)}};
}

}  // namespace darbe::preflight
