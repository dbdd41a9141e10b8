#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "schemas/plans/read_plans.hpp"
#include "schemas/types/secret.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace billhook {

struct renewal_bench {
    std::int64_t organizations = 1'000'000;
    std::int32_t partitions = 12;
    std::size_t consumers = 4;
    std::size_t batch_records = 1000;
};

// What it took to work something off, all in all.
struct drained {
    std::int64_t items = 0;
    double seconds = 0;
    double own_seconds = 0;                // CPU of this process, without making the events
    std::optional<double> server_seconds;  // of all of Postgres; unknown on another machine
    std::int64_t wal_bytes = 0;
    double mebibytes = 0;  // resident in this process at most, so far
};

struct renewal_costs {
    std::int64_t organizations = 0;
    double filling_seconds = 0;
    drained due;  // standings
    drained day;  // events
};

// Migrates the empty database and fills it with organizations, each of which pays for a
// subscription (24 are folded, the others copied). Then their renewals are overdue, all at once,
// and the worker's clock assesses every standing; then the renewals come after all, three events of
// each, folded by as many consumers at once. Nothing if the database was migrated before: then it
// was not touched. Says on standard error how far it is, if that is a terminal. Throws what
// `postgres::classify` knows.
[[nodiscard]] std::optional<renewal_costs> measure_renewal(
    const postgres::connect_options& database,
    const plans_text& plans,
    const std::map<std::string, secret>& role_passwords,
    const renewal_bench& how
);

// For people, and as one JSON object.
[[nodiscard]] std::string text_of(const renewal_costs& all);
[[nodiscard]] std::string json_of(const renewal_costs& all);

}  // namespace billhook
