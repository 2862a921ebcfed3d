#include "lab/binlog_file.h"

#include <array>
#include <fstream>

#include <fmt/format.h>

#include "base/error.h"
#include "lab/parameters.h"

namespace darbe::lab {

namespace {

namespace fs = std::filesystem;
using base::Error;
using base::Kind;

constexpr std::uint64_t magic_bytes = 4;
constexpr std::size_t header_bytes = 19;
constexpr unsigned char query_event = 2;
constexpr unsigned char xid_event = 16;
constexpr unsigned char xa_prepare_event = 38;
constexpr unsigned char gtid_event = 162;
constexpr unsigned char standalone_flag = 1;
// A GTID event's body: sequence number (8), domain (4), flags (1).
constexpr std::size_t gtid_flags_at = 12;
constexpr std::size_t query_fixed_bytes = 13;

struct Event {
  unsigned char type = 0;
  std::string body;
};

std::uint32_t number_at(const char* bytes) {
  std::uint32_t number = 0;
  for (int i = 3; i >= 0; --i) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return number;
}

// The statement of a QUERY event: thread (4), seconds (4), length of the database's name (1), error (2), length of the
// status variables (2), the variables, the name, a zero byte, the text. A checksum may follow.
std::string_view statement_of(const Event& event) {
  if (event.body.size() < query_fixed_bytes) return {};
  const auto byte = [&](std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(event.body[at]));
  };
  const std::size_t at = query_fixed_bytes + (byte(11) | byte(12) << 8) + byte(8) + 1;
  return at <= event.body.size() ? std::string_view(event.body).substr(at) : std::string_view();
}

// Follows a binlog's transactions: open from a GTID event to what ends its group.
class Groups {
 public:
  bool open() const { return open_; }

  void take(const Event& event) {
    if (event.type == gtid_event) {
      open_ = true;
      standalone_ = event.body.size() > gtid_flags_at &&
                    (static_cast<unsigned char>(event.body[gtid_flags_at]) & standalone_flag) != 0;
    } else if (event.type == xid_event || event.type == xa_prepare_event) {
      open_ = false;
    } else if (event.type == query_event) {
      const std::string_view statement = statement_of(event);
      if (standalone_ || statement.starts_with("COMMIT") || statement.starts_with("ROLLBACK") ||
          statement.starts_with("XA ")) {
        open_ = false;
      }
    }
  }

 private:
  bool open_ = false;
  bool standalone_ = false;
};

bool read(std::ifstream& file, Event& event) {
  std::array<char, header_bytes> header{};
  if (!file.read(header.data(), header.size())) return false;
  const std::uint32_t size = number_at(header.data() + 9);
  if (size < header_bytes) return false;
  event.type = static_cast<unsigned char>(header[4]);
  event.body.resize(size - header_bytes);
  return static_cast<bool>(file.read(event.body.data(), static_cast<std::streamsize>(event.body.size())));
}

bool is_binlog(const fs::path& file) { return file.filename().string().starts_with(std::string(binlog_name) + "."); }

}  // namespace

std::string last_binlog(const fs::path& data) {
  std::string last;
  // MySQL writes a new index beside the old one, removes that and renames the new one; when it starts it finishes this.
  for (const char* end : {"index", "index_crash_safe"}) {
    std::ifstream index(data / fmt::format("{}.{}", binlog_name, end));
    for (std::string line; std::getline(index, line);)
      if (!line.empty()) last = fs::path(line).filename();
    if (!last.empty()) return last;
  }
  throw Error(Kind::failed, fmt::format("{} has no binlogs", data.string()));
}

std::uint64_t end_of_last_transaction(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(magic_bytes));
  Groups groups;
  Event event;
  std::uint64_t position = magic_bytes;
  std::uint64_t end = magic_bytes;
  while (read(file, event)) {
    groups.take(event);
    position += header_bytes + event.body.size();
    if (!groups.open()) end = position;
  }
  return end;
}

std::uint64_t binlog_bytes(const fs::path& data) {
  std::uint64_t bytes = 0;
  for (const auto& entry : fs::directory_iterator(data)) {
    std::error_code gone;  // servers purge while we look
    if (!is_binlog(entry.path())) continue;
    if (const std::uintmax_t size = entry.file_size(gone); !gone) bytes += size;
  }
  return bytes;
}

void remove_binlogs(const fs::path& data) {
  for (const auto& entry : fs::directory_iterator(data))
    if (is_binlog(entry.path())) fs::remove(entry.path());
}

}  // namespace darbe::lab
