#include "mysql/error.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace darbe::mysql {

namespace {

using base::Kind;

template <std::size_t Size>
bool contains(const std::array<unsigned, Size>& numbers, unsigned number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

// Client: 2006 gone, 2013 and 2055 lost, 2026 lost over TLS, 5013 and 5014 MariaDB's read and write.
// Server: 1053 shutting down, 1152 and 1184 aborted, 1158 to 1161 packets, 1927 killed (MariaDB).
constexpr std::array<unsigned, 13> link_numbers = {2006, 2013, 2055, 2026, 5013, 5014, 1053,
                                                   1152, 1184, 1158, 1159, 1160, 1161};
constexpr unsigned killed_mariadb = 1927;

// 1040 and 1203 too many connections, 1205 lock wait, 1213 deadlock, 1317 a statement cut short: somebody killed it, or
// its server, a 5.6, is about to stop.
constexpr std::array<unsigned, 5> passing_numbers = {1040, 1203, 1205, 1213, 1317};

// A server that starts or stops: nobody listens, the handshake is cut short, its name is not known yet.
constexpr std::array<unsigned, 6> connect_passing_numbers = {2002, 2003, 2005, 2012, 2006, 2013};

constexpr std::array<unsigned, 14> denied_numbers = {1044, 1045, 1095, 1130, 1142, 1143, 1227,
                                                     1251, 1370, 1410, 1419, 1698, 3118, 4151};
constexpr std::array<unsigned, 15> missing_numbers = {1008, 1049, 1051, 1054, 1091, 1109, 1133, 1141,
                                                      1146, 1147, 1176, 1305, 1360, 1539, 1396};
constexpr std::array<unsigned, 10> existing_numbers = {1007, 1050, 1060, 1061, 1304, 1359, 1537, 1826, 3822, 1125};
// Or a name that InnoDB keeps for itself (GEN_CLUST_INDEX), which no table can have.
constexpr unsigned unseen_index_number = 1280;
// 1878: a file of an index build's sort.
constexpr std::array<unsigned, 6> full_numbers = {1021, 1026, 1114, 1878, 3675, 3};
// 1148 of old servers says no more than that a command is not allowed; it is LOAD DATA LOCAL's.
constexpr std::array<unsigned, 3> local_infile_numbers = {1148, 3948, 4166};
// 1153 of the server's network, 1301 of a value it makes (a JSON document, a function's result).
constexpr std::array<unsigned, 2> packet_numbers = {1153, 1301};
constexpr std::array<unsigned, 2> primary_key_numbers = {1173, 3750};
// Of the client library: a row above what the session takes.
constexpr unsigned row_too_large_number = 2020;
// Those of denied_numbers that a GRANT would change.
constexpr std::array<unsigned, 6> privilege_numbers = {1044, 1095, 1142, 1143, 1227, 1370};
// "You need (at least one of) …": SUPER on MySQL 5.6, SET_ANY_DEFINER or SYSTEM_USER on 9.7, SUPER or SET USER on
// MariaDB.
constexpr unsigned definer_refused_number = 1227;
// A function or trigger that may not be safe in the binlog, made without SUPER.
constexpr unsigned functions_not_trusted_number = 1419;
constexpr std::array<unsigned, 2> word_numbers = {1064, 1193};
constexpr std::array<unsigned, 2> unsupported_numbers = {1845, 1846};
constexpr std::array<unsigned, 2> duplicate_numbers = {1062, 1586};
// Of a row or a whole table.
constexpr unsigned lock_wait_number = 1205;
// Of the server, of the account, of the account by the hour.
constexpr std::array<unsigned, 3> sessions_taken_numbers = {1040, 1203, 1226};

// 3719 and 3720 are old words, utf8 and NATIONAL, whose texts don't say so; 3674 is a spatial index; 139 is a table
// whose rows would be too large if all columns were full.
constexpr std::array<unsigned, 4> advice_numbers = {3719, 3720, 3674, 139};

bool is_link_lost(unsigned number) { return contains(link_numbers, number) || number == killed_mariadb; }

// A server that was killed during the TLS handshake has the number of one whose certificate is wrong.
bool is_cut_handshake(unsigned number, const std::string& text, bool during_connect) {
  return during_connect && number == 2026 &&
         (text.find("reset by peer") != std::string::npos || text.find("unexpected eof") != std::string::npos ||
          text.find("Broken pipe") != std::string::npos);
}

// For what the server's owner can change, whatever the statement was.
std::string advice_for(unsigned number, const std::string& text, bool during_connect) {
  if (during_connect && number == 2026 && !is_cut_handshake(number, text, during_connect))
    return "The server's certificate must be of the CA in --tls-ca FILE (RDS's global-bundle.pem), and for its name.";
  if (during_connect) return {};
  if (contains(privilege_numbers, number))
    return "Grant the account that Darbe uses there the privilege, and run the same command again.";
  if (contains(full_numbers, number))
    return "Give that server more storage (for a MEMORY table a larger max_heap_table_size), and run the same command "
           "again.";
  if (contains(local_infile_numbers, number))
    return "Set local_infile to 1 on that server (on RDS in its parameter group), and run the same command again.";
  if (contains(packet_numbers, number))
    return "Raise max_allowed_packet on that server (on RDS in its parameter group; at most 1 GiB), and run the same "
           "command again.";
  if (contains(primary_key_numbers, number))
    return "Set sql_require_primary_key (MariaDB: innodb_force_primary_key) to 0 on that server (on RDS in its "
           "parameter group), and run the same command again.";
  if (number == functions_not_trusted_number)
    return "Set log_bin_trust_function_creators to 1 on that server (on RDS in its parameter group), and run the same "
           "command again.";
  if (number == row_too_large_number)
    return "MySQL's protocol takes no row above 1 GiB: make that one smaller on the source, or leave its database out.";
  return {};
}

}  // namespace

ServerError::ServerError(unsigned number, std::string sqlstate, const std::string& text, const std::string& label,
                         bool during_connect)
    : Error(is_cut_handshake(number, text, during_connect) ? Kind::transient : classify(number, during_connect),
            fmt::format("{}: {} (error {}, {})", label, text, number, sqlstate),
            advice_for(number, text, during_connect)),
      number_(number),
      sqlstate_(std::move(sqlstate)) {}

Kind classify(unsigned number, bool during_connect) {
  if (contains(passing_numbers, number)) return Kind::transient;
  if (during_connect) {
    if (contains(connect_passing_numbers, number)) return Kind::transient;
    // At connect 2026 is a certificate that is wrong, and stays wrong.
    if (number != 2026 && is_link_lost(number)) return Kind::transient;
    return contains(denied_numbers, number) ? Kind::refused : Kind::failed;
  }
  return is_link_lost(number) ? Kind::transient : Kind::failed;
}

Meaning meaning_of(unsigned number, const std::string& sqlstate) {
  if (is_link_lost(number)) return Meaning::link_lost;
  if (contains(denied_numbers, number)) return Meaning::access_denied;
  if (contains(missing_numbers, number)) return Meaning::no_such_object;
  if (contains(existing_numbers, number)) return Meaning::already_exists;
  if (number == unseen_index_number) return Meaning::unseen_index;
  if (contains(full_numbers, number)) return Meaning::disk_full;
  if (number == row_too_large_number) return Meaning::row_too_large;
  if (contains(word_numbers, number)) return Meaning::syntax;
  if (contains(unsupported_numbers, number)) return Meaning::unsupported;
  if (contains(duplicate_numbers, number)) return Meaning::duplicate;
  if (number == lock_wait_number) return Meaning::lock_wait;
  if (contains(sessions_taken_numbers, number)) return Meaning::sessions_taken;
  if (sqlstate == "45000") return Meaning::signalled;
  return Meaning::other;
}

bool is_advice(unsigned number, const std::string& text) {
  return contains(advice_numbers, number) || text.find("deprecated") != std::string::npos;
}

bool is_definer_refused(const ServerError& error) { return error.number() == definer_refused_number; }

bool is_privilege_missing(const ServerError& error) {
  return contains(privilege_numbers, error.number()) && !is_definer_refused(error);
}

bool is_password_refused(const ServerError& error) { return error.number() == 1045 || error.number() == 1698; }

Meaning meaning_of(const ServerError& error) { return meaning_of(error.number(), error.sqlstate()); }

}  // namespace darbe::mysql
