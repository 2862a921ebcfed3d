// The page is made anew by each look, so that what can't be told any more is not shown with an old value.
#include "cli/metrics.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <stop_token>
#include <thread>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "aws/waiter.h"
#include "base/error.h"
#include "base/mutex.h"
#include "http/server.h"

namespace darbe::cli {

namespace {

using Labels = std::map<std::string, std::string>;

bool is_address(const std::string& text) {
  unsigned char room[sizeof(in6_addr)];
  return ::inet_pton(AF_INET, text.c_str(), room) == 1 || ::inet_pton(AF_INET6, text.c_str(), room) == 1;
}

class Page {
 public:
  explicit Page(const Status& status) : run_{{"new_instance_id", status.new_instance_id}} {}

  void gauge(const std::string& name, const std::string& help, double value, const Labels& labels = {}) {
    family(gauges_, prometheus::BuildGauge(), name, help).Add(labels).Set(value);
  }
  template <typename Value>
  void gauge(const std::string& name, const std::string& help, const std::optional<Value>& value) {
    if (value) gauge(name, help, static_cast<double>(*value));
  }
  void counter(const std::string& name, const std::string& help, std::uint64_t value) {
    family(counters_, prometheus::BuildCounter(), name, help).Add({}).Increment(static_cast<double>(value));
  }
  std::string text() const { return prometheus::TextSerializer().Serialize(registry_.Collect()); }

 private:
  template <typename Metric, typename Builder>
  prometheus::Family<Metric>& family(std::map<std::string, prometheus::Family<Metric>*>& known, Builder builder,
                                     const std::string& name, const std::string& help) {
    auto& found = known[name];
    if (!found) found = &builder.Name("darbe_" + name).Help(help).Labels(run_).Register(registry_);
    return *found;
  }

