#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "schemas/plans/read_plans.hpp"
#include "schemas/types/secret.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace billhook {

struct worker_bench {
    std::size_t organizations = 1000;
    std::int32_t partitions = 4;
    std::size_t batch_records = 1000;
    std::size_t consumers = 4;  // threads that share the partitions, as many as a worker has
    std::size_t alone = 1000;   // events that are folded one by one
};

// What some events cost, all in all.
struct work_cost {
    std::int64_t events = 0;
    double seconds = 0;
    double client_seconds = 0;             // CPU time of this process
    std::optional<double> server_seconds;  // and of its connections'; unknown on another machine
    std::int64_t wal_bytes = 0;

    [[nodiscard]] double per_second() const { return static_cast<double>(events) / seconds; }
};

struct updated_table {
    std::string name;
    std::int64_t updates = 0;
    std::int64_t hot = 0;  // of them those that touched no index
};

struct worker_costs {
    std::size_t consumers = 0;
    work_cost in_batches;  // by all consumers
    work_cost by_one;      // as many events in batches, by one consumer
    work_cost alone;       // one by one, by one consumer
    work_cost copied;      // the journal's and the facts' rows that the batches left, by COPY
    std::vector<updated_table> tables;
};

// Migrates the empty database and folds what simulated organizations tell in three months, as a
// worker's consumers do that are behind: batches from memory in the place of Kafka's, parsed,
// folded, assessed and committed. Beside it COPY of the journal and the facts into empty tables
// with the same indexes, the same of as many others by one consumer, and of a few with one event a
// transaction. Nothing if the database was migrated before: then it was not touched. Throws what
// `postgres::classify` knows.
[[nodiscard]] std::optional<worker_costs> measure_worker(
    const postgres::connect_options& database,
    const plans_text& plans,
    const std::map<std::string, secret>& role_passwords,
    const worker_bench& how
);

// For people, and as one JSON object.
[[nodiscard]] std::string text_of(const worker_costs& all);
[[nodiscard]] std::string json_of(const worker_costs& all);

}  // namespace billhook
