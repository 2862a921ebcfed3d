#include "sample.h"

#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/file.h"

namespace darbe::demo {
namespace {

// Paragraphs of the file.
std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find("\n\n", begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 2;
  }
  return parts;
}

std::string filled_in(std::string statement, const base::Secret& password) {
  constexpr std::string_view mark = "{password}";
  for (std::size_t at; (at = statement.find(mark)) != std::string::npos;)
    statement.replace(at, mark.size(), password.reveal());
  return statement;
}

}  // namespace

void load_sample(const mysql::ConnectOptions& master, const base::Secret& application_password, std::stop_token stop) {
  mysql::Connection root(master, stop);
  std::optional<mysql::Connection> other;
  for (const std::string& part : split(base::read_file(DARBE_SOURCE_DIR "/demo/sample.sql"))) {
    constexpr std::string_view as = "-- as ";
    if (part.starts_with(as)) {
      other.reset();
      auto options = master;
      options.user = part.substr(as.size(), part.find('\n') - as.size());
      options.password = application_password;
      if (options.user != master.user) other.emplace(options, stop);
    } else if (!part.starts_with("--")) {
      (other ? *other : root).execute(filled_in(part, application_password));
    }
  }
}

}  // namespace darbe::demo
