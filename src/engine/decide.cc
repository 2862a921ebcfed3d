#include "engine/decide.h"

namespace darbe::engine {

Decision decide(Recorded journal, Standing servers) {
  if (journal == Recorded::closed) return Decision::next;
  if (servers == Standing::unknown) return Decision::stop_unknown;
  const bool there = servers == Standing::done;
  switch (journal) {
    case Recorded::not_done:
      return there ? Decision::record_done : Decision::apply;
    case Recorded::done:
      return there ? Decision::next : Decision::stop_changed;
    case Recorded::done_passing:
      return there ? Decision::next : Decision::apply;
    case Recorded::closed:
      break;
  }
  return Decision::next;
}

Above above_begun(Standing taker) {
  switch (taker) {
    case Standing::absent:
      return Above::ask;
    case Standing::partial:
    case Standing::done:
      return Above::skip;
    case Standing::unknown:
      break;
  }
  return Above::stop_unknown;
}

std::string_view name_of(Standing standing) {
  switch (standing) {
    case Standing::absent:
      return "absent";
    case Standing::partial:
      return "partial";
    case Standing::done:
      return "done";
    case Standing::unknown:
      return "unknown";
  }
  return "unknown";
}

std::string_view name_of(Recorded recorded) {
  switch (recorded) {
    case Recorded::not_done:
      return "not done";
    case Recorded::done:
      return "done";
    case Recorded::done_passing:
      return "done, may pass";
    case Recorded::closed:
      return "done and closed";
  }
  return "not done";
}

std::string_view name_of(Decision decision) {
  switch (decision) {
    case Decision::apply:
      return "apply";
    case Decision::record_done:
      return "record done";
    case Decision::next:
      return "next step";
    case Decision::stop_changed:
      return "stop: changed behind us";
    case Decision::stop_unknown:
      return "stop: a person must look";
  }
  return "stop: a person must look";
}

}  // namespace darbe::engine
