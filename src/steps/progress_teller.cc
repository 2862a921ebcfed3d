#include "steps/progress_teller.h"

#include "base/clock.h"
#include "tables/forecast.h"

namespace darbe::steps {

namespace {

std::vector<TableProgress> told(const std::vector<tables::Progress::Row>& rows) {
  std::vector<TableProgress> tables;
  for (const auto& row : rows)
    tables.push_back({.table = row.name.text(),
                      .phase = tables::name_of(row.phase),
                      .rows = row.rows,
                      .bytes = row.bytes,
                      .bytes_expected = tables::bytes_expected(row)});
  return tables;
}

}  // namespace

ProgressTeller::ProgressTeller(const tables::Progress& progress, Reporter& report)
    : thread_([&progress, &report](std::stop_token stop) {
        tables::Forecast forecast;
        while (!stop.stop_requested()) {
          base::sleep_for(std::chrono::milliseconds(500), stop);
          if (stop.stop_requested()) return;
          const auto rows = progress.rows();
          forecast.see(rows, base::Clock::now());
          report.progress(told(rows), forecast.left());
        }
      }) {}

}  // namespace darbe::steps
