// Rules for CloudWatch. GetMetricData has one code for whatever is wrong, the older actions have one for each kind.
#include <algorithm>
#include <cctype>
#include <set>

#include <fmt/format.h>

#include "lab/monitoring.h"
#include "lab/paging.h"
#include "lab/rules_parts.h"

namespace darbe::lab {
namespace {

constexpr std::size_t queries_max = 500;
constexpr std::int64_t datapoints_max = 1440;

const Value::List& queries(const Situation& s) { return s.request.at("MetricDataQueries").list(); }

Broken token(const Situation& s) {
  const std::string token = s.request.at("NextToken").text();
  return when(!token.empty() && !is_marker(token), token);
}

Broken times_equal(const Situation& s) {
  return when(time_in(s.request.at("StartTime")) == time_in(s.request.at("EndTime")));
}

Broken times_reversed(const Situation& s) {
  return when(time_in(s.request.at("StartTime")) > time_in(s.request.at("EndTime")));
}

bool is_period(std::int64_t seconds) {
  static const std::set<std::int64_t> short_ones = {1, 5, 10, 20, 30};
  return short_ones.contains(seconds) || (seconds > 0 && seconds % 60 == 0);
}

Broken period(const Situation& s) { return when(!is_period(s.request.at("Period").number())); }

Broken periods(const Situation& s) {
  return when(std::any_of(queries(s).begin(), queries(s).end(), [](const Value& query) {
    return query.has("MetricStat") && !is_period(query.at("MetricStat").at("Period").number());
  }));
}

Broken queries_none(const Situation& s) { return when(queries(s).empty()); }
Broken queries_many(const Situation& s) { return when(queries(s).size() > queries_max, std::to_string(queries_max)); }

Broken query_name(const Situation& s) {
  for (const Value& query : queries(s)) {
    const std::string id = query.at("Id").text();
    const auto good = [](unsigned char c) { return c < 128 && (std::isalnum(c) != 0 || c == '_'); };
    if (std::islower(static_cast<unsigned char>(id.front())) == 0 || !std::all_of(id.begin(), id.end(), good))
      return id;
  }
  return holds;
}

Broken query_names_twice(const Situation& s) {
  std::set<std::string> names;
  for (const Value& query : queries(s))
    if (!names.insert(query.at("Id").text()).second) return query.at("Id").text();
  return holds;
}

Broken expressions(const Situation& s) {
  for (const Value& query : queries(s))
    if (query.has("Expression") || !query.has("MetricStat")) return query.at("Id").text();
  return holds;
}

Broken pages(const Situation& s) { return when(s.request.has("MaxDatapoints") || s.request.has("NextToken")); }

Broken unknown_statistic(const Situation& s) {
  for (const Value& query : queries(s))
    if (const std::string name = query.at("MetricStat").at("Stat").text(); !is_statistic(name)) return name;
  return holds;
}

Broken statistics_missing(const Situation& s) {
  return when(!s.request.has("Statistics") && !s.request.has("ExtendedStatistics"));
}

Broken extended_statistics(const Situation& s) {
  const auto names = texts_of(s.request.at("ExtendedStatistics"));
  return names.empty() ? holds : Broken(names.front());
}

Broken datapoints_many(const Situation& s) {
  const auto span = time_in(s.request.at("EndTime")) - time_in(s.request.at("StartTime"));
  const auto wanted = std::chrono::duration_cast<std::chrono::seconds>(span).count() / s.request.at("Period").number();
  return when(wanted > datapoints_max, std::to_string(wanted));
}

constexpr std::string_view data = "GetMetricData";
constexpr std::string_view statistics = "GetMetricStatistics";
constexpr std::string_view not_equal = "The parameter StartTime must not equal parameter EndTime.";
constexpr std::string_view not_reversed = "The parameter StartTime must be less than the parameter EndTime.";
constexpr std::string_view of_60 =
    "The parameter Period must be a value in the set [1, 5, 10, 20, 30] or a multiple of 60.";

const Rule table[] = {
    {"metrics' token", "ListMetrics", "monitoring", "InvalidParameterValue", "The token {} is invalid", token},
    {"times equal", data, "monitoring", "ValidationError", not_equal, times_equal},
    {"times reversed", data, "monitoring", "ValidationError", not_reversed, times_reversed},
    {"queries at least", data, "monitoring", "ValidationError", "At least one metric data query is required",
     queries_none},
    {"queries at most", data, "monitoring", "ValidationError", "At most {} metric data queries can be asked at once",
     queries_many},
    {"query's name", data, "monitoring", "ValidationError",
     "The value {} for parameter Id must begin with a small letter and have letters, digits and underscores only",
     query_name},
    {"query's name twice", data, "monitoring", "ValidationError", "The values for parameter Id must be unique: {}",
     query_names_twice},
    {"expressions", data, "monitoring", "ValidationError",
     "The lab plays queries with a MetricStat only, no expressions: {}", expressions},
    {"pages of data", data, "monitoring", "ValidationError",
     "The lab gives all datapoints at once: it takes neither MaxDatapoints nor NextToken.", pages},
    {"periods of queries", data, "monitoring", "ValidationError", of_60, periods},
    {"statistic of queries", data, "monitoring", "ValidationError",
     "{} is none of the statistics that the lab plays: Average, Sum, Minimum, Maximum, SampleCount", unknown_statistic},
    {"times of statistics equal", statistics, "monitoring", "InvalidParameterValue", not_equal, times_equal},
    {"times of statistics reversed", statistics, "monitoring", "InvalidParameterValue", not_reversed, times_reversed},
    {"period of statistics", statistics, "monitoring", "InvalidParameterValue", of_60, period},
    {"statistics missing", statistics, "monitoring", "InvalidParameterCombination",
     "At least one of the parameters Statistics and ExtendedStatistics must be specified.", statistics_missing},
    {"extended statistics", statistics, "monitoring", "InvalidParameterValue",
     "The lab plays no extended statistics: {}", extended_statistics},
    {"datapoints at most", statistics, "monitoring", "InvalidParameterCombination",
     "You have requested up to {} datapoints, which exceeds the limit of 1,440. You may reduce the datapoints "
     "requested by increasing Period, or decreasing the time range.",
     datapoints_many},
};

}  // namespace

std::span<const Rule> monitoring_rules() { return table; }

}  // namespace darbe::lab
