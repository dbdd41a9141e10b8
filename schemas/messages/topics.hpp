#pragma once

namespace billhook::topics {

inline constexpr const char* stripe_events = "stripe.events";
inline constexpr const char* billing_changes = "billing.changes";
inline constexpr const char* billing_notices = "billing.notices";

}  // namespace billhook::topics
