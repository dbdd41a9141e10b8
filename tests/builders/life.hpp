#pragma once

#include "schemas/plans/read_plans.hpp"
#include "worker/domain/objects.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

// A notation for lives of organizations, read by people first. Times are "d30 01:00": day 30 after
// T0. An event is one line: its name, its time, the object, the type, then what the object carries.
//   f1 d30 00:00 sub_1 updated period:0-30->30-60 latest:in_1->in_2
// `field:a->b` replaces a by b and says so in previous_attributes; `field=b` only carries b; what
// is not named stays as in the object's line before. A word alone is a status. `version=` brings a
// subscription to the shape of that version of Stripe's API; without one it has that of the newest.
namespace billhook::builders {

struct life_event {
    std::string name;  // "f1"; the event id is "evt_f1" unless `id=` says otherwise
    instant created{};
    received what;
};

// T0 is 2026-01-01T00:00:00Z.
[[nodiscard]] instant day(std::string_view text);

// A subscription's `assumed` is a reading that says so of itself, with an `id=rec_...`.
//
// Objects: sub_N, in_N, cus_N, cs_N (Checkout session), sched_N (subscription schedule), ch_N (a
// refused charge), map (a mapping record), grant and revoke (`of=` the name of the grant's line).
// Aborts on a line that it cannot read: a life is part of a test.
[[nodiscard]] std::vector<life_event> life(std::string_view lines);

// The example of a plans file: basic, and enterprise above it with a grace of 30 days.
[[nodiscard]] plans_text example_plans_text();
[[nodiscard]] catalogue example_plans();

}  // namespace billhook::builders
