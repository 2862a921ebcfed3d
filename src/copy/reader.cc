// The frozen replica's end of a lane.
#include "base/fault.h"
#include "copy/encoder.h"
#include "copy/lane.h"

namespace darbe::copy {

namespace {

// Large enough that neither the queue's lock nor TLS records show in a profile.
constexpr std::size_t block_bytes = 256 * 1024;

void remember(LaneMemory& memory, const Work& work) {
  base::MutexLock lock(memory.mutex);
  memory.taken.push_back(work);
}

void read_chunk(const Options& options, tables::RowReader& reader, TableWork& table, const Work& work, Lane& lane) {
  table.statement(reader.connection());
  lane.blocks.push({Block::Kind::begin, work, {}, {}});
  Encoder encoder(block_bytes, [&](std::string text) {
    const std::size_t size = text.size();
    lane.blocks.push({Block::Kind::text, work, std::move(text), {}}, size);
  });
  const tables::Totals totals =
      reader.read(table.shape(), table.planned().chunks[*work.chunk], [&](mysql::RowView row) { encoder.add(row); });
  encoder.finish();
  if (options.still_frozen) options.still_frozen(reader.connection());
  lane.blocks.push({Block::Kind::end, work, {}, totals});
}

}  // namespace

void read_lane(const Options& options, Schedule& schedule, Lane& lane, LaneMemory& memory, std::stop_token stop) {
  tables::RowReader reader = lane.unless_leaving([&] { return tables::RowReader(options.frozen, stop); });
  if (options.still_frozen) options.still_frozen(reader.connection());
  // Whoever waits for work must also hear that the lane's other end has failed.
  std::stop_source enough;
  const auto end = [&enough] { enough.request_stop(); };
  const std::stop_callback on_leave(lane.leave, end);
  const std::stop_callback on_failure(stop, end);
  while (const std::optional<Work> work = schedule.take(lane.number, enough.get_token())) {
    remember(memory, *work);
    TableWork& table = schedule.table(*work);
    if (work->chunk) {
      read_chunk(options, reader, table, *work, lane);
      continue;
    }
    table.statement(reader.connection());
    lane.blocks.push({Block::Kind::begin, *work, {}, {}});
    lane.built.pop();
  }
  lane.blocks.close();
}

}  // namespace darbe::copy
