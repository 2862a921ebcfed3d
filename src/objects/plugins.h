// Authentication plugins: which ones accounts log in with, and which a server has.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "mysql/connection.h"
#include "objects/account_book.h"

namespace darbe::objects {

// Empty for roles.
std::set<std::string> plugins_of(const AccountName& name, const Account& account);

// Those that the server can use now.
std::set<std::string> active_plugins(mysql::Connection& server);

// "putio@% logs in with auth_socket", for each of `accounts` that needs a plugin which is not in `there`.
std::vector<std::string> without_plugin(const AccountBook& book, const std::set<AccountName>& accounts,
                                        const std::set<std::string>& there);

}  // namespace darbe::objects
