// What a server or the client library said, kept apart from what we say. This module's error.cc is the only place that
// knows error numbers (MySQL Server Error Message Reference; MariaDB Error Codes).
#pragma once

#include <string>

#include "base/error.h"

namespace darbe::mysql {

class ServerError : public base::Error {
 public:
  // `label` names the statement for a person ("LOAD DATA into putio.files"), never its text with values.
  ServerError(unsigned number, std::string sqlstate, const std::string& text, const std::string& label,
              bool during_connect);

  unsigned number() const { return number_; }
  const std::string& sqlstate() const { return sqlstate_; }

 private:
  unsigned number_;
  std::string sqlstate_;
};

// transient: deadlock, lock wait, a link lost in a query, a server that starts or stops; failed or refused: all else.
base::Kind classify(unsigned number, bool during_connect);

// What callers ask about an error, by meaning.
enum class Meaning {
  link_lost,       // the server may or may not have done it
  access_denied,   // 1044, 1045, 1142, 1227 and kin
  no_such_object,  // unknown database, table, column, index, routine, user
  already_exists,
  unseen_index,    // 1280: InnoDB has an index of that name, which the table's definition lacks
  disk_full,       // 1021, 1114, 3675, …
  signalled,       // SQLSTATE 45000: RDS's procedures speak so
  syntax,          // 1064, 1193: the server does not know this word
  unsupported,     // 1845, 1846: not with the ALGORITHM or LOCK that was asked for
  row_too_large,   // 2020: above what the session takes
  duplicate,       // 1062: two rows of one value in a unique index
  lock_wait,       // 1205: others held for too long what it needs
  sessions_taken,  // 1040, 1203, 1226: this account gets no session more
  other,
};
Meaning meaning_of(unsigned number, const std::string& sqlstate);
Meaning meaning_of(const ServerError& error);

// Of a warning: what was asked for is done, but a word of it is old, or an index of no use. Requires: an English text.
bool is_advice(unsigned number, const std::string& text);

// Of a CREATE that names a definer: this account may not name that one.
bool is_definer_refused(const ServerError& error);
// This account lacks a privilege on a schema, table, column or routine.
bool is_privilege_missing(const ServerError& error);

// Of an attempt to connect: the account or its password is wrong (1045; 1698 where another plugin looks).
bool is_password_refused(const ServerError& error);

}  // namespace darbe::mysql
