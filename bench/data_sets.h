// The rows that are copied. Each function makes the database anew on the source; the same arguments make the same rows.
#pragma once

#include <cstdint>

#include "two_servers.h"

namespace darbe::bench {

// Bytes of values for each order, with the sysbench rows beside it: a million orders make 550 MB.
inline constexpr double main_set_bytes_per_order = 550;

// Four tables as sysbench makes them, each with half as many rows as `orders`: eleven columns, JSON among them, and
// four secondary indexes.
void fill_main_set(TwoServers& servers, std::uint64_t orders);

// One table of 60 columns and 20 secondary indexes.
void fill_wide_table(TwoServers& servers, std::uint64_t rows);

// One table of texts of 10 KB, with a line's end every 80 bytes.
void fill_texts(TwoServers& servers, std::uint64_t rows);

// Tables of 20 rows and one secondary index.
void fill_small_tables(TwoServers& servers, std::uint64_t tables);

}  // namespace darbe::bench
