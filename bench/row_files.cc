#include "row_files.h"

#include <algorithm>
#include <deque>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/mutex.h"
#include "base/task_group.h"
#include "copy/creation.h"
#include "copy/encoder.h"
#include "copy/lane.h"
#include "mysql/quote.h"
#include "tables/key.h"
#include "tables/rows.h"

namespace darbe::bench {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t part_bytes = 32ULL << 20;

// One table's rows, cut into files as they come.
class PartWriter {
 public:
  PartWriter(PartedTable& table, std::size_t number, fs::path folder)
      : table_(table), number_(number), folder_(std::move(folder)), key_(table.shape) {
    DARBE_ASSERT(key_.can_cut());
    begin({});
  }

  void add(mysql::RowView row) {
    if (bytes_ >= part_bytes) {
      end(last_key_);
      begin(last_key_);
    }
    encoder_->add(row.first(table_.shape.stored_columns().size()));
    for (const mysql::Value& value : row)
      if (value) bytes_ += value->size();
    if (bytes_ >= part_bytes) last_key_ = key_.key_of(row);
  }
  void finish() { end({}); }

 private:
  void begin(const std::optional<tables::Key>& after) {
    Part part{.table = number_};
    part.keys.after = after;
    part.file = folder_ / fmt::format("{}.{}", number_, table_.parts.size());
    bytes_ = 0;
    file_.open(part.file, std::ios::binary);
    encoder_.emplace(std::size_t{1} << 18, [this](const std::string& text) {
      file_.write(text.data(), static_cast<std::streamsize>(text.size()));
    });
    table_.parts.push_back(std::move(part));
  }
  void end(const std::optional<tables::Key>& until) {
    encoder_->finish();
    file_.close();
    if (!file_) throw base::Error(base::Kind::failed, "can't write " + table_.parts.back().file.string());
    table_.parts.back().keys.until = until;
  }

  PartedTable& table_;
  const std::size_t number_;
  const fs::path folder_;
  const tables::KeyReader key_;
  std::ofstream file_;
  std::optional<copy::Encoder> encoder_;
  std::optional<tables::Key> last_key_;
  std::uint64_t bytes_ = 0;
};

// Hands out parts so that each lane loads long ordered runs. Shared by the lanes.
class Parts {
 public:
  explicit Parts(const std::vector<PartedTable>& tables) {
    for (const PartedTable& table : tables) {
      runs_.push_back({.rest = {table.parts.begin(), table.parts.end()}});
      missing_.push_back(table.parts.size());
    }
  }

  // Nothing if there is no more. `run` is the lane's own, and becomes another one when it ends.
  std::optional<Part> take(std::optional<std::size_t>& run) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    if (!run || runs_[*run].rest.empty()) run = next_run();
    if (!run) return {};
    Part part = std::move(runs_[*run].rest.front());
    runs_[*run].rest.pop_front();
    return part;
  }

  // True if it was its table's last one.
  bool note_loaded(const Part& part) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    return --missing_[part.table] == 0;
  }

 private:
  struct Run {
    std::deque<Part> rest{};
    bool begun = false;
  };

  // The largest that nobody has begun, else the upper half of the largest.
  std::optional<std::size_t> next_run() REQUIRES(mutex_) {
    const auto size_of = [](const Run& run) { return std::pair(!run.begun && !run.rest.empty(), run.rest.size()); };
    const auto largest = std::max_element(
        runs_.begin(), runs_.end(), [&](const Run& one, const Run& other) { return size_of(one) < size_of(other); });
    if (largest->rest.empty()) return {};
    if (!std::exchange(largest->begun, true)) return largest - runs_.begin();
    Run upper{.begun = true};
    for (std::size_t half = (largest->rest.size() + 1) / 2; half > 0; --half) {
      upper.rest.push_front(std::move(largest->rest.back()));
      largest->rest.pop_back();
    }
    runs_.push_back(std::move(upper));
    return runs_.size() - 1;
  }

  base::Mutex mutex_;
  std::vector<Run> runs_ GUARDED_BY(mutex_);
  std::vector<std::size_t> missing_ GUARDED_BY(mutex_);  // parts of each table that are not loaded
};

// The copy's statement, with a file that the server reads itself.
std::string load_statement(const tables::Table& table, const fs::path& file) {
  static const std::string from_client = "LOCAL INFILE 'rows'";
  std::string sql = copy::load_statement(table);
  const std::size_t place = sql.find(from_client);
  DARBE_ASSERT(place != std::string::npos);
  return sql.replace(place, from_client.size(), "INFILE " + mysql::quote_text(file.string()));
}

void load_lane(TwoServers& servers, const std::vector<PartedTable>& tables, Parts& parts, const std::stop_token& stop) {
  mysql::Connection target = copy::open_target(servers.target().connect_options(), stop);
  std::optional<std::size_t> run;
  while (const std::optional<Part> part = parts.take(run)) {
    const PartedTable& table = tables[part->table];
    copy::create_table(target, table.statement, table.shape, copy::Keys::needed);
    target.execute(load_statement(table.shape, part->file));
    if (parts.note_loaded(*part)) copy::build_indexes(target, table.statement, table.shape);
  }
}

}  // namespace

std::vector<PartedTable> write_row_files(TwoServers& servers, const fs::path& folder) {
  mysql::Connection& source = servers.source_session();
  tables::RowReader reader(servers.source().connect_options(), servers.stop());
  std::vector<PartedTable> all;
  for (const tables::Table& shape :
       tables::read_tables(source, tables::read_databases(source, {std::string(database)}))) {
    PartedTable table{.shape = shape};
    table.statement = tables::split_create_statement(shape, tables::read_create_statement(source, shape.name));
    PartWriter writer(table, all.size(), folder);
    reader.read(shape, {}, [&](mysql::RowView row, const tables::Totals&) { writer.add(row); });
    writer.finish();
    all.push_back(std::move(table));
  }
  return all;
}

void load_row_files(TwoServers& servers, const std::vector<PartedTable>& tables, unsigned jobs) {
  copy::create_databases(servers.target_session(),
                         tables::read_databases(servers.source_session(), {std::string(database)}));
  Parts parts(tables);
  base::TaskGroup lanes(servers.stop());
  for (unsigned lane = 0; lane < jobs; ++lane)
    lanes.start([&](const std::stop_token& stop) { load_lane(servers, tables, parts, stop); });
  lanes.wait();
}

void read_rows(TwoServers& servers, const std::vector<PartedTable>& tables, Side side, unsigned jobs) {
  Parts parts(tables);
  base::TaskGroup lanes(servers.stop());
  for (unsigned lane = 0; lane < jobs; ++lane)
    lanes.start([&](const std::stop_token& stop) {
      const servers::TestServer& server = side == Side::source ? servers.source() : servers.target();
      tables::RowReader reader(server.connect_options(), stop);
      std::optional<std::size_t> run;
      while (const std::optional<Part> part = parts.take(run)) {
        const tables::Table& table = tables[part->table].shape;
        reader.connection().stream(
            fmt::format("SELECT * FROM {}{}", table.name.quoted(), tables::where_clause(table, part->keys)),
            [](mysql::RowView) { return true; });
      }
    });
  lanes.wait();
}

}  // namespace darbe::bench
