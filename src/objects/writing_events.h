// Events that write on a replica. With read_only on, it does not stop whoever has SUPER or one of its successors, and
// an event has its definer's privileges; with read_only off it stops nobody. A replica that was made of a snapshot
// holds its source's events enabled; those that came by replication it holds disabled.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mysql/connection.h"
#include "objects/account_book.h"

namespace darbe::objects {

// Whether the server runs enabled events, and is not read-only to everybody (MySQL's super_read_only).
bool runs_events(mysql::Connection& server);

enum class ReadOnly { on, off };
ReadOnly read_only_of(mysql::Connection& server);

// "event putio.nightly of admin@%": the enabled events, in any database, that could write: with read_only on by their
// definers or by the definers of what they call, with read_only off all of them. `read_only`: of the server that is to
// run them, which the one that is asked need not be. The server's own and RDS's are not among them: they have tables of
// their own.
std::vector<std::string> writing_events(mysql::Connection& server, ReadOnly read_only);

// The pure part. Whether the account is one of `holders`, or has one as a role, by others, or as everybody has it. A
// definer for whom there is no account is whoever has its name.
bool holds(const AccountBook& book, const std::set<AccountName>& holders, const AccountName& account);

}  // namespace darbe::objects
