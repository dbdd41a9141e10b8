#pragma once

#include "worker/domain/objects.hpp"

#include <span>

namespace billhook {

// What `fold` will need to know for these records.
[[nodiscard]] object_keys keys_of(std::span<const received> events);

// Joins the records into what is known. Pure: no clock, no plans, no order: any cutting, order or
// repetition of the same records ends in the same rows (tests/README.md, "I4"), but for the
// journal's arrival columns. `before` must hold everything that `keys_of(events)` names, and
// what needs.hpp asks besides. Never throws, whatever Stripe sends.
[[nodiscard]] changes fold(const known& before, std::span<const received> events);

}  // namespace billhook
