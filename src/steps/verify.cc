#include "steps/verify.h"

#include <fmt/format.h>

#include "base/fault.h"
#include "steps/copy_options.h"
#include "steps/progress_teller.h"
#include "steps/replica.h"
#include "steps/run.h"
#include "verify/hidden_types.h"
#include "verify/verify.h"

namespace darbe::steps {

using engine::Standing;

namespace {

// Equal to the frozen replica is no proof of being equal to the source where the snapshot may have torn a table.
std::vector<std::string> sentences_about_engines(const verify::Outcome& outcome) {
  std::vector<std::string> sentences;
  for (const tables::TableName& table : outcome.not_transactional)
    sentences.push_back(fmt::format(
        "{} is not transactional: equal to the frozen replica, which may differ from the source", table.text()));
  for (const tables::TableName& table : outcome.in_memory)
    sentences.push_back(
        fmt::format("{} is MEMORY: empty on the new instance, which Settle restarts for its backups. An UPDATE or "
                    "DELETE of rows that the source still has stops replication (1032) where the binlog holds rows",
                    table.text()));
  return sentences;
}

std::string list_of(const std::vector<tables::TableName>& names) {
  std::string text;
  for (const tables::TableName& name : names) text += (text.empty() ? "" : ", ") + name.text();
  return text;
}

// Only JSON_TYPE tells these types apart, and asking all documents of all tables for it would cost more than the copy.
std::vector<std::string> sentences_about_documents(const verify::Outcome& outcome) {
  std::vector<std::string> sentences;
  if (!outcome.with_other_integers.empty())
    sentences.push_back(fmt::format(
        "JSON of {}: integers are INTEGER in place of UNSIGNED INTEGER on the target or the other way round, equal and "
        "printed alike: without a key they can't be made again",
        list_of(outcome.with_other_integers)));
  if (!outcome.with_documents.empty())
    sentences.push_back(fmt::format(
        "JSON of {}: at least the first {} documents of each chunk were asked for types that neither text nor size "
        "shows. Behind them an INTEGER may stand in place of an UNSIGNED INTEGER or the other way round, a DATETIME in "
        "place of a TIMESTAMP, and, where their sizes cancel out, a string or a double in place of a DATE, TIME, "
        "DATETIME, TIMESTAMP, BLOB or DECIMAL: they print alike",
        list_of(outcome.with_documents), verify::documents_sampled));
  return sentences;
}

}  // namespace

Standing Verify::check(Run& run, std::stop_token stop) {
  switch (verify::state(run.connect_options(run.target_id(), stop), stop)) {
    case verify::State::absent:
      run.saw("no chunk in the ledger was compared");
      return Standing::absent;
    case verify::State::partial:
      run.saw("some chunks in the ledger were compared, not all");
      return Standing::partial;
    case verify::State::done:
      run.saw("every chunk in the ledger was compared");
      return run.facts.chunks_equal > 0 ? Standing::done : Standing::partial;
  }
  return Standing::unknown;
}

void Verify::apply(Run& run, std::stop_token stop) {
  tables::Progress progress;
  const ProgressTeller teller(progress, run.report);
  const verify::Outcome outcome = verify::run(verify_options(copy_options(run, stop)), progress, stop);
  fault::point<"verify.all_equal">();
  mysql::Connection replica = run.replica(stop);
  require_frozen(run, replica);
  require_no_writing_events(run, replica, stop);  // its parameter group may have changed since
  warn_of_repairs(run, outcome.repaired);
  run.facts.chunks_equal = outcome.chunks;
  run.facts.not_proven = sentences_about_engines(outcome);
  for (const std::string& sentence : sentences_about_documents(outcome)) {
    run.report.warning(sentence);
    run.facts.not_proven.push_back(sentence);
  }
  run.remember();
}

void Verify::undo(Run&, std::stop_token) {}  // nothing was made

}  // namespace darbe::steps
