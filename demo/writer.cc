#include "writer.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "mysql/error.h"
#include "mysql/quote.h"

namespace darbe::demo {
namespace {

using namespace std::chrono_literals;

constexpr auto pause_between_writes = 4ms;

bool may_pass(const std::exception& error) { return base::kind_of(error) == base::Kind::transient; }

}  // namespace

Writer::Writer(mysql::ConnectOptions source, WrittenTable table)
    : source_(std::move(source)), table_(std::move(table)), thread_([this](std::stop_token stop) { run(stop); }) {}

void Writer::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

std::uint64_t Writer::acknowledged() const {
  base::MutexLock lock(mutex_);
  return acknowledged_;
}

void Writer::run(std::stop_token stop) {
  try {
    while (!stop.stop_requested()) {
      write_until_lost(stop);
      base::sleep_for(200ms, stop);
    }
    if (!unanswered_) return;
    mysql::Connection source(source_, {});
    settle(source);
  } catch (...) {
    error_ = std::current_exception();
  }
}

void Writer::write_until_lost(std::stop_token stop) try {
  // No stop for the session: a write that was begun is answered, so that the last one is known too.
  mysql::Connection source(source_, {});
  settle(source);
  while (!stop.stop_requested()) {
    unanswered_ = next();
    source.execute(unanswered_->sql, "the demo's write");
    remember(*std::exchange(unanswered_, std::nullopt));
    base::sleep_for(pause_between_writes, stop);
  }
} catch (const mysql::ServerError& error) {
  if (!may_pass(error)) throw;
}

// The server did it or did not; what it holds now is the truth from here on.
void Writer::settle(mysql::Connection& source) {
  if (!unanswered_) return;
  const auto note = source.value(fmt::format("SELECT note FROM {} WHERE id = {}", table_.name, unanswered_->id));
  unanswered_->note = note;
  remember(*std::exchange(unanswered_, std::nullopt));
}

// Seven inserts, two changes, one deletion, and so on.
Writer::Write Writer::next() const {
  const std::uint64_t turn = turn_ % 10;
  if (turn < 7 || rows_.empty()) {
    Write write{next_id_, base::random_hex(40), {}};
    const std::string others = table_.other_columns.empty() ? "" : ", " + table_.other_columns;
    write.sql = fmt::format("INSERT INTO {} SET id = {}, note = {}{}", table_.name, write.id,
                            mysql::quote_text(*write.note), others);
    return write;
  }
  auto row = rows_.lower_bound(next_id_ * (turn_ % 97) / 97);
  if (row == rows_.end()) row = rows_.begin();
  if (turn < 9) {
    Write write{row->first, base::random_hex(60), {}};
    write.sql =
        fmt::format("UPDATE {} SET note = {} WHERE id = {}", table_.name, mysql::quote_text(*write.note), write.id);
    return write;
  }
  return {row->first, std::nullopt, fmt::format("DELETE FROM {} WHERE id = {}", table_.name, row->first)};
}

void Writer::remember(const Write& write) {
  if (write.note) {
    rows_[write.id] = *write.note;
  } else {
    rows_.erase(write.id);
  }
  next_id_ = std::max(next_id_, write.id + 1);
  ++turn_;
  base::MutexLock lock(mutex_);
  ++acknowledged_;
}

Comparison Writer::compare(mysql::Connection& server, std::stop_token stop) const {
  Comparison result{rows_.size(), rows_.size(), 0};
  server.stream(fmt::format("SELECT id, note FROM {}", table_.name), [&](mysql::RowView row) {
    base::throw_if_stopped(stop);
    const auto remembered = rows_.find(std::stoull(std::string(row[0].value_or("0"))));
    if (remembered == rows_.end()) {
      ++result.surplus;
    } else if (row[1] == remembered->second) {
      --result.missing;
    }
    return true;
  });
  return result;
}

}  // namespace darbe::demo
