// CloudWatch: the metrics of RDS, measured by the instances' workers (lab/worker.h).
#include "lab/monitoring.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "aws/signing_clock.h"
#include "base/clock.h"
#include "lab/action.h"
#include "lab/paging.h"

namespace darbe::lab {
namespace {

using TimePoint = std::chrono::system_clock::time_point;
using Values = std::vector<double>;

constexpr std::string_view rds_namespace = "AWS/RDS";
constexpr std::string_view instance_dimension = "DBInstanceIdentifier";
constexpr PageRequest metrics_page{"", "NextToken", 500};

double sum(const Values& values) { return std::accumulate(values.begin(), values.end(), 0.0); }
double average(const Values& values) { return sum(values) / static_cast<double>(values.size()); }
double least(const Values& values) { return *std::min_element(values.begin(), values.end()); }
double most(const Values& values) { return *std::max_element(values.begin(), values.end()); }
double count(const Values& values) { return static_cast<double>(values.size()); }

using Statistic = double (*)(const Values&);
const std::map<std::string_view, Statistic>& statistics() {
  static const std::map<std::string_view, Statistic> all = {
      {"Average", average}, {"Sum", sum}, {"Minimum", least}, {"Maximum", most}, {"SampleCount", count}};
  return all;
}

std::string unit_of(std::string_view metric) {
  if (metric == "CPUUtilization") return "Percent";
  return metric == "ReplicaLag" ? "Seconds" : "Bytes";
}

// {DBInstanceIdentifier: putio16} as requests and answers have it.
Value dimensions_of(const std::string& identifier) {
  return Value::List{Value::Members{{"Name", instance_dimension}, {"Value", identifier}}};
}

struct Wanted {
  Value metric;  // Namespace, MetricName, Dimensions
  std::int64_t period = 60;
  std::string unit;
  Metrics::Span span;
};

// A metric is named by all of its dimensions; RDS has others besides that of an instance, the lab has not.
std::string instance_named_by(const Value& metric) {
  const Value::List& dimensions = metric.at("Dimensions").list();
  const bool of_instance = metric.at("Namespace").text() == rds_namespace && dimensions.size() == 1 &&
                           dimensions.front().at("Name").text() == instance_dimension;
  return of_instance ? dimensions.front().at("Value").text() : std::string();
}

// The values of each period that has any. Periods shrink as minutes do: the client's 60 seconds are RDS's minute.
std::map<TimePoint, Values> periods_of(const View& view, const Wanted& wanted) {
  std::map<TimePoint, Values> periods;
  const std::string name = wanted.metric.at("MetricName").text();
  const Instance* instance = view.store.instance(instance_named_by(wanted.metric));
  if (!instance || (!wanted.unit.empty() && wanted.unit != unit_of(name))) return periods;
  const auto width = std::max(std::chrono::seconds(1), view.metrics.minute() * wanted.period / 60);
  const auto begin_of = [&](TimePoint time) { return TimePoint(time.time_since_epoch() / width * width); };
  const Metrics::Span whole{begin_of(wanted.span.from), wanted.span.to};
  for (const Datapoint& point : view.metrics.known(instance->resource_id(), name, whole, view.now))
    periods[begin_of(point.time)].push_back(point.value);
  return periods;
}

Metrics::Span span_of(const Value& request) {
  return {time_in(request.at("StartTime")), time_in(request.at("EndTime"))};
}

Value result_of(const View& view, const Value& request, const Value& query) {
  const Value& asked = query.at("MetricStat");
  const auto periods =
      periods_of(view, {asked.at("Metric"), asked.at("Period").number(), asked.at("Unit").text(), span_of(request)});
  Value::List times, values;
  for (const auto& [time, of_period] : periods) {
    times.emplace_back(base::iso_time(time));
    values.emplace_back(statistics().at(asked.at("Stat").text())(of_period));
  }
  if (request.at("ScanBy").text() != "TimestampAscending") {
    std::reverse(times.begin(), times.end());
    std::reverse(values.begin(), values.end());
  }
  Value result;
  result["Id"] = query.at("Id");
  result["Label"] = query.at("Label").text(asked.at("Metric").at("MetricName").text());
  result["Timestamps"] = times;
  result["Values"] = values;
  result["StatusCode"] = "Complete";
  return result;
}

Value get_metric_data(const View& view, const Call& call) {
  Value::List results;
  for (const Value& query : call.request.at("MetricDataQueries").list())
    if (query.at("ReturnData").truth(true)) results.push_back(result_of(view, call.request, query));
  Value answer;
  answer["MetricDataResults"] = results;
  answer["Messages"] = Value::List{};
  return answer;
}

Value get_metric_statistics(const View& view, const Call& call) {
  const Value& request = call.request;
  const auto periods =
      periods_of(view, {request, request.at("Period").number(), request.at("Unit").text(), span_of(request)});
  Value::List datapoints;
  for (const auto& [time, values] : periods) {
    Value datapoint;
    datapoint["Timestamp"] = base::iso_time(time);
    datapoint["Unit"] = unit_of(request.at("MetricName").text());
    for (const std::string& name : texts_of(request.at("Statistics"))) datapoint[name] = statistics().at(name)(values);
    datapoints.push_back(datapoint);
  }
  Value answer;
  answer["Label"] = request.at("MetricName");
  answer["Datapoints"] = datapoints;
  return answer;
}

bool fits(const Value& metric, const Value& request) {
  for (const char* name : {"Namespace", "MetricName"})
    if (request.has(name) && request.at(name) != metric.at(name)) return false;
  const Value& dimension = metric.at("Dimensions").list().front();
  const Value::List& filters = request.at("Dimensions").list();
  return std::all_of(filters.begin(), filters.end(), [&](const Value& filter) {
    return filter.at("Name") == dimension.at("Name") &&
           (!filter.has("Value") || filter.at("Value") == dimension.at("Value"));
  });
}

Value list_metrics(const View& view, const Call& call) {
  Value::List all;
  for (const auto& [identifier, instance] : view.store.instances) {
    for (const std::string& name : view.metrics.names(instance.resource_id(), view.now)) {
      Value metric;
      metric["Namespace"] = rds_namespace;
      metric["MetricName"] = name;
      metric["Dimensions"] = dimensions_of(identifier);
      if (fits(metric, call.request)) all.push_back(metric);
    }
  }
  Value answer;
  answer["Metrics"] = page_of(std::move(all), call.request, metrics_page, answer);
  return answer;
}

}  // namespace

bool is_statistic(std::string_view name) { return statistics().contains(name); }

TimePoint time_in(const Value& value) { return aws::read_iso_time(value.text()).value_or(TimePoint()); }

const Actions& monitoring_actions() {
  static const Actions actions = {{"GetMetricData", get_metric_data},
                                  {"GetMetricStatistics", get_metric_statistics},
                                  {"ListMetrics", list_metrics}};
  return actions;
}

}  // namespace darbe::lab
