#include "base/fault.h"

#ifdef DARBE_FAULT_POINTS

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mutex.h"

namespace darbe::fault {

namespace {

struct Order {
  std::string name;
  int passing = 1;
  std::string action;
};

Order order_from_environment() {
  const char* text = std::getenv("DARBE_FAULT");
  if (text == nullptr || *text == '\0') return {};
  std::string_view rest = text;
  const auto colon = rest.rfind(':');
  DARBE_ASSERT(colon != std::string_view::npos);
  Order order{.name = std::string(rest.substr(0, colon)), .passing = 1, .action = std::string(rest.substr(colon + 1))};
  if (const auto hash = order.name.find('#'); hash != std::string::npos) {
    order.passing = std::atoi(order.name.c_str() + hash + 1);
    order.name.resize(hash);
  }
  return order;
}

base::Mutex mutex;
std::map<std::string, int, std::less<>> passed GUARDED_BY(mutex);

// How often the point has been passed, this time included.
int count(const std::string& name) {
  base::MutexLock lock(mutex);
  const int times = ++passed[name];
  if (const char* file = std::getenv("DARBE_FAULT_LOG"); file != nullptr)
    std::ofstream(file, std::ios::app) << (times == 1 ? name : fmt::format("{}#{}", name, times)) << '\n';
  return times;
}

// Points are made before main() begins, in any order: the first one that comes makes the list.
std::vector<const Point*>& registered() {
  static std::vector<const Point*> all;
  return all;
}

}  // namespace

Point::Point(std::string name) : name_(std::move(name)) { registered().push_back(this); }

void Point::pass() const {
  static const Order order = order_from_environment();
  const int times = count(name_);
  if (order.name != name_ || order.passing != times) return;
  if (order.action != "pause") fmt::print(stderr, "fault point {}: {}\n", name_, order.action);
  // To this thread: another one would take a signal to the process, and this one go on for a moment.
  if (order.action == "kill") ::raise(SIGKILL);
  if (order.action == "pause") ::raise(SIGSTOP);
  if (order.action == "stop") ::kill(::getpid(), SIGINT);
  if (order.action == "lose") throw base::Error(base::Kind::transient, fmt::format("fault point {}: link lost", name_));
  if (order.action == "fail") throw base::Error(base::Kind::failed, fmt::format("fault point {}", name_));
}

std::vector<std::string> points() {
  std::vector<std::string> names;
  for (const Point* point : registered()) names.push_back(point->name());
  std::ranges::sort(names);
  return names;
}

bool list_if_asked() {
  const char* order = std::getenv("DARBE_FAULT");
  if (order == nullptr || std::string_view(order) != "list") return false;
  for (const std::string& name : points()) fmt::print("{}\n", name);
  return true;
}

}  // namespace darbe::fault

#endif
