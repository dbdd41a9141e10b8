#pragma once

#include "schemas/io/postgres/plans_rows.hpp"
#include "tools/commands/plans_difference.hpp"
#include "worker/insight/policy_trial.hpp"
#include "worker/projections/snapshot_reader.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace billhook {

// What other plans would mean: for everybody today, and for a span of the past.
struct plans_trial {
    std::int64_t version = 0;  // in force, compared with
    instant as_of{};           // the horizon
    std::vector<plans_difference> keys;
    struct row {
        standing before;
        standing after;
        std::size_t notices = 0;  // that would be sent at once
    };
    std::vector<row> rows;          // whose answer would be another, by organization
    std::size_t organizations = 0;  // all
    std::optional<policy_trial> past;
    int days = 0;  // of `past`

    // Which of the rows lose access, gain access, and see other dates or features alone.
    struct counts {
        std::size_t less = 0;
        std::size_t more = 0;
        std::size_t same = 0;
        std::size_t notices = 0;
    };
    [[nodiscard]] counts count() const;
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string json() const;
};

// Reads everybody; `days` of the past, 0: none. Progress goes to standard error. Of the past counts
// whose an object is today.
[[nodiscard]] plans_trial try_plans(postgres::connection& over, const catalogue& next, int days);

}  // namespace billhook
