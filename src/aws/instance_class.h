// What the name of a DB instance class tells (Amazon RDS User Guide, "Hardware specifications for DB instance
// classes").
#pragma once

#include <string_view>

namespace darbe::aws {

// Of a class such as "db.r6g.4xlarge"; 2 where the name tells nothing, as the smallest classes of today have.
unsigned vcpus_of(std::string_view instance_class);

}  // namespace darbe::aws
