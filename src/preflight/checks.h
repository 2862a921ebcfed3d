// The checks, one function and one file each: check_instance is in instance.cc.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

#include "aws/credentials.h"
#include "preflight/check.h"
#include "preflight/duration.h"
#include "preflight/room_for_binlogs.h"
#include "tables/table.h"

namespace darbe::preflight {

// Always: the source is available, takes writes, has backups, and its master password isn't managed by Secrets Manager.
std::vector<Finding> check_instance(const Subject& subject, std::stop_token stop);
// What AWS alone tells of it.
std::vector<Finding> instance_findings(const aws::Instance& source);
// Always: identifiers are what RDS takes, and nobody else's instance has them.
std::vector<Finding> check_names(const Subject& subject, std::stop_token stop);
// Always: the replica that is read, the operator's or one like the source, leaves out none of the source's changes and
// takes no writes of its own, by its parameter group, nor by events that read_only does not stop.
std::vector<Finding> check_replica(const Subject& subject, std::stop_token stop);
// Always: the target's version can follow the source's, and RDS offers it.
std::vector<Finding> check_versions(const Subject& subject, std::stop_token stop);
// Always: the new volume holds the data and what index builds need beside it.
std::vector<Finding> check_storage(const Subject& subject, std::stop_token stop);
// What a volume needs for tables, at least, while some lanes copy them.
class StorageNeed {
 public:
  void add(const tables::Table& table);
  double bytes(unsigned lanes) const;

