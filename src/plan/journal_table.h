// The journal: tables in schema `darbe_journal` on the target (docs/journal.md). Written with sql_log_bin=0 where the
// master user may set it, so that no replica of the target ever sees it.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "engine/journal.h"
#include "mysql/connection.h"
#include "plan/facts.h"
#include "plan/plan.h"

namespace darbe::plan {

struct Event {
  std::chrono::system_clock::time_point at;
  std::string step;
  std::string what;  // began | done | void
  std::string detail;
};

// Something that the run changed in AWS or on the source.
struct AuditLine {
  std::chrono::system_clock::time_point at;
  std::string where;    // aws | source
  std::string what;     // the action, or the statement
  std::string subject;  // what it is about; may be empty
  std::string request_id;
  std::string outcome;  // done, or what is not known (aws/change.h)
};

// The outcome of what commands did before there was a journal, and did not live to see one.
inline constexpr const char* by_earlier_command = "made by an earlier command";

// One thread uses it. A lost link is repaired; a write that may have happened is repeated, for events may stand twice.
class JournalTable : public engine::Journal {
 public:
  // `at_once`: from when on nothing may be written any more, for the run's lock is lost.
  explicit JournalTable(std::stop_token stop, std::stop_token at_once = {})
      : stop_(std::move(stop)), at_once_(std::move(at_once)) {}

  // Reads what is there, also once more. Returns false if the target has no journal. Throws: ServerError when it can't
  // be read: that is `unknown`, never `absent`.
  bool open(const mysql::ConnectOptions& target);
  // Makes the tables and writes the plan; harmless when they are there. Open afterwards.
  void create(const mysql::ConnectOptions& target, const Plan& plan);

  bool is_open() const override { return plan_.has_value(); }
  const Plan& plan() const { return plan_.value(); }
  const Facts& facts() const { return facts_; }
  const std::vector<Event>& events() const { return events_; }

  bool began(std::string_view step) const override { return began_.contains(step); }
  bool done(std::string_view step) const override { return done_.contains(step); }
  void record_began(std::string_view step, std::chrono::system_clock::time_point at) override;
  void record_done(std::string_view step) override;
  void record_void(std::string_view step, const std::string& reason) override;
  void record_facts(const Facts& facts);

  // Written at once where the target answers, also after a stop; else with the next record: it may be what was just
  // told to restart. Requires: no secret in it.
  void record_audit(AuditLine line);
  // Of all commands of this run, in order. Requires: is_open().
  std::vector<AuditLine> audit();
  // Of this command alone, which may be taking the journal itself away.
  const std::vector<AuditLine>& audit_of_this_command() const { return recorded_; }

 private:
  void require_tables_of_this_version();
  void write_audit();
  std::string audit_insert(const AuditLine& line) const;
  void record(const Event& event);
  void remember(Event event);
  void read();
  void connect();
  void connect_after_stop();
  void write(const std::function<void(mysql::Connection&)>& statements);
  void write(const std::string& sql, std::string_view label);

  std::stop_token stop_;
  std::stop_token at_once_;
  std::optional<mysql::ConnectOptions> target_;
  std::optional<mysql::Connection> connection_;
  std::optional<Plan> plan_;
  Facts facts_;
  std::vector<Event> events_;
  std::vector<AuditLine> recorded_;
  std::vector<AuditLine> unwritten_;
  std::set<std::string, std::less<>> began_;
  std::set<std::string, std::less<>> done_;
};

// What to do with a journal that can't be read.
inline constexpr const char* another_version = "It was written by another version of darbe: go on with that one.";

// Turns the binlog off for this session. Returns false where the server doesn't let us.
bool leave_binlog(mysql::Connection& connection);

}  // namespace darbe::plan
