// The new instance is made with the source's master password, which a statement may have set to what RDS's API refuses.
#include <algorithm>
#include <cctype>

#include "preflight/checks.h"

namespace darbe::preflight {

namespace {

// RDS API Reference, CreateDBInstance, MasterUserPassword.
constexpr std::size_t letters_min = 8;
constexpr std::size_t letters_max = 41;
constexpr std::string_view letters_refused = "/\"@ ";

bool is_taken(const std::string& password) {
  return password.size() >= letters_min && password.size() <= letters_max &&
         std::ranges::all_of(password, [](unsigned char letter) {
           return letter < 0x80 && std::isprint(letter) != 0 &&
                  letters_refused.find(static_cast<char>(letter)) == std::string_view::npos;
         });
}

}  // namespace

std::vector<Finding> check_master_password(const Subject& subject, std::stop_token) {
  if (is_taken(subject.master_password.reveal())) return {};
  return {{.text =
               "RDS takes no such master password for a new instance: it has 8 to 41 printable ASCII characters, and "
               "none of / \" @ and blank",
           .advice = "Give the source's master user another one (aws rds modify-db-instance --master-user-password), "
                     "and run this again with that."}};
}

}  // namespace darbe::preflight
