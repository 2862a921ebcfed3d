#include "steps/progress_teller.h"

#include "base/clock.h"
#include "tables/forecast.h"

namespace darbe::steps {

namespace {

std::vector<TableProgress> told(const std::vector<tables::Progress::Row>& at_work) {
  std::vector<TableProgress> tables;
  for (const auto& row : at_work)
    if (row.phase != tables::Phase::waiting)
      tables.push_back({.table = row.name.text(),
                        .phase = tables::name_of(row.phase),
                        .rows = row.rows,
                        .bytes = row.bytes,
                        .bytes_expected = tables::bytes_expected(row)});
  return tables;
}

TablesSum sum_of(const tables::Progress::Snapshot& progress) {
  const tables::Amount all = tables::amount_expected(progress);
  return {.tables = all.tables,
          .done = progress.done.tables,
          .rows = all.rows,
          .bytes = all.bytes,
          .bytes_expected = all.bytes_estimated};
}

}  // namespace

ProgressTeller::ProgressTeller(const tables::Progress& progress, Reporter& report)
    : thread_([&progress, &report](std::stop_token stop) {
        tables::Forecast forecast;
        while (!stop.stop_requested()) {
          base::sleep_for(std::chrono::milliseconds(500), stop);
          if (stop.stop_requested()) return;
          const tables::Progress::Snapshot now = progress.snapshot();
          forecast.see(now, base::Clock::now());
          report.progress(told(now.at_work), sum_of(now), forecast.left());
        }
      }) {}

}  // namespace darbe::steps
