#include "lab/worker.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/letters.h"
#include "base/log.h"
#include "lab/instance_values.h"
#include "lab/managed_password.h"

namespace darbe::lab {
namespace {

// How long things take, in seconds at speed 1: long enough to be seen passing, short enough for a rehearsal. On RDS the
// same takes minutes.
constexpr double before_a_change_shows = 1.0;
constexpr double a_change_takes = 1.5;
constexpr double a_backup_takes = 2.0;
constexpr double storage_optimization_takes = 2.0;
constexpr double a_replicas_volume_loads = 30.0;
constexpr double between_looks = 2.0;
constexpr double until_retry = 0.5;

// What a server can't grow a table's file by any more: a file of some size grows by four extents.
constexpr std::uintmax_t full_below_bytes = 5 << 20;

// RDS has them of one size.
constexpr double log_volume_bytes = 1024.0 * (1 << 30);

constexpr const char* restarting_changes[] = {"DBInstanceClass",   "Port",
                                              "EngineVersion",     "DBInstanceIdentifier",
                                              "DBSubnetGroupName", "CACertificateIdentifier",
                                              "DedicatedLogVolume"};
constexpr const char* storage_changes[] = {"AllocatedStorage", "Iops", "StorageThroughput", "StorageType"};

template <typename Names>
bool has_any(const Value& value, const Names& names) {
  return std::any_of(std::begin(names), std::end(names), [&](const char* name) { return value.has(name); });
}

bool turns_backups(const Value& shape, const Value& pending) {
  return pending.has("BackupRetentionPeriod") &&
         (pending.at("BackupRetentionPeriod").number() > 0) != (shape.at("BackupRetentionPeriod").number() > 0);
}

std::string status_for(const Value& pending) {
  if (pending.has("DBInstanceIdentifier")) return "renaming";
  if (pending.members().size() == 1 && pending.has("MasterUserPassword")) return "resetting-master-credentials";
  return "modifying";
}

void rename(World& world, Instance& instance, const std::string& identifier) {
  Store& store = world.store;
  const std::string before = instance.identifier();
  const std::string old_arn = instance.shape.at("DBInstanceArn").text();
  replace_in_source(store, instance, identifier);
  for (auto& [name, other] : store.instances)
    if (other.source() == before) other.shape["ReadReplicaSourceDBInstanceIdentifier"] = identifier;
  instance.shape["DBInstanceIdentifier"] = identifier;
  instance.shape["DBInstanceArn"] = store.rds_arn("db", identifier);
  if (auto tags = store.tags.extract(old_arn)) {
    tags.key() = instance.shape.at("DBInstanceArn").text();
    store.tags.insert(std::move(tags));
  }
  auto entry = store.instances.extract(before);
  entry.key() = identifier;
  store.instances.insert(std::move(entry));
}

// The last membership is the one that was asked for.
void settle_option_group(Value& shape) {
  Value membership = shape.at("OptionGroupMemberships").list().back();
  membership["Status"] = "in-sync";
  shape["OptionGroupMemberships"] = Value::List{membership};
}

// What ModifyDBInstance wanted is now so.
void settle_pending(World& world, Instance& instance) {
  Value& shape = instance.shape;
  const Value pending = shape.at("PendingModifiedValues");
  shape["PendingModifiedValues"] = Value::Members{};
  instance.apply_now = false;
  for (const auto& [name, wanted] : pending.members()) {
    if (name == "MasterUserPassword" || name == "DBInstanceIdentifier") continue;
    if (name == "Port")
      shape["Endpoint"]["Port"] = wanted;
    else if (name == "DBSubnetGroupName")
      shape["DBSubnetGroup"] = world.store.subnet_groups.at(base::lower(wanted.text()));
    else
      shape[name] = wanted;
  }
  settle_option_group(shape);
  if (pending.has("CACertificateIdentifier"))
    shape["CertificateDetails"]["CAIdentifier"] = pending.at("CACertificateIdentifier");
  if (shape.at("BackupRetentionPeriod").number() == 0) {
    shape.erase("LatestRestorableTime");
    drop_automated_snapshots(world.store, instance.resource_id());
  }
  if (pending.has("DBInstanceIdentifier")) rename(world, instance, pending.at("DBInstanceIdentifier").text());
}

// Only a password is on its way: the rest waits for its maintenance window.
void settle_password(Instance& instance) { instance.shape["PendingModifiedValues"].erase("MasterUserPassword"); }

Value replication_status(bool replicating) {
  Value status;
  status["StatusType"] = "read replication";
  status["Normal"] = replicating;
  status["Status"] = replicating ? "replicating" : "error";
  return Value::List{status};
}

}  // namespace

Worker::Worker(std::string resource_id, Place place) : resource_id_(std::move(resource_id)), place_(std::move(place)) {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Worker::~Worker() { stop(); }

void Worker::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  {
    base::MutexLock lock(mutex_);
    stopping_ = true;
    more_.notify_all();
  }
  thread_.join();
}

void Worker::after(double seconds, Job job) {
  const auto delay = std::chrono::duration_cast<base::Clock::duration>(base::Seconds(seconds / place_.host.speed()));
  base::MutexLock lock(mutex_);
  jobs_.emplace(base::Clock::now() + delay, std::move(job));
  more_.notify_all();
}

std::optional<Worker::Job> Worker::next_job(const std::stop_token& stop) {
  base::MutexLock lock(mutex_);
  while (!stop.stop_requested() && !stopping_) {
    const auto now = base::Clock::now();
    if (jobs_.empty()) {
      more_.wait(mutex_);
    } else if (const auto first = jobs_.begin(); first->first <= now) {
      Job job = std::move(first->second);
      jobs_.erase(first);
      return job;
    } else {
      more_.wait_for(mutex_, first->first - now);
    }
  }
  return std::nullopt;
}

void Worker::run(const std::stop_token& stop) {
  while (auto job = next_job(stop)) {
    try {
      base::MutexLock lock(machine_mutex_);
      (*job)();
    } catch (const std::exception& error) {
      if (base::kind_of(error) == base::Kind::interrupted) return;
      log::error("instance {}: {}", resource_id_, base::text_of(error));
    }
  }
}

void Worker::look(const std::function<void(const Store&, const Instance&)>& work) {
  place_.state.look([&](const Store& store) {
    if (const Instance* instance = store.instance_by_resource(resource_id_)) work(store, *instance);
  });
}

void Worker::change(const std::function<void(World&, Instance&)>& work) {
  place_.state.change([&](World& world) {
    if (Instance* instance = world.store.instance_by_resource(resource_id_)) work(world, *instance);
  });
}

// What is being deleted stays so, whatever is still under way.
void Worker::set_status(std::string_view status) {
  change([&](World&, Instance& instance) {
    if (instance.status() != "deleting") instance.shape["DBInstanceStatus"] = status;
  });
}

std::string Worker::status() {
  std::string status;
  look([&](const Store&, const Instance& instance) { status = instance.status(); });
  return status;
}

MachineSpec Worker::spec() {
  MachineSpec spec;
  look([&](const Store&, const Instance& instance) {
    const Value& shape = instance.shape;
    spec.identifier = instance.identifier();
    spec.engine = shape.at("Engine").text();
    spec.engine_version = shape.at("EngineVersion").text();
    spec.port = static_cast<unsigned>(shape.at("Endpoint").at("Port").number());
    spec.master_user = shape.at("MasterUsername").text();
    spec.master_password = instance.password;
    spec.database = shape.at("DBName").text();
    spec.instance_class = shape.at("DBInstanceClass").text();
    spec.allocated_gib = static_cast<unsigned>(shape.at("AllocatedStorage").number());
    spec.binlog = shape.at("BackupRetentionPeriod").number() > 0;
    spec.parameters = instance.in_force;
  });
  return spec;
}

void Worker::take(const Task& task) {
  switch (task.kind) {
    case Task::Kind::create:
      return after(a_change_takes, [this] { create(); });
    case Task::Kind::create_replica:
      return after(a_change_takes, [this] { create_replica(); });
    case Task::Kind::apply_pending:
      return after(before_a_change_shows, [this] { apply_pending(); });
    case Task::Kind::apply_parameters:
      return after(before_a_change_shows, [this, names = task.subjects] { apply_parameters(names); });
    case Task::Kind::reboot:
      return after(a_change_takes, [this] { reboot(); });
    case Task::Kind::promote:
      return after(a_change_takes, [this] { promote(); });
    case Task::Kind::destroy:
      return after(a_change_takes, [this] { destroy(); });
    case Task::Kind::settle_groups:
      return after(before_a_change_shows, [this] { settle_groups(); });
    case Task::Kind::finish_snapshot:
      return after(a_backup_takes, [this, name = task.subjects.front()] { finish_snapshot(name); });
  }
}

void Worker::take_up() {
  const std::string was = status();
  if (was == "deleting") return take({Task::Kind::destroy, resource_id_});
  if (was == "creating") {
    bool replica = false;
    look([&](const Store&, const Instance& instance) { replica = !instance.source().empty(); });
    return take({replica ? Task::Kind::create_replica : Task::Kind::create, resource_id_});
  }
  // Nobody shall take it for available before its server is back.
  if (was == "available" || was == "backing-up" || was == "storage-optimization") set_status("starting");
  after(0, [this, was] { reopen(was); });
}

void Worker::reopen(const std::string& was) {
  machine_ = Machine::reopen(place_.host, place_.folder);
  bool wanted = false;
  bool promoting = false;
  change([&](World& world, Instance& instance) {
    instance.shape["Endpoint"]["Address"] = machine_->address();
    wanted = instance.apply_now || !instance.next_password.empty();
    promoting = instance.promoting;
    for (const auto& [name, snapshot] : world.store.snapshots)
      if (snapshot.at("Status").text() == "creating" && snapshot.at("DbiResourceId").text() == resource_id_)
        world.tasks.push_back({Task::Kind::finish_snapshot, resource_id_, {name}});
  });
  measure();
  watch_replication();
  watch_storage();
  if (promoting) return promote();
  if (was == "rebooting") return reboot();
  become_available();
  if (wanted) after(0, [this] { apply_pending(); });
}

Machine& Worker::server() {
  if (!machine_) throw base::Error(base::Kind::failed, "it has no server");
  return *machine_;
}

void Worker::create() {
  if (status() != "creating") return;
  std::filesystem::remove_all(place_.folder);
  try {
    machine_ = Machine::create(place_.host, spec(), place_.folder);
  } catch (const std::exception& error) {
    set_status("failed");
    throw;
  }
  became_usable();
}

void Worker::create_replica() {
  if (status() != "creating") return;
  std::string source;
  look([&](const Store& store, const Instance& instance) {
    if (const Instance* found = store.instance(instance.source())) source = found->resource_id();
  });
  std::filesystem::remove_all(place_.folder);
  try {
    if (source.empty()) throw base::Error(base::Kind::failed, "the replica's source is gone");
    Worker& other = place_.find(source);
    base::MutexLock lock(other.machine_mutex_);
    if (!other.machine_) throw base::Error(base::Kind::failed, "the replica's source has no server");
    machine_ = Machine::create_replica(place_.host, spec(), place_.folder, *other.machine_);
  } catch (const std::exception& error) {
    set_status("failed");
    throw;
  }
  const auto loads = std::chrono::duration_cast<std::chrono::system_clock::duration>(
      base::Seconds(a_replicas_volume_loads / place_.host.speed()));
  change([&](World& world, Instance& instance) { instance.loading = {world.now, world.now + loads}; });
  became_usable();
  watch_replication();
}

void Worker::became_usable() {
  change([&](World& world, Instance& instance) {
    instance.shape["Endpoint"]["Address"] = machine_->address();
    instance.shape["Endpoint"]["Port"] = machine_->port();
    instance.shape["Endpoint"]["HostedZoneId"] = "ZLABLABLABLABL";
    instance.shape["InstanceCreateTime"] = base::iso_time(world.now);
    if (!instance.source().empty()) instance.shape["StatusInfos"] = replication_status(true);
    settle_managed_password(world, instance);
  });
  measure();
  watch_storage();
  back_up_and_become_available();
}

void Worker::back_up_and_become_available() {
  bool backups = false;
  change([&](World& world, Instance& instance) {
    backups = instance.shape.at("BackupRetentionPeriod").number() > 0;
    if (!backups || instance.status() == "deleting") return;
    instance.shape["DBInstanceStatus"] = "backing-up";
    const auto when = std::chrono::duration_cast<std::chrono::milliseconds>(world.now.time_since_epoch()).count();
    record_snapshot(world, instance, {fmt::format("rds:{}-{}", instance.identifier(), when), "automated", {}});
    instance.shape["LatestRestorableTime"] = base::iso_time(world.now);
  });
  after(backups ? a_backup_takes : 0, [this] { become_available(); });
}

void Worker::become_available() { set_status("available"); }

void Worker::apply_pending() {
  const std::string now = status();
  if (now.empty() || now == "deleting" || now == "failed") return;
  if (now != "available" && now != "storage-optimization" && now != "storage-full")
    return after(until_retry, [this] { apply_pending(); });
  bool wanted = false;
  change([&](World&, Instance& instance) {
    wanted = instance.status() == now && (instance.apply_now || !instance.next_password.empty());
    Value pending = instance.shape.at("PendingModifiedValues");
    if (!instance.apply_now) pending = Value::Members{{"MasterUserPassword", "****"}};
    if (wanted) instance.shape["DBInstanceStatus"] = status_for(pending);
  });
  if (wanted) after(a_change_takes, [this] { carry_out_pending(); });
}

void Worker::carry_out_pending() {
  Instance was;
  look([&](const Store&, const Instance& instance) { was = instance; });
  if (was.status() == "deleting") return;
  if (!server().running() || paused_) return after(until_retry, [this] { carry_out_pending(); });
  const Value pending = was.apply_now ? was.shape.at("PendingModifiedValues") : Value(Value::Members{});
  const bool backups = turns_backups(was.shape, pending);
  if (!was.next_password.empty()) machine_->set_master_password(was.next_password);
  change([&](World& world, Instance& instance) {
    if (!was.next_password.empty()) instance.password = was.next_password;
    // Another may have been asked for meanwhile: it has a task of its own.
    if (instance.next_password.reveal() == was.next_password.reveal()) {
      instance.next_password = base::Secret();
      settle_managed_password(world, instance);
    }
    was.apply_now ? settle_pending(world, instance) : settle_password(instance);
  });
  if (backups || has_any(pending, restarting_changes)) restart(spec());
  if (status() == "incompatible-parameters") return;
  if (backups) return back_up_and_become_available();
  if (!has_any(pending, storage_changes)) return become_available();
  set_status("storage-optimization");
  after(storage_optimization_takes, [this] { become_available(); });
}

void Worker::restart(const MachineSpec& changed) {
  MachineSpec full = changed;
  change([&](World& world, Instance& instance) {
    full.parameters = group_values(world.store, instance.parameter_group());
  });
  try {
    server().restart(full);
    paused_ = false;
  } catch (const std::exception&) {
    set_status("incompatible-parameters");
    throw;
  }
  change([&](World&, Instance& instance) {
    instance.in_force = full.parameters;
    set_parameter_status(instance, "in-sync");
    instance.shape["Endpoint"]["Address"] = machine_->address();
    instance.shape["Endpoint"]["Port"] = machine_->port();
  });
}

void Worker::apply_parameters(const std::vector<std::string>& names) {
  if (!machine_ || paused_ || !machine_->running())
    return after(until_retry, [this, names] { apply_parameters(names); });
  Texts values;
  change([&](World& world, Instance& instance) {
    const Texts group = group_values(world.store, instance.parameter_group());
    for (const std::string& name : names) {
      instance.in_force.erase(name);
      if (const auto found = group.find(name); found != group.end()) instance.in_force.insert(*found);
    }
    values = instance.in_force;
  });
  const auto waiting = machine_->set_parameters(values, true);
  change([&](World& world, Instance& instance) {
    const bool same = group_values(world.store, instance.parameter_group()) == instance.in_force;
    set_parameter_status(instance, waiting.empty() && same ? "in-sync" : "pending-reboot");
  });
}

void Worker::reboot() {
  if (status() != "rebooting") return;
  restart(spec());
  become_available();
}

void Worker::promote() {
  if (status() == "deleting") return;
  if (!server().running() || paused_) return after(until_retry, [this] { promote(); });
  machine_->promote();
  bool backups = false;
  change([&](World& world, Instance& instance) {
    replace_in_source(world.store, instance, "");
    instance.shape.erase("ReadReplicaSourceDBInstanceIdentifier");
    instance.shape.erase("StatusInfos");
    backups = turns_backups(instance.shape, instance.shape.at("PendingModifiedValues"));
    settle_pending(world, instance);
    instance.promoting = false;
  });
  if (backups) restart(spec());
  back_up_and_become_available();
}

void Worker::destroy() {
  if (machine_) machine_->destroy();
  machine_.reset();
  std::filesystem::remove_all(place_.folder);
  place_.state.metrics().forget(resource_id_);
  change([&](World& world, Instance& instance) {
    replace_in_source(world.store, instance, "");
    for (const std::string& name : texts_of(instance.shape.at("ReadReplicaDBInstanceIdentifiers"))) {
      Instance* replica = world.store.instance(name);
      if (!replica || replica->status() == "deleting") continue;
      replica->shape["DBInstanceStatus"] = "modifying";
      replica->promoting = true;
      world.tasks.push_back({Task::Kind::promote, replica->resource_id()});
    }
    world.store.tags.erase(instance.shape.at("DBInstanceArn").text());
    drop_managed_password(world.store, instance.shape);
    world.store.instances.erase(instance.identifier());
  });
}

void Worker::settle_groups() {
  change([&](World&, Instance& instance) {
    for (Value& membership : instance.shape["VpcSecurityGroups"].list()) membership["Status"] = "active";
  });
}

void Worker::finish_snapshot(const std::string& identifier) {
  place_.state.change([&](World& world) {
    const auto found = world.store.snapshots.find(identifier);
    if (found == world.store.snapshots.end()) return;
    found->second["Status"] = "available";
    found->second["PercentProgress"] = 100;
  });
}

// A datapoint a minute, as RDS sends them to CloudWatch; none while the server does not answer.
void Worker::measure() {
  if (status().empty()) return;
  after(static_cast<double>(place_.state.metrics().minute().count()) * place_.host.speed(), [this] { measure(); });
  if (machine_ && !paused_ && machine_->running()) record(machine_->figures());
}

void Worker::record(const Figures& figures) {
  double allocated = 0;
  bool has_log_volume = false;
  look([&](const Store&, const Instance& instance) {
    allocated = static_cast<double>(instance.shape.at("AllocatedStorage").number()) * (1 << 30);
    has_log_volume = instance.shape.at("DedicatedLogVolume").truth();
  });
  const double logs = has_log_volume ? static_cast<double>(figures.binlog_bytes.value_or(0)) : 0;
  const double unused = std::max(0.0, allocated + logs - static_cast<double>(figures.used_bytes));
  const auto now = std::chrono::system_clock::now();
  const auto add = [&](std::string_view metric, const auto& value) {
    if (value) place_.state.metrics().add(resource_id_, metric, {now, static_cast<double>(*value)});
  };
  add("FreeStorageSpace", std::optional(figures.volume_bytes ? static_cast<double>(*figures.volume_bytes) : unused));
  add("FreeStorageSpaceLogVolume", has_log_volume ? std::optional(log_volume_bytes - logs) : std::nullopt);
  add("BinLogDiskUsage", figures.binlog_bytes);
  add("ReplicaLag", figures.replica_lag_seconds);
  add("CPUUtilization", figures.processor_percent);
}

// The volume is the file system that the instance's folder is in.
void Worker::watch_storage() {
  if (status().empty()) return;
  after(between_looks, [this] { watch_storage(); });
  std::error_code gone;
  const auto volume = std::filesystem::space(place_.folder, gone);
  if (gone) return;
  const bool full = volume.available < full_below_bytes;
  const std::string_view before = full ? "available" : "storage-full";
  if (status() != before) return;  // each change is written
  change([&](World&, Instance& instance) {
    if (instance.status() == before) instance.shape["DBInstanceStatus"] = full ? "storage-full" : "available";
  });
}

void Worker::watch_replication() {
  bool replica = false;
  Value before;
  look([&](const Store&, const Instance& instance) {
    replica = !instance.source().empty();
    before = instance.shape.at("StatusInfos");
  });
  if (!replica) return;
  after(between_looks, [this] { watch_replication(); });
  if (!machine_ || paused_ || !machine_->running()) return;
  const Value now = replication_status(machine_->replicating());
  if (now == before) return;
  change([&](World&, Instance& instance) { instance.shape["StatusInfos"] = now; });
}

}  // namespace darbe::lab
