// Whether the credentials may end before the run does. Darbe renews what it can (docs/rds.md, "Credentials, region,
// endpoints"); a session token in the environment stays what it is, and nobody says when it ends.
#include <fmt/format.h>

#include "base/clock.h"
#include "preflight/checks.h"

namespace darbe::preflight {

namespace {

// What AWS gives for a role unless more is asked for (STS API Reference, "AssumeRole").
constexpr std::chrono::hours usual_life{1};

bool may_end(const aws::Credentials& credentials) {
  return !credentials.session_token.empty() && !credentials.can_be_renewed;
}

}  // namespace

std::vector<Finding> credentials_findings(const aws::Credentials& credentials, std::chrono::seconds expected) {
  if (!may_end(credentials) || expected <= usual_life) return {};
  return {{.weight = Weight::warning,
           .text = fmt::format("AWS_SESSION_TOKEN in the environment ends some time and can't be renewed, and the run "
                               "may take {:.0f} hours by a cautious guess",
                               base::Seconds(expected).count() / 3600),
           .advice =
               "Use a profile or a role that darbe renews by itself (docs/rds.md, Credentials). Else the run "
               "stops at its first call to AWS after that, and goes on with the same command and new credentials; "
               "until then it watches the source's volume by the server's files alone."}};
}

std::vector<Finding> check_credentials(const Subject& subject, std::stop_token stop) {
  const aws::CredentialSource& source = subject.account.client.configuration().credentials;
  if (!source) return {};
  const aws::Credentials credentials = source({}, stop);
  if (!may_end(credentials)) return {};
  return credentials_findings(credentials, expected_time(amount_of(subject)));
}

}  // namespace darbe::preflight
