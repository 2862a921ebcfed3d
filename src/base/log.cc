#include "base/log.h"

#include <utility>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "base/log_reader.h"
#include "base/mutex.h"

namespace darbe::log {

namespace {

using base::MutexLock;

spdlog::level::level_enum level_of(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> shared = [] {
    auto made = spdlog::stderr_color_mt("darbe");
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %v");
    made->set_level(spdlog::level::warn);
    return made;
  }();
  return *shared;
}

base::Mutex mutex;
std::function<void(Level, std::string_view)> reader_of_lines GUARDED_BY(mutex);

}  // namespace

void set_level(Level level) { logger().set_level(level_of(level)); }

void write(Level level, std::string_view text) {
  MutexLock lock(mutex);
  if (!reader_of_lines)
    logger().log(level_of(level), "{}", text);
  else if (logger().should_log(level_of(level)))
    reader_of_lines(level, text);
}

void divert(std::function<void(Level, std::string_view)> reader) {
  MutexLock lock(mutex);
  reader_of_lines = std::move(reader);
}

}  // namespace darbe::log
