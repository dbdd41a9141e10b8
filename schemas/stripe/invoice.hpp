#pragma once

#include "schemas/json/value.hpp"
#include "schemas/stripe/event_type.hpp"
#include "schemas/stripe/facts.hpp"
#include "schemas/stripe/field_reader.hpp"

namespace billhook::stripe {

// The typed content of an invoice hash of any API version. Faults are noted at `in`.
//
// A body from before 2018-11 has no status. It is, first that fits: `paid` by its flag;
// `uncollectible` if forgiven; what the event's type implies; `uncollectible` if closed (nobody
// collects any more, yet it may be opened again, so not `void`); else `open`.
[[nodiscard]] invoice_state invoice_state_of(
    json::value object,
    const event_type& type,
    field_reader& in
);

// Where the invoice names its subscription: of the two fields in which the versions of the API keep
// it the newer (bodies with both exist). Absent if nowhere. Its lines are not asked: a one-off
// invoice may bill for a subscription that it does not belong to.
[[nodiscard]] json::value subscription_named_by(json::value object);

// What `previous_attributes` says of those fields; unreadable values count as not named. Without a
// status the old flags tell it: paid before is `paid`, forgiven or closed before `uncollectible`;
// not paid, not forgiven or not closed before is `open` (a draft cannot be told from it). What
// would be the same as now is not named.
[[nodiscard]] invoice_replaced invoice_replaced_by(
    json::value previous,
    const invoice_state& now,
    std::string_view account
);

}  // namespace billhook::stripe
