// An API action is a function from the store and a request to an answer. One that changes the store may leave tasks for
// the instances' workers (lab/instances.h). It refuses nothing: what may be asked is in lab/rules.h, looked at before.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lab/metrics.h"
#include "lab/offers.h"
#include "lab/store.h"

namespace darbe::lab {

struct Task {
  enum class Kind {
    create,            // a fresh server
    create_replica,    // a copy of another instance's
    apply_pending,     // what PendingModifiedValues and `next_password` say
    apply_parameters,  // `subjects`: parameters of the attached group that were changed with ApplyMethod=immediate
    reboot,
    promote,
    destroy,
    finish_snapshot,  // `subjects`: the snapshot
    settle_groups,    // security groups being added
  };
  Kind kind;
  std::string resource_id;  // the instance's DbiResourceId
  std::vector<std::string> subjects = {};
};

struct View {
  const Store& store;
  const Offers& offers;
  std::chrono::system_clock::time_point now;
  const Metrics& metrics;
};

struct World {
  Store& store;
  const Offers& offers;
  std::chrono::system_clock::time_point now;
  const Metrics& metrics;
  std::vector<Task>& tasks;

  // NOLINTNEXTLINE(google-explicit-constructor): what looks may look at a world that is being changed
  operator View() const { return {store, offers, now, metrics}; }
};

struct Caller {
  std::string arn;
  std::string user_id;
};

struct Call {
  std::string_view action;
  const Value& request;
  Caller caller;
};

using Look = Value (*)(const View&, const Call&);
using Change = Value (*)(World&, const Call&);
using Action = std::variant<Look, Change>;
using Actions = std::map<std::string_view, Action>;

const Actions& rds_instance_actions();
const Actions& rds_group_actions();     // parameter, option and subnet groups
const Actions& rds_catalog_actions();   // engine versions, orderable options, engine defaults
const Actions& rds_resource_actions();  // snapshots, tags, quotas
const Actions& ec2_actions();           // security groups, tags
const Actions& ec2_network_actions();   // VPCs, peerings, network interfaces
const Actions& sts_actions();
const Actions& iam_actions();
const Actions& monitoring_actions();  // CloudWatch
const Actions& secretsmanager_actions();
const Actions& kms_actions();

// All that the lab plays of a service, by the name it is signed for.
std::vector<const Actions*> actions_of(std::string_view service);

// Whether an action of any service changes the store.
bool changes_something(std::string_view action);

}  // namespace darbe::lab
