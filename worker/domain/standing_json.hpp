#pragma once

#include "schemas/json/writer.hpp"
#include "worker/domain/standings.hpp"

#include <cstdint>
#include <string>

// A standing as applications see it: a member for each column of billing.organization_access, by
// its name there, but `name` and `deleted_at`, of which no standing knows. The organization is
// `organization_id`; Stripe's objects are `stripe_customer_id` and `stripe_subscription_id`, as
// Stripe calls them, without the account.
namespace billhook {

// Appends it as one object.
void add_standing(json::writer& to, const standing& one);

// The value of a record of billing.changes, whose key is the organization: `version`, and the
// standing. The version rises per organization, has gaps. The relay may say one twice: consumers
// keep the highest.
[[nodiscard]] std::string change_json(const standing& now, std::int64_t version);

}  // namespace billhook
