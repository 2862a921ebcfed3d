// schedule -> reader (frozen replica) -> queue -> writer (target, with ledger line) -> schedule
#include "copy/pipeline.h"

#include <algorithm>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/retry.h"
#include "base/task_group.h"
#include "copy/lane.h"

namespace darbe::copy {

namespace {

// A server that restarts is away for a minute or two.
constexpr base::RetryPolicy lane_policy{
    .tries = 15, .base = std::chrono::milliseconds(500), .at_most = std::chrono::seconds(30)};

// After a lost link memory is not believed: what this lane committed is what the ledger says.
void settle(mysql::Connection& target, Schedule& schedule, const Lane& lane, LaneMemory& memory) {
  for (const auto& [work, range] : schedule.unsettled(lane.number))
    schedule.settle(work, tables::ledger::find_last_line(target, schedule.table(work).planned().id, range));
  base::MutexLock lock(memory.mutex);
  if (memory.build) schedule.give_back(*memory.build);
  memory.build.reset();
  if (!memory.cut) return;
  const unsigned table = schedule.table(memory.cut->work).planned().id;
  if (memory.middle && tables::ledger::has_range(target, table, memory.cut->upper))
    schedule.note_cut(*memory.cut, *memory.middle, lane.number);
  else
    schedule.give_back(*memory.cut);
  memory.cut.reset();
}

mysql::Connection open_lane(const Job& job, LaneMemory& memory, Lane& lane) {
  mysql::Connection target = open_same_target(job.options.target, job.first_session, lane.cut.get_token());
  // One that was lost may still hold its locks and half a chunk, until the server notices.
  if (memory.session) mysql::end_session(target, *memory.session);
  memory.session = target.id();
  settle(target, job.schedule, lane, memory);
  return target;
}

// One life of a lane: a session on each side, until the work or a link is gone.
void run_once(const Job& job, LaneMemory& memory, Lane& lane, unsigned& commits) {
  mysql::Connection target = lane.unless_leaving([&] { return open_lane(job, memory, lane); });
  base::TaskGroup ends(lane.cut.get_token());
  ends.on_error([&](std::exception_ptr error) {
    lane.blocks.abort(error);
    lane.answers.abort(error);
  });
  ends.start([&](std::stop_token ends_stop) { read_lane(job, lane, memory, ends_stop); });
  ends.start([&](std::stop_token) { write_lane(job.schedule, lane, memory, target, commits); });
  ends.wait();
}

void say_why(const std::exception& error) { log::warning("copying goes on after: {}", base::text_of(error)); }

// What ends a lane: `leave` once its work is committed, `cut` at once.
struct Stops {
  std::stop_token leave;
  std::stop_token cut;
};

// For what can be given up at any moment.
class Either {
 public:
  explicit Either(const Stops& stops) : on_leave_(stops.leave, End{&source_}), on_cut_(stops.cut, End{&source_}) {}
  std::stop_token token() const { return source_.get_token(); }

 private:
  struct End {
    std::stop_source* source;
    void operator()() const { source->request_stop(); }
  };
  std::stop_source source_;
  const std::stop_callback<End> on_leave_, on_cut_;
};

// Until all is done, or it is to work no longer.
void run_turn(const Job& job, unsigned number, const Stops& stops) {
  LaneMemory memory;
  const auto live = [&] {
    Lane lane;
    lane.number = number;
    lane.leave = stops.leave;
    const std::stop_callback cut(stops.cut, [&lane] { lane.cut.request_stop(); });
    unsigned commits = 0;
    try {
      run_once(job, memory, lane, commits);
      return false;
    } catch (const tables::LargeRow& row) {
      log::debug("{}", row.what());
      memory.large_row = true;
      return true;
    } catch (const std::exception& error) {
      if (commits != 0) memory.large_row = false;
      // Tries are counted from the last success on: a copy of ten days may lose more links than one of an hour.
      if (base::kind_of(error) != base::Kind::transient || commits == 0) throw;
      say_why(error);
      return true;
    }
  };
  while (base::retry(lane_policy, stops.leave, live, [](const std::exception& error, int) { say_why(error); })) {
  }
}

void run_lane(const Job& job, unsigned number, const Stops& stops) {
  const Either either(stops);
  try {
    // A lane that does not work has no sessions: the server would close them some day.
    while (job.schedule.wait_for_turn(number, either.token())) run_turn(job, number, stops);
  } catch (const base::Error& error) {
    // A lane that leaves has done nothing that would end the others.
    if (!stops.leave.stop_requested() || base::kind_of(error) != base::Kind::interrupted) throw;
  }
}

// Ends with the copy, or its stop.
void keep_pace(const Pacing& pacing, Schedule& schedule, const Stops& stops) {
  const Either either(stops);
  try {
    while (schedule.wait_while_busy(pacing.every, either.token()))
      schedule.set_lanes(std::clamp(pacing.decide(schedule.pulse(), either.token()), 1U, pacing.most));
  } catch (const base::Error& error) {
    if (!either.token().stop_requested() || base::kind_of(error) != base::Kind::interrupted) throw;
  }
}

}  // namespace

void run_pipeline(const Options& options, Schedule& schedule, Progress& progress, const FirstSession& first_session,
                  std::stop_token stop) {
  const Job job{options, schedule, progress, first_session};
  base::TaskGroup lanes(options.at_once);
  lanes.on_error([&](std::exception_ptr error) { schedule.abort(std::move(error)); });
  const Pacing& pacing = options.pacing;
  for (unsigned number = 0; number < (pacing.decide ? pacing.most : options.jobs); ++number)
    lanes.start([&, number](std::stop_token cut) { run_lane(job, number, {stop, cut}); });
  if (pacing.decide) lanes.start([&](std::stop_token cut) { keep_pace(pacing, schedule, {stop, cut}); });
  lanes.wait();
  base::throw_if_stopped(stop);
}

tables::Totals run_again(const Options& options, TableWork& table, const tables::Chunk& chunk, std::stop_token stop) {
  const auto run = [&](RowSize size) {
    Lane lane;
    tables::Totals totals;
    base::TaskGroup ends(stop);
    ends.on_error([&](std::exception_ptr error) { lane.blocks.abort(error); });
    ends.start([&](std::stop_token ends_stop) { read_again(options, table, chunk, size, lane, ends_stop); });
    ends.start([&](std::stop_token ends_stop) {
      mysql::Connection target = open_target(options.target, ends_stop);
      totals = write_again(table, lane, target);
    });
    ends.wait();
    return totals;
  };
  try {
    return run(RowSize::small);
  } catch (const tables::LargeRow&) {
    return run(RowSize::any);
  }
}

}  // namespace darbe::copy