  Labels run_;
  prometheus::Registry registry_;
  std::map<std::string, prometheus::Family<prometheus::Gauge>*> gauges_;
  std::map<std::string, prometheus::Family<prometheus::Counter>*> counters_;
};

void add_health(Page& page, const Status& status) {
  page.gauge("healthy", "1 where no person is needed", status.reasons.empty() ? 1 : 0);
  for (const watch::Concern concern : watch::all_concerns())
    page.gauge("reasons", "Reasons for a person to come, by what they are about",
               static_cast<double>(std::ranges::count(status.reasons, concern, &watch::Reason::concern)),
               {{"concern", std::string(watch::name_of(concern))}});
  for (const watch::SeenInstance& instance : status.seen.instances) {
    const aws::Waiting standing = aws::classify_status(instance.status);
    page.gauge("instance_available", "1 where AWS says available, or another word for an instance that serves",
               standing == aws::Waiting::ready || standing == aws::Waiting::usable ? 1 : 0,
               {{"id", instance.id}, {"role", instance.role}});
  }
  for (const StepStatus& step : status.steps)
    page.gauge("step_done", "1 for each step of the run that the journal has as done", step.standing == "done" ? 1 : 0,
               {{"step", step.name}});
}

void add_replication(Page& page, const watch::Observation& seen) {
  if (!seen.replication) return;
  page.gauge("replication_on", "1 where the target's receiver and applier both run",
             seen.replication->state == replication::State::on ? 1 : 0);
  if (seen.replication->state == replication::State::absent) return;
  page.gauge("lag_seconds", "How long ago, at least, the source stood where the target is not yet; by binlog position",
             seen.lag.at_least.count());
  page.gauge("lag_bytes", "Bytes of binlog that the target has still to apply", seen.lag.bytes);
}

void add_binlogs(Page& page, const watch::KeptBinlogs& kept) {
  if (kept.files.empty()) return;
  page.gauge("source_binlog_bytes", "Bytes of binlog that the source keeps",
             static_cast<double>(replication::total_bytes(kept.files)));
  page.gauge("source_binlog_files", "Binlog files that the source keeps", static_cast<double>(kept.files.size()));
  page.gauge("source_binlog_retention_hours", "How long the source keeps its binlogs", kept.retention_hours);
  const auto distance = watch::distance_to_purge(kept);
  if (!distance) return;
  page.gauge("needed_binlog_gone", "1 where the source has purged the binlog file that the run needs",
             distance->gone ? 1 : 0);
  if (distance->gone) return;
  page.gauge("purge_distance_files", "Binlog files that the source purges before the one that the run needs",
             static_cast<double>(distance->files));
  page.gauge("purge_distance_hours", "Hours, at least, until the source may purge the binlog that the run needs",
             distance->hours_left);
}

std::string yes_or_no(bool value) { return value ? "yes" : "no"; }

void add_storage(Page& page, const std::string& role, const watch::Storage& storage) {
  if (const auto& data = storage.data) {
    page.gauge("free_storage_bytes", "Bytes that an instance's volume has left; at most, where at_most is yes",
               static_cast<double>(data->bytes), {{"role", role}, {"at_most", yes_or_no(data->at_most)}});
    page.gauge("volume_bytes", "Bytes allocated to an instance's volume", static_cast<double>(data->volume_bytes),
               {{"role", role}});
  }
  if (const auto& logs = storage.logs) {
    page.gauge("free_log_storage_bytes",
               "Bytes that an instance's dedicated log volume has left; at most, where at_most is yes",
               static_cast<double>(logs->bytes), {{"role", role}, {"at_most", yes_or_no(logs->at_most)}});
    page.gauge("log_volume_bytes", "Bytes of an instance's dedicated log volume",
               static_cast<double>(logs->volume_bytes), {{"role", role}});
  }
}

std::string url_of(const std::string& address, unsigned short port) {
  const bool is_v6 = address.find(':') != std::string::npos;
  return fmt::format("http://{}{}{}:{}/metrics", is_v6 ? "[" : "", address, is_v6 ? "]" : "", port);
}

}  // namespace

Listen parse_listen(std::string_view text) {
  Listen listen;
  const std::size_t colon = text.rfind(':');
  std::string_view port = text;
  if (colon != std::string_view::npos) {
    std::string_view address = text.substr(0, colon);
    port = text.substr(colon + 1);
    const bool brackets = address.size() > 2 && address.front() == '[' && address.back() == ']';
    listen.address = brackets ? address.substr(1, address.size() - 2) : address;
    if (!is_address(listen.address) || brackets != (listen.address.find(':') != std::string::npos)) port = {};
  }
  const auto [end, wrong] = std::from_chars(port.data(), port.data() + port.size(), listen.port);
  if (port.empty() || wrong != std::errc() || end != port.data() + port.size())
    throw base::Error(base::Kind::usage, fmt::format("--metrics {}: this is no port, and no address with one", text),
                      "Name a port for this machine alone (9500), or an IP address with one (10.0.0.5:9500, "
                      "[::1]:9500).");
  return listen;
}

std::string metrics_of(const Status& status, const Looks& looks) {
  Page page(status);
  add_health(page, status);
  add_replication(page, status.seen);
  add_binlogs(page, status.seen.kept);
  add_storage(page, "source", status.seen.source_storage);
  add_storage(page, "target", status.seen.target_storage);
  page.gauge("source_schema_changes", "Objects of the source's schema that changed since the freeze",
             static_cast<double>(status.seen.schema_changes.size()));
  page.gauge("look_time_seconds", "When this was seen, as seconds since the epoch",
             std::chrono::duration<double>(status.seen.at.time_since_epoch()).count());
  page.counter("looks_total", "Looks taken", looks.all);
  page.counter("looks_failed_total", "Looks at which a server or AWS did not answer", looks.failed);
  return page.text();
}

struct MetricsServer::Implementation {
  Implementation(const Listen& listen, std::function<void(const std::string&)> on_error)
      : server(listen.address, listen.port, [this](const http::Request& request) { return answer(request); }),
        url(url_of(listen.address, server.port())),
        thread([this, on_error = std::move(on_error)](const std::stop_token& stop) {
          try {
            server.run(stop);
          } catch (const std::exception& error) {
            on_error(base::text_of(error));
          }
        }) {}

  http::Response answer(const http::Request& request) {
    if (request.target != "/metrics") return {404, plain, "nothing here: see /metrics\n"};
    if (request.method != "GET" && request.method != "HEAD") return {405, {{"allow", "GET, HEAD"}}, ""};
    const base::MutexLock lock(mutex);
    if (page.empty()) return {503, plain, "no look was taken yet\n"};
    if (base::Clock::now() > page_ends) return {503, plain, "the look that is being taken doesn't come to its end\n"};
    return {200, {{"content-type", "text/plain; version=0.0.4; charset=utf-8"}}, page};
  }

  const std::map<std::string, std::string> plain{{"content-type", "text/plain"}};
  base::Mutex mutex;
  std::string page GUARDED_BY(mutex);
  base::Clock::time_point page_ends GUARDED_BY(mutex);
  http::Server server;
  const std::string url;
  std::jthread thread;  // last: it ends first
};

MetricsServer::MetricsServer(const Listen& listen, std::function<void(const std::string&)> on_error)
    : implementation_(std::make_unique<Implementation>(listen, std::move(on_error))) {}

MetricsServer::~MetricsServer() = default;

std::string MetricsServer::url() const { return implementation_->url; }

void MetricsServer::show(std::string page, base::Clock::time_point until) {
  const base::MutexLock lock(implementation_->mutex);
  implementation_->page = std::move(page);
  implementation_->page_ends = until;
}

}  // namespace darbe::cli
