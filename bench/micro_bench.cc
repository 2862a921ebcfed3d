// What one core does with rows in memory: the encoder that makes LOAD DATA's text, and the digest. The rows have the
// columns of copy_bench's main set; bytes are those of their values. The mark is 1 GB/s each.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/random.h"
#include "copy/encoder.h"
#include "tables/digest.h"

namespace darbe::bench {
namespace {

// Bigger than the caches, as rows from a wire are.
constexpr std::size_t set_bytes = 64 << 20;
constexpr double mark = 1e9;

using Row = std::vector<std::optional<std::string>>;

Row sysbench_row(std::uint64_t number) {
  const std::string letters = base::random_hex(90);
  return {fmt::format("{}", number), fmt::format("{}", number * 7919 % 500'000), letters.substr(0, 120),
          letters.substr(120)};
}

Row orders_row(std::uint64_t number) {
  static constexpr const char* states[] = {"new", "paid", "sent", "returned"};
  Row row{fmt::format("{}", number),
          fmt::format("{}", number * 7919 % 100'000),
          states[number % 4],
          fmt::format("{:.2f}", static_cast<double>(number % 100'000) / 7),
          fmt::format("{}", static_cast<float>(number) / 3),
          "EUR",
          fmt::format("2020-01-01 {:02}:{:02}:{:02}.000", number / 3600 % 24, number / 60 % 60, number % 60),
          fmt::format("2021-01-01 {:02}:{:02}:{:02}", number / 3600 % 24, number / 60 % 60, number % 60),
          base::random_hex(6) + "@example.com",
          fmt::format("a note with a\ttab {}", number),
          fmt::format(R"({{"ref": "{}", "gift": {}, "items": [{}, {}]}})", base::random_hex(10),
                      number % 2 == 0 ? "true" : "false", number % 17, number % 5)};
  if (number % 3 == 0) row[9].reset();
  return row;
}

// Rows as the client library shows them, and their values' bytes.
class RowSet {
 public:
  explicit RowSet(Row (*make)(std::uint64_t)) {
    for (std::uint64_t number = 1; bytes_ < set_bytes; ++number) {
      rows_.push_back(make(number));
      for (const auto& value : rows_.back()) bytes_ += value ? value->size() : 0;
    }
    for (const Row& row : rows_) views_.emplace_back(row.begin(), row.end());
  }
  const std::vector<std::vector<mysql::Value>>& views() const { return views_; }
  std::size_t bytes() const { return bytes_; }

 private:
  std::vector<Row> rows_;
  std::vector<std::vector<mysql::Value>> views_;
  std::size_t bytes_ = 0;
};

void encode(benchmark::State& state, const RowSet& rows) {
  for (auto _ : state) {
    copy::Encoder encoder(256 * 1024, [](const std::string& block) { benchmark::DoNotOptimize(block.data()); });
    for (const std::vector<mysql::Value>& row : rows.views()) encoder.add(row);
    encoder.finish();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * rows.bytes()));
}

void digest(benchmark::State& state, const RowSet& rows) {
  for (auto _ : state) {
    tables::RowHasher hasher;
    tables::Digest sum;
    for (const std::vector<mysql::Value>& row : rows.views()) sum += hasher.hash(row);
    benchmark::DoNotOptimize(sum);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * rows.bytes()));
}

// Shows what Google Benchmark shows, and whether each met the mark.
class Reporter : public benchmark::ConsoleReporter {
 public:
  Reporter() : ConsoleReporter(::isatty(STDOUT_FILENO) != 0 ? OO_Defaults : OO_None) {}
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      const double speed = run.counters.at("bytes_per_second");
      GetOutputStream() << fmt::format("    {:.2f} GB/s of row bytes, mark ≥ {:.0f}{}\n", speed / 1e9, mark / 1e9,
                                       speed >= mark ? "" : ": MISSED");
    }
  }
};

}  // namespace
}  // namespace darbe::bench

int main(int count, char** words) {
  using namespace darbe::bench;
  benchmark::Initialize(&count, words);
  if (benchmark::ReportUnrecognizedArguments(count, words)) return 2;
  const RowSet sysbench(sysbench_row);
  const RowSet orders(orders_row);
  benchmark::RegisterBenchmark("encoder/sysbench", encode, sysbench);
  benchmark::RegisterBenchmark("encoder/orders", encode, orders);
  benchmark::RegisterBenchmark("digest/sysbench", digest, sysbench);
  benchmark::RegisterBenchmark("digest/orders", digest, orders);
  Reporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::Shutdown();
  return 0;
}
