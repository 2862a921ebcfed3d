// EC2's security groups and their rules. EC2 is eventually consistent: what was just made may be "not found"
// for a moment, so the calls that follow a creation wait for it.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "aws/tags.h"
#include "base/clock.h"

namespace darbe::aws {

class Client;
class Parameters;

struct SecurityGroup {
  std::string id;
  std::string name;
  std::string description;
  std::string vpc_id;
  Tags tags;
};

struct CreateSecurityGroup {
  std::string name;
  std::string description;
  std::string vpc_id;
  Tags tags;
};

struct SecurityGroupRule {
  std::string id;
  std::string group_id;
  bool is_egress = false;
  std::string protocol;  // tcp, or -1 for all
  int from_port = -1;
  int to_port = -1;
  std::string other_group_id;  // who may come or be gone to; empty if the rule names addresses
  std::string cidr;            // IPv4 or IPv6
  std::string description;
  Tags tags;

  bool lets_everything_out() const;
};

// Between `group_id` and the members of another group, of the same VPC or of one that is peered with it in the same
// region: inbound lets those come to a TCP port, outbound lets the group's members go to that port of theirs.
struct CreateRule {
  std::string group_id;
  bool is_egress = false;
  std::string other_group_id;
  int port = 0;
  std::string description;
  Tags tags;
};

// The actions' parameters, also for a dry run (aws/permissions.h).
Parameters to_parameters(const CreateSecurityGroup& wanted);
Parameters to_parameters(const CreateRule& wanted);

// Threads may share it. Throws: as Client.
class SecurityGroups {
 public:
  // What is there without our tags is somebody else's, most likely: nobody waits long for EC2 to show them.
  static constexpr base::Poll default_patience{std::chrono::milliseconds(500), std::chrono::seconds(10)};
  explicit SecurityGroups(const Client& client, base::Poll patience = default_patience)
      : client_(client), patience_(patience) {}

  struct Filter {  // empty members: any
    std::string name;
    std::string vpc_id;
    Tags tags;
  };
  std::vector<SecurityGroup> list(const Filter& filter, std::stop_token stop = {}) const;
  std::optional<SecurityGroup> find(const std::string& id, std::stop_token stop = {}) const;

  // With no inbound rule, and with EC2's own that lets everything out. A group of that name in that VPC that bears all
  // of the tags asked for counts as created. Throws: ApiError{already_exists} if it is somebody else's.
  SecurityGroup create(const CreateSecurityGroup& wanted, std::stop_token stop = {}) const;
  // One that is gone counts as removed. Throws: ApiError{in_use} while something is a member of it.
  void remove(const std::string& id, std::stop_token stop = {}) const;

  std::vector<SecurityGroupRule> rules(const std::string& group_id, std::stop_token stop = {}) const;
  // Those that bear all of these tags, on whatever group. Requires: a tag.
  std::vector<SecurityGroupRule> rules(const Tags& tags, std::stop_token stop = {}) const;
  // The same rule bearing all of the tags asked for counts as made.
  // Throws: ApiError{already_exists} if somebody else made it: then the port is open, and the rule is not ours to
  // remove.
  SecurityGroupRule authorize(const CreateRule& wanted, std::stop_token stop = {}) const;
  // One that is gone counts as revoked.
  void revoke(const SecurityGroupRule& rule, std::stop_token stop = {}) const;
  // Takes off a group that was just made what EC2 puts on it: a rule that lets everything out, and one more for IPv6
  // where its VPC has that (Amazon VPC User Guide, "Create a security group").
  void let_nothing_out(const std::string& group_id, std::stop_token stop = {}) const;

 private:
  std::vector<SecurityGroupRule> described_rules(const Parameters& parameters, const std::stop_token& stop) const;
  std::optional<SecurityGroup> find_made(const CreateSecurityGroup& wanted, std::stop_token stop) const;
  std::optional<SecurityGroupRule> find_made(const CreateRule& wanted, std::stop_token stop) const;

  const Client& client_;
  const base::Poll patience_;
};

}  // namespace darbe::aws
