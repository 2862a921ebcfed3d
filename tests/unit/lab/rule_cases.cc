#include "rule_cases.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "lab/json_wire.h"
#include "lab/keys.h"
#include "servers/install.h"

namespace darbe::lab::rule_test {

namespace {

const ParameterCatalog& catalog(std::string_view family) {
  static const auto parameter = [](const char* name, const char* type, const char* allowed, bool modifiable) {
    return Parameter{name, "1", "", "engine-default", type, "integer", allowed, modifiable};
  };
  static std::map<std::string, ParameterCatalog> catalogs;
  const auto [entry, is_new] = catalogs.try_emplace(
      std::string(family), std::string(family),
      std::vector{parameter("innodb_flush_log_at_trx_commit", "dynamic", "0-2", true),
                  parameter("performance_schema", "static", "0,1", true),
                  parameter("replicate-do-table", "dynamic", "", true), parameter("port", "static", "1-65535", false)});
  return entry->second;
}

void add_default_groups(Store& store) {
  for (const EngineOffer& offer : offers().engines) {
    store.parameter_groups["default." + offer.family] = {"default." + offer.family, offer.family, "default", true, {}};
    const std::string options = default_option_group(offer);
    store.option_groups[options]["EngineName"] = offer.engine;
    store.option_groups[options]["MajorEngineVersion"] = offer.major;
  }
}

}  // namespace

const ApiModel& model(const std::string& service) {
  static const std::map<std::string, ApiModel> models = [] {
    std::map<std::string, ApiModel> loaded;
    for (const char* name : {"rds", "ec2", "sts", "iam", "cloudwatch", "secretsmanager", "kms"}) {
      ApiModel one = ApiModel::load(servers::aws_model(name, {}));
      const std::string signed_for = one.service();
      loaded.emplace(signed_for, std::move(one));
    }
    return loaded;
  }();
  return models.at(service);
}

Offers offers() {
  return {{{"mysql", "9.7.4", "9.7", "mysql9.7", "MySQL 9.7.4", true},
           {"mysql", "5.6.24", "5.6", "mysql5.6", "MySQL 5.6.24", false},
           {"mariadb", "10.11.6", "10.11", "mariadb10.11", "MariaDB 10.11.6", true}},
          catalog};
}

Fields with(Fields base, const Fields& more) {
  for (const auto& [name, value] : more)
    if (value == "-")
      base.erase(name);
    else
      base[name] = value;
  return base;
}

Fields create(const Fields& more) {
  return with({{"DBInstanceIdentifier", "fresh"},
               {"DBInstanceClass", "db.t3.micro"},
               {"Engine", "mysql"},
               {"AllocatedStorage", "20"},
               {"MasterUsername", "root"},
               {"MasterUserPassword", "correct-horse"}},
              more);
}
Fields replicate(const Fields& more) {
  return with({{"DBInstanceIdentifier", "fresh"}, {"SourceDBInstanceIdentifier", "source"}}, more);
}
Fields modify(const Fields& more) { return with({{"DBInstanceIdentifier", "source"}}, more); }
Fields remove(const Fields& more) {
  return with({{"DBInstanceIdentifier", "source"}, {"SkipFinalSnapshot", "true"}}, more);
}
Fields parameter(const std::string& name, const std::string& value, const std::string& method) {
  return {{"DBParameterGroupName", "own"},
          {"Parameters.Parameter.1.ParameterName", name},
          {"Parameters.Parameter.1.ParameterValue", value},
          {"Parameters.Parameter.1.ApplyMethod", method}};
}
Fields permission(const std::string& group, const Fields& more) {
  return with({{"GroupId", group},
               {"IpPermissions.1.IpProtocol", "tcp"},
               {"IpPermissions.1.FromPort", "3306"},
               {"IpPermissions.1.ToPort", "3306"},
               {"IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"}},
              more);
}

Value parameters_of(const std::string& service, const Operation& operation, const Fields& fields) {
  if (model(service).protocol() != Protocol::json) return parse_parameters(model(service), operation, fields);
  Value::Members members;
  for (const auto& [name, text] : fields) {
    const bool plain_text =
        text.empty() || std::string_view("[{0123456789").find(text.front()) == std::string_view::npos;
    members.emplace(name, text == "true" ? Value(true) : plain_text ? Value(text) : from_json(text));
  }
  return parse_json_parameters(operation, to_json(members));
}

Value done(Store& store, const std::string& service, const std::string& action, const Fields& fields) {
  static const Offers on_offer = offers();
  const Operation& operation = *model(service).operation(action);
  const Value request = parameters_of(service, operation, fields);
  std::vector<Task> tasks;
  const Metrics metrics;
  World world{store, on_offer, std::chrono::system_clock::now(), metrics, tasks};
  const Call call{action, request, {}};
  for (const Actions* actions : actions_of(service))
    if (const auto found = actions->find(action); found != actions->end())
      return std::visit([&](auto run) { return run(world, call); }, found->second);
  ADD_FAILURE() << "no action " << action;
  return {};
}

Store furnished() {
  Store store = new_store("eu-west-1");
  add_default_groups(store);
  add_managed_keys(store);
  done(store, "rds", "CreateDBParameterGroup",
       {{"DBParameterGroupName", "own"}, {"DBParameterGroupFamily", "mysql9.7"}, {"Description", "mine"}});
  done(store, "rds", "CreateDBParameterGroup",
       {{"DBParameterGroupName", "old"}, {"DBParameterGroupFamily", "mysql5.6"}, {"Description", "mine"}});
  done(store, "rds", "CreateOptionGroup",
       {{"OptionGroupName", "options"},
        {"EngineName", "mysql"},
        {"MajorEngineVersion", "9.7"},
        {"OptionGroupDescription", "mine"}});
  done(store, "rds", "CreateDBInstance",
       create({{"DBInstanceIdentifier", "source"}, {"DBParameterGroupName", "own"}, {"OptionGroupName", "options"}}));
  done(store, "rds", "CreateDBInstanceReadReplica", replicate({{"DBInstanceIdentifier", "replica"}}));
  done(
      store, "rds", "CreateDBInstance",
      create({{"DBInstanceIdentifier", "managed"}, {"MasterUserPassword", "-"}, {"ManageMasterUserPassword", "true"}}));
  for (auto& [name, instance] : store.instances) instance.shape["DBInstanceStatus"] = "available";
  done(store, "rds", "CreateDBSnapshot", {{"DBSnapshotIdentifier", "shot"}, {"DBInstanceIdentifier", "source"}});
  store.snapshots["shot"]["Status"] = "available";
  done(store, "ec2", "CreateSecurityGroup", {{"GroupName", "mine"}, {"GroupDescription", "mine"}});
  done(store, "secretsmanager", "CreateSecret",
       {{"Name", "login"}, {"SecretString", "x"}, {"ClientRequestToken", token}});
  return store;
}

std::string group_id(const Store& store, const std::string& name) {
  for (const auto& [id, group] : store.security_groups)
    if (group.at("GroupName").text() == name) return id;
  return {};
}

std::string some_subnet(const Store& store) { return store.subnets.begin()->first; }

Case plain(const std::string& rule, const std::string& action, const Fields& fields) {
  return {rule, action, [fields](Store&) { return fields; }};
}

void set(Store& store, const std::string& instance, const std::string& member, Value value) {
  store.instances.at(instance).shape[member] = std::move(value);
}

Fields many_tags(const Fields& base, const std::string& prefix, int count) {
  Fields fields = base;
  for (int i = 1; i <= count; ++i) {
    fields[fmt::format("{}.{}.Key", prefix, i)] = fmt::format("key{}", i);
    fields[fmt::format("{}.{}.Value", prefix, i)] = "x";
  }
  return fields;
}

std::string arn(const std::string& kind, const std::string& name) {
  return "arn:aws:rds:eu-west-1:123456789012:" + kind + ":" + name;
}

}  // namespace darbe::lab::rule_test
