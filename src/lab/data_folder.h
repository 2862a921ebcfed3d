// Data folders with RDS's accounts, tables and procedures in them.
#pragma once

#include <filesystem>
#include <string>

#include "servers/install.h"

namespace darbe::lab {

// `lower_case_table_names` as the parameter group has it when the instance is created; empty: the server's default.
void make_rds_data_folder(const servers::Installation& installation, const std::string& lower_case_table_names,
                          const std::filesystem::path& folder);

// Makes the template only, so that the first make_rds_data_folder() is quick.
void prepare_data_folder(const servers::Installation& installation);

}  // namespace darbe::lab
