#include "lab/instances.h"

#include "base/error.h"
#include "lab/worker.h"

namespace darbe::lab {
namespace {

void carry_out(Worker& worker, Instances::Fault fault) {
  using Fault = Instances::Fault;
  Machine* machine = worker.machine();
  if (!machine) throw base::Error(base::Kind::refused, "the instance has no server yet");
  switch (fault) {
    case Fault::kill:
      machine->kill();
      break;
    case Fault::start:
      machine->start();
      break;
    case Fault::pause:
      machine->pause();
      break;
    case Fault::resume:
      machine->resume();
      break;
    case Fault::move:
      machine->move();
      break;
    case Fault::cut:
      machine->set_link("cut");
      break;
    case Fault::slow:
      machine->set_link("slow");
      break;
    case Fault::heal:
      machine->set_link("none");
      break;
  }
  if (fault == Fault::pause) worker.paused() = true;
  if (fault == Fault::resume || fault == Fault::kill || fault == Fault::move) worker.paused() = false;
}

}  // namespace

Instances::Instances(Host& host, State& state, std::filesystem::path folder)
    : host_(host), state_(state), folder_(std::move(folder)) {
  state_.metrics().set_minute(shortened_minute(host_.speed()));
  state_.on_task([this](const Task& task) { take(task); });
  std::vector<std::string> ids;
  state_.look([&](const Store& store) {
    for (const auto& [name, instance] : store.instances) ids.push_back(instance.resource_id());
  });
  for (const std::string& id : ids) worker(id).take_up();
}

// Workers reach for each other and leave each other tasks: all threads end before the first worker goes.
Instances::~Instances() {
  std::map<std::string, std::unique_ptr<Worker>> workers;
  {
    base::MutexLock lock(mutex_);
    stopping_ = true;
    workers = std::move(workers_);
  }
  for (auto& [id, worker] : workers) worker->stop();
}

Worker& Instances::worker(const std::string& resource_id) {
  base::MutexLock lock(mutex_);
  if (stopping_) throw base::Error(base::Kind::interrupted, "the lab is stopping");
  auto& worker = workers_[resource_id];
  if (!worker)
    worker = std::make_unique<Worker>(
        resource_id, Worker::Place{host_, state_, folder_ / resource_id,
                                   [this](const std::string& other) -> Worker& { return this->worker(other); }});
  return *worker;
}

void Instances::take(const Task& task) { worker(task.resource_id).take(task); }

bool Instances::inflict(const std::string& resource_id, Fault fault, std::function<void(std::string)> done) {
  bool known = false;
  state_.look([&](const Store& store) { known = store.instance_by_resource(resource_id) != nullptr; });
  if (!known) return false;
  Worker& one = worker(resource_id);
  one.after(0, [this, &one, resource_id, fault, done = std::move(done)] {
    try {
      carry_out(one, fault);
      state_.change([&](World& world) {
        Instance* instance = world.store.instance_by_resource(resource_id);
        if (instance && one.machine()) instance->shape["Endpoint"]["Address"] = one.machine()->address();
      });
      done("");
    } catch (const std::exception& error) {
      done(base::text_of(error));
    }
  });
  return true;
}

}  // namespace darbe::lab
