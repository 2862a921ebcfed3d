// What does not come along, read from the catalogs of a source before anything is copied. Sentences for a person; what
// is only known while it is tried is in the outcomes' not_as_source.
#pragma once

#include <string>
#include <vector>

#include "mysql/connection.h"
#include "objects/accounts.h"

namespace darbe::objects {

// Views that the server itself can't read any more. It resolves each of them and runs none.
std::vector<std::string> invalid_views(mysql::Connection& server, const std::vector<std::string>& databases);

// Accounts with two passwords, of which only the first can be read.
std::vector<std::string> second_passwords(mysql::Connection& server, const WantedAccounts& wanted);

// Accounts with earlier passwords that they may not use again (MySQL ≥ 8.0.3), in one sentence.
std::vector<std::string> password_histories(mysql::Connection& server, const WantedAccounts& wanted);

// Accounts that could not be made on a server of the flavor `target` that has what this one has: each with its plugin.
std::vector<std::string> accounts_without_plugin(mysql::Connection& server, const WantedAccounts& wanted,
                                                 const mysql::Flavor& target);

// Loadable functions, components, resource groups and spatial reference systems that somebody added to the server.
std::vector<std::string> added_to_the_server(mysql::Connection& server);
// Those that the target was not given as well.
std::vector<std::string> added_to_the_server_alone(mysql::Connection& source, mysql::Connection& target);

// Columns of an added spatial reference system: no table with one can be made where that is missing.
std::vector<std::string> columns_of_added_reference_systems(mysql::Connection& server,
                                                            const std::vector<std::string>& databases);

// That InnoDB's own stopwords are not those of the source's FULLTEXT indexes, in one sentence. What sessions asked for
// is told nowhere.
std::vector<std::string> stopwords_of_the_server(mysql::Connection& server, const std::vector<std::string>& databases);

// MariaDB tells a column's reference system as a SMALLINT: all above are 32767 there, and so on the target.
std::vector<std::string> columns_of_untold_reference_systems(mysql::Connection& server,
                                                             const std::vector<std::string>& databases);

// Stored generated columns whose values may depend on the session that wrote them: its time zone, or its language for
// the names of days and months. Verify stops at one that the target computes otherwise.
std::vector<std::string> columns_by_session(mysql::Connection& server, const std::vector<std::string>& databases);

// Indexes of VIRTUAL columns and of expressions of which the same may be said. Nothing compares what is in an index.
std::vector<std::string> indexes_by_session(mysql::Connection& server, const std::vector<std::string>& databases);

// Enforced CHECK constraints of which the same may be said: the server under which rows are written anew may refuse
// one. MariaDB's are not checked while rows are copied.
std::vector<std::string> checks_by_session(mysql::Connection& server, const std::vector<std::string>& databases);

// Tables with MariaDB's engine-independent statistics, in one sentence: they are in tables of schema mysql.
std::vector<std::string> persistent_statistics(mysql::Connection& server, const std::vector<std::string>& databases);

// Columns whose default is printed with a question mark, which may stand for another letter, and can't be asked: they
// are NOT NULL, in tables without rows (tables/defaults.h).
std::vector<std::string> defaults_in_doubt(mysql::Connection& server, const std::vector<std::string>& databases);

// Objects whose definers are the server's own accounts.
std::vector<std::string> objects_of_reserved_accounts(mysql::Connection& server,
                                                      const std::vector<std::string>& databases);

// Foreign keys to databases that are not among these.
std::vector<std::string> keys_to_others(mysql::Connection& server, const std::vector<std::string>& databases);
// Those by which rows of these databases change, or go, with rows of another: no binlog tells of it, so a copy of these
// databases alone would keep them.
std::vector<std::string> cascades_from_others(mysql::Connection& server, const std::vector<std::string>& databases);

// Named time zones that the target lacks or has other rules for, in one sentence: CONVERT_TZ gives something else
// there.
std::vector<std::string> differing_time_zones(mysql::Connection& source, mysql::Connection& target);

}  // namespace darbe::objects
