// The lab's instances in motion: one worker thread each, which walks its instance through RDS's states and drives the
// real server behind it. The API only records what is wanted (lab/action.h) and leaves tasks here.
//
// States pass late, as on RDS: a request is answered before its status changes, and PendingModifiedValues shows what is
// still to come.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/mutex.h"
#include "lab/host.h"
#include "lab/state.h"

namespace darbe::lab {

class Worker;

class Instances {
 public:
  // Starts again what an earlier lab left in the state, and takes up what it was in the middle of.
  Instances(Host& host, State& state, std::filesystem::path folder);
  // Stops the workers and their servers.
  ~Instances();

  void take(const Task& task) EXCLUDES(mutex_);

  enum class Fault { kill, start, pause, resume, move, cut, slow, heal };
  // Has the worker of an instance do it as soon as it is free; `done` hears, on the worker's thread, what went wrong,
  // or an empty text. Returns false if there is no such instance.
  bool inflict(const std::string& resource_id, Fault fault, std::function<void(std::string)> done) EXCLUDES(mutex_);

 private:
  Worker& worker(const std::string& resource_id) EXCLUDES(mutex_);

  Host& host_;
  State& state_;
  const std::filesystem::path folder_;
  base::Mutex mutex_;
  std::map<std::string, std::unique_ptr<Worker>> workers_ GUARDED_BY(mutex_);  // by DbiResourceId
  bool stopping_ GUARDED_BY(mutex_) = false;
};

}  // namespace darbe::lab
