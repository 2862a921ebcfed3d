#include "lab/parameters.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "mysql/quote.h"
#include "servers/server.h"

namespace darbe::lab {

namespace {

using base::Error;
using base::Kind;

// db.t3.micro's, for all classes: buffers are taken only as they fill, but limits computed from it stay usable.
constexpr double class_memory_bytes = 1024.0 * 1024 * 1024;
constexpr double class_cpus = 2;
constexpr double bytes_in_gib = 1024.0 * 1024 * 1024;

// A parameter group's formulas (AWS, "Specifying DB parameters"): sums and products of numbers and variables in braces,
// and the functions GREATEST, LEAST, SUM and log around them.
class Formula {
 public:
  Formula(std::string_view text, const FormulaInputs& inputs) : text_(text), rest_(text), inputs_(inputs) {}

  double value() {
    const double result = expression();
    if (!rest_.empty()) fail();
    return result;
  }

 private:
  [[noreturn]] void fail() const {
    throw Error(Kind::usage, fmt::format("'{}' is no formula of a parameter group", text_));
  }

  bool take(char letter) {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
    if (!rest_.starts_with(letter)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  double expression() {
    double result = product();
    for (;;) {
      if (take('+')) {
        result += product();
      } else if (take('-')) {
        result -= product();
      } else {
        return result;
      }
    }
  }

  double product() {
    double result = atom();
    for (;;) {
      if (take('*')) {
        result *= atom();
      } else if (take('/')) {
        result /= atom();
      } else {
        return result;
      }
    }
  }

  double atom() {
    for (const auto& [open, close] : {std::pair{'{', '}'}, std::pair{'(', ')'}}) {
      if (!take(open)) continue;
      const double inner = expression();
      if (!take(close)) fail();
      return inner;
    }
    double number = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    if (error == std::errc()) {
      rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
      return number;
    }
    return named();
  }

  double named() {
    const auto end =
        std::find_if_not(rest_.begin(), rest_.end(), [](unsigned char letter) { return std::isalpha(letter); });
    const std::string name(rest_.begin(), end);
    rest_.remove_prefix(name.size());
    if (name == "DBInstanceClassMemory") return class_memory_bytes;
    if (name == "DBInstanceVCPU") return class_cpus;
    if (name == "AllocatedStorage") return inputs_.allocated_gib * bytes_in_gib;
    if (name == "EndPointPort") return inputs_.port;
    if (name == "TrueIfReplica") return inputs_.is_replica ? 1 : 0;
    return function(name);
  }

  double function(const std::string& name) {
    if (!take('(')) fail();
    std::vector<double> values{expression()};
    while (take(',')) values.push_back(expression());
    if (!take(')')) fail();
    if (name == "GREATEST") return *std::max_element(values.begin(), values.end());
    if (name == "LEAST") return *std::min_element(values.begin(), values.end());
    if (name == "log") return std::log2(values.front());
    if (name != "SUM") fail();
    double sum = 0;
    for (const double value : values) sum += value;
    return sum;
  }

  std::string_view text_;
  std::string_view rest_;
  const FormulaInputs& inputs_;
};

void set_all(ParameterValues& values, std::initializer_list<std::pair<std::string_view, std::string_view>> more) {
  for (const auto& [name, value] : more) values[std::string(name)] = value;
}

// What RDS runs with where its groups say nothing (PROTOCOL.md 4).
void set_rds_defaults(ParameterValues& values, const mysql::Flavor& flavor, const FormulaInputs& inputs) {
  set_all(values, {{"innodb_flush_log_at_trx_commit", "1"},
                   {"sync_binlog", "1"},
                   {"innodb_file_per_table", "1"},
                   {"max_binlog_size", "134217728"},
                   {"log_output", "TABLE"},
                   {"relay_log_recovery", "1"},
                   {"log_slave_updates", "1"},
                   {"read_only", inputs.is_replica ? "1" : "0"}});
  if (flavor.is_mariadb()) {
    set_all(values, {{"binlog_format", "MIXED"}, {"expire_logs_days", "0"}});
  } else if (!flavor.at_least(5, 7)) {
    set_all(values, {{"binlog_format", "MIXED"},
                     {"master_info_repository", "TABLE"},
                     {"relay_log_info_repository", "TABLE"},
                     {"expire_logs_days", "0"}});
  } else {
    values.erase("log_slave_updates");
    set_all(values, {{"gtid_mode", "OFF_PERMISSIVE"},
                     {"log_replica_updates", "1"},
                     {"binlog_format", flavor.at_least(8, 4) ? "ROW" : "MIXED"},
                     {"binlog_expire_logs_seconds", "0"},
                     {"partial_revokes", "1"}});
  }
}

bool is_number(std::string_view value) {
  return !value.empty() && value.find_first_not_of("-.0123456789") == std::string_view::npos;
}

std::vector<std::string> items_of(std::string_view list) {
  std::vector<std::string> result;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view item = list.substr(0, comma);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (!item.empty()) result.emplace_back(item);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return result;
}

}  // namespace

std::string underscored(std::string_view name) {
  std::string result(name);
  std::replace(result.begin(), result.end(), '-', '_');
  return result;
}

std::string resolved(std::string_view value, const FormulaInputs& inputs) {
  if (value.find('{') == std::string_view::npos) return std::string(value);
  return fmt::format("{:.0f}", std::floor(Formula(value, inputs).value()));
}

ParameterValues effective_values(const servers::Installation& installation, const ParameterValues& group,
                                 const FormulaInputs& inputs) {
  ParameterValues result;
  for (const std::string& argument : servers::small_server_arguments(installation)) {
    const std::size_t equals = argument.find('=');
    result[underscored(std::string_view(argument).substr(2, equals - 2))] = argument.substr(equals + 1);
  }
  set_rds_defaults(result, installation.flavor, inputs);
  for (const auto& [name, value] : group) {
    if (!name.starts_with("rds.") && !value.empty()) result[underscored(name)] = resolved(value, inputs);
  }
  return result;
}

std::vector<std::string> as_arguments(const ParameterValues& values) {
  std::vector<std::string> result;
  for (const auto& [name, value] : values) {
    if (is_filter(name)) {
      for (const std::string& item : items_of(value)) result.push_back(fmt::format("--{}={}", name, item));
    } else {
      result.push_back(fmt::format("--{}={}", name, value));
    }
  }
  return result;
}

bool is_filter(std::string_view name) {
  const std::string plain = underscored(name);
  return plain.starts_with("replicate_do_") || plain.starts_with("replicate_ignore_") ||
         plain.starts_with("replicate_wild_");
}

std::string set_filter_statement(const mysql::Flavor& flavor, std::string_view name, std::string_view value) {
  const std::string plain = underscored(name);
  if (flavor.is_mariadb()) return fmt::format("SET GLOBAL {} = {}", plain, mysql::quote_text(value));
  const bool of_text = plain.find("_wild_") != std::string::npos;
  std::vector<std::string> items;
  for (const std::string& item : items_of(value)) {
    const std::size_t dot = item.find('.');
    if (of_text) {
      items.push_back(mysql::quote_text(item));
    } else if (plain.ends_with("_db") || dot == std::string::npos) {
      items.push_back(mysql::quote_name(item));
    } else {
      items.push_back(mysql::quote_name(item.substr(0, dot), item.substr(dot + 1)));
    }
  }
  return fmt::format("CHANGE REPLICATION FILTER {} = ({})", plain, fmt::join(items, ", "));
}

std::string set_global_statement(std::string_view name, const std::string* value) {
  if (value == nullptr) return fmt::format("SET GLOBAL {} = DEFAULT", name);
  return fmt::format("SET GLOBAL {} = {}", name, is_number(*value) ? *value : mysql::quote_text(*value));
}

}  // namespace darbe::lab