 private:
  std::uint64_t data_ = 0;
  std::vector<std::uint64_t> indexes_;
};
std::vector<Finding> storage_findings(double needed_bytes, unsigned given_gib);
// Unless the operator names an own replica: the source's commits are on its disk, so that a snapshot has them.
std::vector<Finding> check_durability(const Subject& subject, std::stop_token stop);
// Always: no other run is at work on the source, and nothing of somebody else's is called `darbe` there.
std::vector<Finding> check_run_record(const Subject& subject, std::stop_token stop);
// With --databases: each is there.
std::vector<Finding> check_databases(const Subject& subject, std::stop_token stop);
// With --users: each is there.
std::vector<Finding> check_users(const Subject& subject, std::stop_token stop);
// Always: the master user may read all that is to be copied, so that the catalog hides nothing from it, and may make
// the run's record and the replication user.
std::vector<Finding> check_privileges(const Subject& subject, std::stop_token stop);
// Always: names all tables that can't be copied by their rows.
std::vector<Finding> check_tables(const Subject& subject, std::stop_token stop);
// What the other checks look at, without what check_tables() refuses: whole, a few at a time, so that `see` may ask the
// server; or one by one without columns and keys, while `see` asks it nothing.
void for_each_copied_table(const Subject& subject, const std::function<void(const tables::Table&)>& see);
void list_copied_tables(const Subject& subject, const std::function<void(const tables::Table&)>& see);
// Of them all.
Amount amount_of(const Subject& subject);
// Always: names what will not be on the target, and accounts and columns that nothing could make there.
std::vector<Finding> check_not_copied(const Subject& subject, std::stop_token stop);
// Of a source whose server reads some doubles of JSON otherwise: its tables with documents, by what becomes of those.
struct TablesWithJson {
  std::vector<std::string> made_again{};
  std::vector<std::string> lost{};
};
std::vector<Finding> json_doubles_findings(const TablesWithJson& tables);
// Always: no rows in tables that a snapshot tears or empties.
std::vector<Finding> check_nontransactional(const Subject& subject, std::stop_token stop);
// With --databases: a filter can express them, and the source logs in a format that filters can follow.
std::vector<Finding> check_filters(const Subject& subject, std::stop_token stop);
// Always: definers without an account, which newer servers refuse, those that the master user may not name, and
// objects that the server's own accounts define, which are left out.
std::vector<Finding> check_definers(const Subject& subject, std::stop_token stop);
// Always: says which tables have no key that orders their rows, or one that no chunk can end at, and what that means;
// never refuses.
std::vector<Finding> check_primary_keys(const Subject& subject, std::stop_token stop);

// With a target that makes small letters of names, where the source doesn't: there are no capitals in any.
std::vector<Finding> check_capitals(const Subject& subject, std::stop_token stop);
// With a source that takes names in any letters: so does the target.
std::vector<Finding> check_letter_case(const Subject& subject, std::stop_token stop);
// Always: the source writes a binlog; says what of it a switch will refuse.
std::vector<Finding> check_binlog(const Subject& subject, std::stop_token stop);
// Always: says that Freeze will wait for prepared XA transactions; never refuses.
std::vector<Finding> check_xa(const Subject& subject, std::stop_token stop);
// Always: names all that reads the source's binlog and stays with it; never refuses.
std::vector<Finding> check_readers(const Subject& subject, std::stop_token stop);
// Always: names events that will be copied disabled; never refuses.
std::vector<Finding> check_events(const Subject& subject, std::stop_token stop);
// Always: names tables that may need more room on the new instance than they have now; never refuses.
std::vector<Finding> check_page_compressed(const Subject& subject, std::stop_token stop);
// Always: the group that the target's stands for is there, and each value of it is one that the family takes; warns of
// one with which clients could send less than to the source.
std::vector<Finding> check_parameters(const Subject& subject, std::stop_token stop);
// Always: says what a switch will refuse for accounts, sessions, the source's part and its version; never refuses.
std::vector<Finding> check_switching(const Subject& subject, std::stop_token stop);
// Always: says what of the storage AWS's rules don't let be as on the source or as asked for; never refuses.
std::vector<Finding> check_storage_rules(const Subject& subject, std::stop_token stop);
// Always: AWS takes the master password for a new instance.
std::vector<Finding> check_master_password(const Subject& subject, std::stop_token stop);
// Always: AWS takes as many tags as the new instance will bear.
std::vector<Finding> check_tags(const Subject& subject, std::stop_token stop);
// With --option-group, or a target of another series: AWS takes the option group.
std::vector<Finding> check_option_group(const Subject& subject, std::stop_token stop);
// Always: whether the credentials end at a time that nobody knows, and can't be renewed; never refuses.
std::vector<Finding> check_credentials(const Subject& subject, std::stop_token stop);
std::vector<Finding> credentials_findings(const aws::Credentials& credentials, std::chrono::seconds expected);
// Always: the source's volume has room for the binlogs of the run.
std::vector<Finding> check_binlog_space(const Subject& subject, std::stop_token stop);
std::vector<Finding> binlog_space_findings(const BinlogRoom& room);
// With encryption: the KMS keys of the run can be used.
std::vector<Finding> check_kms_key(const Subject& subject, std::stop_token stop);
// Always: whether the source keeps its binlogs for as long as the rows may take; never refuses.
std::vector<Finding> check_retention(const Subject& subject, std::stop_token stop);
// Of binlogs that are kept for so many hours.
std::vector<Finding> retention_findings(const Amount& amount, unsigned hours);
// Always: whether a maintenance or backup window of an instance that is read opens while rows may be copied; refuses
// only that for maintenance of the operator's own replica, which the run doesn't move.
std::vector<Finding> check_maintenance(const Subject& subject, std::stop_token stop);
// Always: the target joins no security group of another run. With --db-subnet-group-name: a security group of the
// target's VPC can be let in to the source's, and the target doesn't come over the internet. With
// --vpc-security-group-ids: they are there, in that VPC. With --availability-zone: the subnet group has a subnet there.
// With these, --port or --no-publicly-accessible: says by what darbe may not reach the target.
std::vector<Finding> check_network(const Subject& subject, std::stop_token stop);
std::vector<Finding> reach_findings(const plan::Request& request, const aws::Instance& source);
// Always: the account's quotas have room for what the run makes; of rules in a security group only the usual quota is
// known, and nothing is refused for it.
std::vector<Finding> check_quotas(const Subject& subject, std::stop_token stop);
// Always: the credentials may do what the run asks of AWS.
std::vector<Finding> check_permissions(const Subject& subject, std::stop_token stop);
// Always: whether the new instance's tables would fill the system tablespace again; never refuses.
std::vector<Finding> check_file_per_table(const Subject& subject, std::stop_token stop);

}  // namespace darbe::preflight
