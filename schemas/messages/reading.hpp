#pragma once

#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"

#include <string>
#include <string_view>

namespace billhook {

// What Stripe's API showed of an object, in the shape of an event: the body of a record with
// `source=reconcile`, so that it enters the fold by the one door that all facts use.
//   {"id":"rec_...","object":"event","api_version":"2026-09-30.endive","created":1790000000,
//    "livemode":false,"type":"customer.subscription.updated","data":{"object":{...}}}
// * `created` is never our clock's: it is Stripe's `Date` of the reply, less the seconds the call
//   took, so that no event of a later state can lie before it; or, for what the object itself dates
//   (ended_at, paid_at, ...), that instant.
// * The id is a function of object, type and `created`: publishing the same again is a duplicate.
// * There are no `previous_attributes`, so in its second the fact follows no other; an event that
//   replaced what it shows follows it. In any earlier second it loses, to any later one it loses,
//   and a terminal fact stands before it: it settles what Stripe left open, and overrules nothing.
// * `"assumed":true`, only of a subscription: that it was active from the second in which the
//   invoice it names was written off. No object of Stripe's tells. It counts as long as no failure
//   of that invoice is held from within a minute of it (worker/README.md, "The fold").
struct reading {
    std::string_view type;         // "invoice.updated"
    std::string_view object_id;    // as Stripe has it
    std::string_view object;       // its JSON
    std::string_view api_version;  // in which it was asked for
    instant created{};             // a whole second
    bool livemode = false;
    bool assumed = false;
};

// "rec_" and 24 hex digits of SHA-256 over object id, a NUL, the type, a NUL, and the second.
[[nodiscard]] event_id reading_id(const reading& what);
[[nodiscard]] bool is_reading(const event_id& id);
[[nodiscard]] std::string to_json(const reading& what);

}  // namespace billhook
