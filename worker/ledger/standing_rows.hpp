#pragma once

#include "worker/domain/standings.hpp"
#include "worker/ledger/run_statement.hpp"

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

// The second half of a batch, by organization. A fixed number of statements each;
// nothing is read in the statement that locks.
namespace billhook {

// Makes the missing rows, then locks all, in the order of their ids, which it returns: each once.
[[nodiscard]] std::vector<organization_id> lock_standings(
    const projection_work& in,
    std::span<const organization_id> touched
);
// Makes the missing rows, and takes from the others what says that they were assessed.
void mark_standings(const projection_work& in, std::span<const organization_id> touched);
// Those due at `horizon`, the longest due first; what others hold is skipped.
[[nodiscard]] std::vector<organization_id> claim_due_standings(
    const projection_work& in,
    instant horizon,
    std::size_t limit
);
// The next `limit` that have a row, by id.
[[nodiscard]] std::vector<organization_id> organizations_after(
    const projection_work& in,
    const organization_id& last,
    std::size_t limit
);
// Whether together they have no more than so many subscriptions and customers. Of one alone it is
// not asked, and true.
[[nodiscard]] bool have_at_most(
    const projection_work& in,
    const std::vector<organization_id>& locked,
    std::size_t rows
);
// How many subscriptions and customers each has, by id.
[[nodiscard]] std::vector<std::pair<organization_id, std::size_t>> count_rows(
    const projection_work& in,
    const std::vector<organization_id>& locked
);
[[nodiscard]] std::vector<organization_facts> load_organizations(
    const projection_work& in,
    const std::vector<organization_id>& locked
);
// Of locked ones.
void store_standings(const projection_work& in, const restated& standings);

}  // namespace billhook
