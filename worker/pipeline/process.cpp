#include "worker/pipeline/process.hpp"

#include "worker/domain/fold.hpp"
#include "worker/pipeline/reassess.hpp"

namespace billhook {

processed process(const passage& what, ledger& books) {
    const auto unit = books.begin(what.step);
    if (!unit) {
        return {.how = processed::ending::not_owner};
    }
    const locked_customers customers = unit->lock_customers(keys_of(what.events));
    const known before = unit->load(customers);
    changes folded = fold(before, what.events);
    unit->store(folded, what.dead);
    const std::vector<organization_id> touched{
        folded.organizations.begin(), folded.organizations.end()};
    processed result = reassess(*unit, unit->lock_standings(touched));
    for (const journal_row& row : folded.journal) {
        ++result.outcomes[row.became];
    }
    result.dead = what.dead.size();
    result.became_ambiguous = std::move(folded.became_ambiguous);
    return result;
}

processed pass_time(const claim& from, instant complete_to, ledger& books) {
    const auto unit = books.begin(
        {.from = from,
         .next_offset = from.next_offset,
         .fingerprint = std::nullopt,
         .complete_to = complete_to}
    );
    if (!unit) {
        return {.how = processed::ending::not_owner};
    }
    const instant horizon = unit->horizon();
    unit->commit();
    return {.how = processed::ending::committed, .horizon = horizon};
}

}  // namespace billhook
