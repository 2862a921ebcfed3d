#include "data_sets.h"

#include <algorithm>
#include <functional>
#include <string>

#include <fmt/format.h>

#include "base/task_group.h"

namespace darbe::bench {

namespace {

constexpr unsigned sysbench_tables = 4;

// Rows come from a table of the numbers from 1 on, in an own database that no run copies.
void make_numbers(mysql::Connection& source, std::uint64_t until) {
  source.execute("DROP DATABASE IF EXISTS bench_numbers");
  source.execute("CREATE DATABASE bench_numbers");
  source.execute("CREATE TABLE bench_numbers.digits (d INT PRIMARY KEY)");
  source.execute("INSERT INTO bench_numbers.digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)");
  source.execute("CREATE TABLE bench_numbers.numbers (n INT PRIMARY KEY)");
  source.execute(
      fmt::format("INSERT INTO bench_numbers.numbers SELECT a.d * 1000000 + b.d * 100000 + c.d * 10000 + e.d * 1000"
                  " + f.d * 100 + g.d * 10 + h.d + 1 AS n FROM bench_numbers.digits a, bench_numbers.digits b,"
                  " bench_numbers.digits c, bench_numbers.digits e, bench_numbers.digits f, bench_numbers.digits g,"
                  " bench_numbers.digits h HAVING n <= {} ORDER BY n",
                  until));
}

// An empty database, and numbers to fill it from.
void begin(TwoServers& servers, std::uint64_t numbers) {
  mysql::Connection& source = servers.source_session();
  source.execute(fmt::format("DROP DATABASE IF EXISTS {}", database));
  source.execute(fmt::format("CREATE DATABASE {}", database));
  make_numbers(source, numbers);
}

void analyze(mysql::Connection& source) {
  const mysql::Result names = source.query(
      fmt::format("SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{}'", database));
  for (std::size_t row = 0; row < names.size(); ++row)
    source.query(fmt::format("ANALYZE TABLE {}.{}", database, names.text(row, "name")));
}

void fill_sysbench(mysql::Connection& source, unsigned table, std::uint64_t rows) {
  source.execute(
      fmt::format("CREATE TABLE bench.sbtest{} (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, k INT NOT NULL,"
                  " c CHAR(120) NOT NULL, pad CHAR(60) NOT NULL, KEY k (k))",
                  table));
  source.execute(
      fmt::format("INSERT INTO bench.sbtest{} SELECT n, CRC32(n * {}) % 500000, LEFT(SHA2(n * {}, 512), 120),"
                  " LEFT(SHA2(n + {}, 256), 60) FROM bench_numbers.numbers WHERE n <= {} ORDER BY n",
                  table, table + 1, table + 3, table, rows));
}

void fill_orders(mysql::Connection& source, std::uint64_t rows) {
  source.execute(
      "CREATE TABLE bench.orders (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, customer_id INT NOT NULL,"
      " status ENUM('new','paid','sent','returned') NOT NULL, amount DECIMAL(10,2) NOT NULL, weight FLOAT,"
      " currency CHAR(3) NOT NULL, created DATETIME(3) NOT NULL, updated TIMESTAMP NULL, email VARCHAR(100) NOT NULL,"
      " note TEXT, details JSON, KEY customer (customer_id), KEY state (status, created), KEY email (email),"
      " KEY created (created))");
  source.execute(fmt::format(
      "INSERT INTO bench.orders SELECT n, CRC32(n) % 100000, 1 + n % 4, (n % 100000) / 7, n / 3, 'EUR',"
      " '2020-01-01' + INTERVAL n * 37 SECOND, '2021-01-01' + INTERVAL n SECOND, CONCAT(LEFT(SHA2(n, 256), 12), "
      "'@example.com'),"
      " IF(n % 3 = 0, NULL, CONCAT('a note with a\\ttab ', n)), JSON_OBJECT('items', JSON_ARRAY(n % 17, n % 5),"
      " 'gift', n % 2 = 0, 'ref', LEFT(SHA2(n, 256), 20)) FROM bench_numbers.numbers WHERE n <= {} ORDER BY n",
      rows));
}

}  // namespace

void fill_main_set(TwoServers& servers, std::uint64_t orders) {
  begin(servers, orders);
  base::TaskGroup group(servers.stop());
  group.start([&](std::stop_token stop) {
    mysql::Connection source(servers.source().connect_options(), std::move(stop));
    fill_orders(source, orders);
  });
  group.start([&](std::stop_token stop) {
    mysql::Connection source(servers.source().connect_options(), std::move(stop));
    for (unsigned table = 1; table <= sysbench_tables; ++table) fill_sysbench(source, table, orders / 2);
  });
  group.wait();
  analyze(servers.source_session());
}

void fill_wide_table(TwoServers& servers, std::uint64_t rows) {
  constexpr int columns_of_each_kind = 20;
  std::string definitions;
  std::string values;
  for (int column = 1; column <= columns_of_each_kind; ++column) {
    definitions += fmt::format(
        ", number{0} INT NOT NULL, text{0} VARCHAR(40) NOT NULL, moment{0} DATETIME NULL, {1} key{0} ({2}{0})", column,
        column % 5 == 0 ? "UNIQUE KEY" : "KEY", column % 3 == 0 ? "text" : "number");
    values += fmt::format(
        ", {1}, LEFT(SHA2(n * {0}, 224), 20), IF(n % {0} = 1, NULL, '2000-01-01' + INTERVAL n * {0} MINUTE)", column,
        column % 5 == 0 ? fmt::format("(n * 7919) % {}", 10'000'019) : fmt::format("CRC32(n * {}) % 1000000", column));
  }
  begin(servers, rows);
  mysql::Connection& source = servers.source_session();
  source.execute(fmt::format("CREATE TABLE bench.wide (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY{})", definitions));
  source.execute(fmt::format("INSERT INTO bench.wide SELECT n{} FROM bench_numbers.numbers WHERE n <= {} ORDER BY n",
                             values, rows));
  analyze(source);
}

void fill_texts(TwoServers& servers, std::uint64_t rows) {
  begin(servers, rows);
  mysql::Connection& source = servers.source_session();
  source.execute(
      "CREATE TABLE bench.texts (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, title VARCHAR(80) NOT NULL,"
      " body TEXT NOT NULL, KEY title (title))");
  source.execute(fmt::format(
      "INSERT INTO bench.texts SELECT n, CONCAT('text ', n), REPEAT(CONCAT(SHA2(n, 256), ' and its end...\\n'), "
      "128) FROM bench_numbers.numbers WHERE n <= {} ORDER BY n",
      rows));
  analyze(source);
}

void fill_small_tables(TwoServers& servers, std::uint64_t tables) {
  begin(servers, 20);
  mysql::Connection& source = servers.source_session();
  for (std::uint64_t table = 1; table <= tables; ++table) {
    const std::string name = fmt::format("bench.small{}", table);
    source.execute(
        fmt::format("CREATE TABLE {} (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL,"
                    " amount DECIMAL(10,2) NULL, changed TIMESTAMP NULL, KEY name (name))",
                    name));
    source.execute(
        fmt::format("INSERT INTO {} SELECT n, LEFT(SHA2(n * {}, 224), 40), n / 7, '2024-01-01' + INTERVAL n HOUR"
                    " FROM bench_numbers.numbers",
                    name, table));
  }
}

}  // namespace darbe::bench
