#include "worker/pipeline/dunning_clock.hpp"

#include "worker/pipeline/reassess.hpp"

namespace billhook {

ticked tick(ledger& books, std::size_t limit) {
    const auto unit = books.begin_tick();
    if (!unit) {
        return {};
    }
    const locked_standings due = unit->claim_due(limit);
    if (due.organizations.empty()) {
        return {
            .claimed = 0,
            .result = {.how = processed::ending::committed, .horizon = unit->horizon()}
        };
    }
    return {.claimed = due.organizations.size(), .result = reassess(*unit, due)};
}

}  // namespace billhook
