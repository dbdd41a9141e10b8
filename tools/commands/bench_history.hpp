#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "schemas/plans/read_plans.hpp"
#include "tools/commands/bench_tenant.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace billhook {

struct history_bench {
    std::int64_t largest = 100'000;
};

// Milliseconds of a whole batch, from its first statement to COMMIT; medians.
struct history_costs {
    struct size {
        history_of what = history_of::seats;
        std::int64_t facts = 0;
        double fresh = 0;            // one event of a tenant of whom ten are known
        double one_more = 0;         // one event of the tenant of whom `facts` are known
        double late = 0;             // one that falls into the middle of them
        std::int64_t mebibytes = 0;  // resident in this process at most, so far
    };
    std::vector<size> sizes;
    // All facts of a subscription anew: microseconds each.
    struct {
        std::int64_t facts = 0;
        std::int64_t batch = 0;
        double ordered = 0;
        double shuffled = 0;
    } bulk;
};

// Migrates the empty database and folds facts into it as a worker does. Nothing if the database was
// migrated before: then it was not touched. Says on standard error how far it is, if that is a
// terminal. Throws what `postgres::classify` knows.
[[nodiscard]] std::optional<history_costs> measure_history(
    const postgres::connect_options& database,
    const plans_text& plans,
    const std::map<std::string, secret>& role_passwords,
    const history_bench& how
);

}  // namespace billhook
