// What the lab knows of its account: every resource, in the words of AWS's model where it has them. One value, written
// whole to DIR/state.json at each change.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "lab/value.h"

namespace darbe::lab {

using Texts = std::map<std::string, std::string>;

struct Credential {
  base::Secret secret;
  base::Secret session_token;  // of an AssumeRole; else empty
  std::string arn;
  std::string user_id;
  std::int64_t expires = 0;  // seconds since the epoch; 0: never
};

struct ParameterSetting {
  std::string value;
  std::string method;  // immediate | pending-reboot
};

struct ParameterGroup {
  std::string name;
  std::string family;
  std::string description;
  bool is_default = false;
  std::map<std::string, ParameterSetting> settings;
};

// While a volume from a snapshot still loads its blocks.
struct Loading {
  std::chrono::system_clock::time_point from{};
  std::chrono::system_clock::time_point until{};
};

struct Instance {
  Value shape;  // DBInstance, without TagList
  base::Secret password;
  base::Secret next_password;  // asked for, not yet on the server
  Texts in_force;              // the group's values the server runs with
  bool apply_now = false;      // the pending values are wanted as soon as possible
  bool promoting = false;      // a replica on its way to independence
  Loading loading{};
  std::string said_status{};  // what a fault has it say; empty: its own

  std::string identifier() const { return shape.at("DBInstanceIdentifier").text(); }
  std::string resource_id() const { return shape.at("DbiResourceId").text(); }
  std::string status() const { return shape.at("DBInstanceStatus").text(); }
  // What AWS says and judges requests by: a fault's word, until the instance is being deleted.
  std::string shown_status() const;
  std::string source() const { return shape.at("ReadReplicaSourceDBInstanceIdentifier").text(); }
  std::string parameter_group() const;
  std::string option_group() const;  // the one in force
  // In force, or waiting to be.
  bool has_option_group(std::string_view name) const;
  // Whether something waits for its maintenance window, or to be applied soon.
  bool has_pending() const;
};

struct Store {
  std::string account;
  std::string region;
  std::map<std::string, Credential> credentials;  // by access key id
  std::map<std::string, Instance> instances;      // by identifier
  std::map<std::string, ParameterGroup> parameter_groups;
  std::map<std::string, Value> option_groups;         // OptionGroup
  std::map<std::string, Value> subnet_groups;         // DBSubnetGroup
  std::map<std::string, Value> snapshots;             // DBSnapshot
  std::map<std::string, Value> vpcs;                  // Vpc
  std::map<std::string, Value> subnets;               // Subnet
  std::map<std::string, Value> security_groups;       // SecurityGroup, without permissions
  std::map<std::string, Value> security_group_rules;  // SecurityGroupRule
  std::map<std::string, Value> peerings;              // VpcPeeringConnection
  std::map<std::string, Value> interfaces;            // NetworkInterface, but for those of DB instances
  std::map<std::string, Value> secrets;               // by ARN; lab/secrets.h
  std::map<std::string, Value> keys;                  // KeyMetadata, by key id
  Texts key_aliases;                                  // key ids by alias
  std::map<std::string, Texts> tags;                  // by ARN or resource id (EC2)
  std::map<std::string, std::int64_t> quotas;         // that are not AWS's default, by their names (lab/quotas.h)
  std::map<std::string, Value> users;                 // User, by name
  std::map<std::string, Value> roles;                 // Role, by name
  std::map<std::string, Texts> policies;              // of each user and role, by its ARN: the documents by their names

  Instance* instance(std::string_view identifier);
  const Instance* instance(std::string_view identifier) const;
  const Instance* instance_by_resource(std::string_view resource_id) const;
  Instance* instance_by_resource(std::string_view resource_id);

  std::string rds_arn(std::string_view kind, std::string_view name) const;  // kind: db, pg, og, subgrp, snapshot
  std::string ec2_arn(std::string_view kind, std::string_view id) const;
  std::string own_user_arn() const;  // of whom the lab prints the keys: he may do all
  std::string default_vpc() const;
  // The group named "default" of a VPC.
  std::string default_security_group(std::string_view vpc) const;
};

// "AKIA…" of a user, "ASIA…" of a session.
std::string new_access_key_id(std::string_view prefix);

// An id as EC2 gives them: "vpc-0123456789abcdef0".
std::string new_id(std::string_view prefix);

// A VPC with its default security group, and a subnet: their ids.
std::string add_vpc(Store& store, const std::string& block, bool is_default);
struct NewSubnet {
  std::string vpc;
  std::string block;
  std::string zone;
  bool is_default = false;
};
std::string add_subnet(Store& store, const NewSubnet& wanted);

// A fresh account: a default VPC with three subnets, its security group, a subnet group, one pair of credentials.
Store new_store(const std::string& region);

std::string written(const Store& store);
// Throws: base::Error{failed}.
Store read_store(std::string_view json);

// [{Key, Value}] both ways.
Value tag_list(const Texts& tags);
Texts tags_of(const Value& list);

}  // namespace darbe::lab
