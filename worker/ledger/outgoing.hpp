#pragma once

#include "worker/domain/standings.hpp"
#include "worker/ledger/ledger.hpp"

#include <pqxx/transaction_base>

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

// What a transaction of the live projection tells others: rows of billhook.outbox and of
// billhook.notices. A fixed number of statements.
namespace billhook {

// How many messages follow from it: one a changed standing, one a notice that is sent.
[[nodiscard]] std::size_t messages_in(const restated& what);

// Those messages: organization by organization, of each its change and then its notices in the
// order given. `ids` are as many, rising; a change has its row's as its version. Pure.
[[nodiscard]] std::vector<outbox_row> outbox_rows(
    const restated& what,
    std::span<const std::int64_t> ids
);

// Whose a subscription is, as the facts were loaded.
using subscription_owners = std::map<subscription_id, organization_id>;

// The rows by which no member of a case gets a step twice. Every subscription named is in `owners`.
void record_notices(
    pqxx::transaction_base& in,
    std::span<const due_notice> notices,
    const subscription_owners& owners
);
// The locks of all organizations named are held: ids drawn now are in the order of commits.
void fill_outbox(pqxx::transaction_base& in, const restated& what);

}  // namespace billhook
