#include "steps/progress_teller.h"

#include "base/clock.h"

namespace darbe::steps {

namespace {

std::vector<TableProgress> snapshot(const tables::Progress& progress) {
  std::vector<TableProgress> tables;
  for (const auto& row : progress.rows())
    tables.push_back({.table = row.name.text(),
                      .phase = tables::name_of(row.phase),
                      .rows = row.rows,
                      .bytes = row.bytes,
                      .bytes_expected = row.bytes_estimated});
  return tables;
}

}  // namespace

ProgressTeller::ProgressTeller(const tables::Progress& progress, Reporter& report)
    : thread_([&progress, &report](std::stop_token stop) {
        while (!stop.stop_requested()) {
          base::sleep_for(std::chrono::milliseconds(500), stop);
          if (!stop.stop_requested()) report.progress(snapshot(progress));
        }
      }) {}

}  // namespace darbe::steps
