#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "schemas/plans/read_plans.hpp"
#include "schemas/types/secret.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace billhook {

// What an event costs in tables of that many rows: microseconds in batches of a hundred tenants,
// and alone; medians.
struct table_cost {
    std::int64_t rows = 0;
    std::int64_t organizations = 0;
    double in_batches = 0;
    double alone = 0;
};

// Migrates the empty database, fills its tables with copies of tenants that were folded (ten facts
// of a subscription each), and folds events of tenants among them, chosen at random: in a hundredth
// of `rows`, then in all. Nothing if the database was migrated before: then it was not touched.
// Throws what `postgres::classify` knows.
[[nodiscard]] std::optional<std::vector<table_cost>> measure_tables(
    const postgres::connect_options& database,
    const plans_text& plans,
    const std::map<std::string, secret>& role_passwords,
    std::int64_t rows
);

}  // namespace billhook
