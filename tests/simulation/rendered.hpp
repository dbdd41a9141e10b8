#pragma once

#include "schemas/messages/record.hpp"
#include "worker/domain/objects.hpp"

namespace billhook::simulation {

// The record that says what a life's event says: Stripe's JSON of it as the gateway publishes it,
// or a mapping record. Asserts on refused charges and on types that Billhook does not use.
[[nodiscard]] record rendered(const received& what);

}  // namespace billhook::simulation
