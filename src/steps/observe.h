// Looks at a run's servers and tells what it saw; changes nothing. Whether that needs a person is watch/health's
// business.
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>

#include "aws/instances.h"
#include "steps/run.h"
#include "steps/source_schema.h"
#include "watch/health.h"

namespace darbe::steps {

// What a look asks takes seconds, and a minute or two where a server opens the files of very many tables for it: one
// that is silent for longer hangs.
constexpr std::chrono::minutes look_answer_timeout{5};

// The run's instances, as AWS has them.
struct AtAws {
  std::optional<aws::Instance> source;
  std::optional<aws::Instance> target;
  std::optional<aws::Instance> replica;  // until it is given up
};

// What is dear to ask (catalogs, files) is asked once a minute at most, and remembered between looks. One thread uses
// it.
class Observer {
 public:
  // Takes as long as the target needs to apply where the source stands now, ten seconds at most.
  // Requires: the run's journal is open, source and target are there. Throws: ServerError; Error{transient,
  // interrupted}.
  watch::Observation look(const Run& run, const AtAws& at_aws, std::stop_token stop);

 private:
  struct Dear {
    base::Clock::time_point at;
    SchemaNews schema;
    std::vector<std::string> strangers;
    watch::Storage source_storage;
    watch::Storage target_storage;
  };

  watch::LagTrack lag_;
  std::optional<Dear> dear_;
};

// Whether a darbe holds the run's lock, on the source or on the target. Requires: both are there. Throws: as
// mysql::Connection.
bool is_at_work(const Run& run, const AtAws& at_aws, std::stop_token stop);

// What AWS and the journal say, without a look at the servers.
watch::Observation observation_without_servers(const Run& run, const AtAws& at_aws);

// The source's binlogs and their retention, and what of them the run needs next. `target` is what it says of its
// replication, if it does replicate.
watch::KeptBinlogs kept_binlogs(const Run& run, mysql::Connection& source,
                                const std::optional<replication::ReplicaStatus>& target);

}  // namespace darbe::steps
