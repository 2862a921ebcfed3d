// The way from the target to the source: the run's own empty security group, added to the target, a rule on the
// source's group that names it, and one on it that names the source's. Never an address range, never a group with other
// members.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "aws/instances.h"
#include "steps/run.h"

namespace darbe::steps {

// Whom the source has to let in.
struct Door {
  int port = 3306;                  // the source's
  std::vector<std::string> groups;  // the target's
  bool ipv4_only = true;            // the source has no IPv6 address that the target could choose
};
// Whether a rule on one of the source's groups surely lets the target in. Of rules that name addresses only the one for
// all of them is sure: the target's address may change, and nobody knows what others' prefix lists hold tomorrow.
bool lets_in(const aws::SecurityGroupRule& rule, const Door& door);

std::optional<aws::SecurityGroup> find_own_group(const Run& run, std::stop_token stop);
// What else is in the run's own group, and may connect to the source. Sentences.
std::vector<std::string> strangers_in(const Run& run, const std::string& own_group, std::stop_token stop);
inline constexpr const char* advice_on_strangers = "Take it out of the group, then run the same command again.";
// Throws: Error{refused} if there is any.
void require_no_strangers(const Run& run, const std::string& own_group, std::stop_token stop);
// In the target's VPC; it lets nothing in and nothing out. Returns its id. Throws: Error{refused} if something else is
// in it already: it would be let in to the source.
std::string make_own_group(Run& run, const aws::Instance& source, std::stop_token stop);
// As soon as AWS lets it, with the rule that names it. Throws: Error{refused} if something else is in it: nothing but
// its owner ends that.
void remove_own_group(Run& run, std::stop_token stop);

// Whether members of `group_id`, or of the target's other groups, may reach the source's port.
bool source_is_open_to(const Run& run, const aws::Instance& source, const std::string& group_id, std::stop_token stop);
// Whether its members may go to the source's port by the group's rules, and by EC2's own rules for new groups nowhere.
bool leads_to_source_alone(const Run& run, const aws::Instance& source, const std::string& group_id,
                           std::stop_token stop);
// Both ends of the way, where they are not there yet.
void open_source_to(Run& run, const aws::Instance& source, const std::string& group_id, std::stop_token stop);
// The rules that this run made, by their tags: the source may have left the group by now, or be gone.
std::vector<aws::SecurityGroupRule> own_rules(const Run& run, std::stop_token stop);
// Revokes those that open something; the other one goes with the run's own group.
void close_source(const Run& run, std::stop_token stop);

}  // namespace darbe::steps
