// The store behind its lock and in its file: whoever changes it leaves it written, and the tasks of the change go to
// the instances' workers once the lock is free.
#pragma once

#include <filesystem>
#include <functional>

#include "base/mutex.h"
#include "lab/action.h"

namespace darbe::lab {

class State {
 public:
  // Reads `file`, or begins a fresh account in `region` if there is none; the account gets the default groups of every
  // family on offer. Throws: base::Error{refused} if the file is of another region.
  State(const std::filesystem::path& file, Offers offers, const std::string& region);

  // Who carries tasks out. Requires: set before the first change() that leaves any.
  void on_task(std::function<void(const Task&)> receiver) { receiver_ = std::move(receiver); }

  // Runs `work` alone. What it changed is written unless it throws; then the store is as it was before.
  void change(const std::function<void(World&)>& work) EXCLUDES(mutex_);
  void look(const std::function<void(const Store&)>& work) EXCLUDES(mutex_);

  const Offers& offers() const { return offers_; }
  // Not in the file: what was measured is forgotten when the lab ends.
  Metrics& metrics() { return metrics_; }

 private:
  void add_default_groups() REQUIRES(mutex_);

  const std::filesystem::path file_;
  const Offers offers_;
  Metrics metrics_;
  std::function<void(const Task&)> receiver_;
  base::Mutex mutex_;
  Store store_ GUARDED_BY(mutex_);
};

}  // namespace darbe::lab
