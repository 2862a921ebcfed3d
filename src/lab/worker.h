// One instance's thread: jobs with a time to run at, and the server they run on.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/mutex.h"
#include "lab/host.h"
#include "lab/machine.h"
#include "lab/state.h"

namespace darbe::lab {

class Worker {
 public:
  using Job = std::function<void()>;
  using FindWorker = std::function<Worker&(const std::string& resource_id)>;

  struct Place {
    Host& host;
    State& state;
    std::filesystem::path folder;  // the instance's own
    FindWorker find;               // other instances' workers
  };

  Worker(std::string resource_id, Place place);
  ~Worker();

  // Ends the thread after the job at hand; the server stays until the Worker goes. May be called again.
  void stop();

  void take(const Task& task);
  // What an earlier lab was doing with this instance goes on.
  void take_up();

  // Runs `job` on the worker's thread, after `seconds` of the lab's time. What it throws is logged.
  void after(double seconds, Job job) EXCLUDES(mutex_);

  // Requires: on the worker's thread. The server; none before it was made.
  Machine* machine() { return machine_.get(); }
  bool& paused() { return paused_; }

 private:
  void run(const std::stop_token& stop);
  std::optional<Job> next_job(const std::stop_token& stop) EXCLUDES(mutex_);

  // This instance's record; `work` is not called if it is gone.
  void look(const std::function<void(const Store&, const Instance&)>& work);
  void change(const std::function<void(World&, Instance&)>& work);
  void set_status(std::string_view status);
  std::string status();
  MachineSpec spec();

  // Throws: base::Error{failed} when there is none.
  Machine& server();

  void reopen(const std::string& status_before);
  void create();
  void create_replica();
  void became_usable();
  void back_up_and_become_available();
  void become_available();
  void apply_pending();
  void carry_out_pending();
  void apply_parameters(const std::vector<std::string>& names);
  void restart(const MachineSpec& changed);
  void reboot();
  void promote();
  void destroy();
  void settle_groups();
  void finish_snapshot(const std::string& identifier);
  void watch_replication();
  void measure();
  void record(const Figures& figures);
  void watch_storage();

  const std::string resource_id_;
  const Place place_;
  base::Mutex machine_mutex_;  // held while a job runs; a replica in the making holds its source's too
  std::unique_ptr<Machine> machine_;
  bool paused_ = false;

  base::Mutex mutex_;
  base::Condition more_;
  std::multimap<base::Clock::time_point, Job> jobs_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::jthread thread_;
};

}  // namespace darbe::lab
