#pragma once

#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace billhook {

// The value of a record of billing.changes: the columns of billing.organization_access, by their
// names. The key is the organization.
struct change {
    organization_id organization;
    // Rises per organization, has gaps. The relay may say one twice: consumers keep the highest.
    std::int64_t version = 0;
    std::optional<std::string> plan;
    std::string subscription_status;
    std::string access;
    std::string reason;
    bool in_dunning = false;
    std::optional<instant> grace_until;
    std::optional<instant> restricted_until;
    std::optional<instant> next_change_at;
    bool stale = false;
    std::string features = "{}";  // a JSON object; null: unlimited
    std::optional<customer_id> customer;
    std::optional<subscription_id> subscription;
    instant as_of{};
};

// {"organization_id":...,"version":...,"plan":...,"subscription_status":...,"access":...,
//  "reason":...,"in_dunning":...,"grace_until":...,"restricted_until":...,"next_change_at":...,
//  "stale":...,"features":{...},"stripe_customer_id":...,"stripe_subscription_id":...,"as_of":...}
[[nodiscard]] std::string to_json(const change& what);

}  // namespace billhook
