#pragma once

#include "schemas/types/secret.hpp"
#include "tools/simulator/courier.hpp"

#include <map>
#include <optional>
#include <string>

namespace billhook {

// Where signed events are posted, and the secret that signs them.
struct webhook_target {
    simulator::webhook_url url;
    secret key;
};

// From --url and --secret, where they are empty from BILLHOOK_WEBHOOK_URL and (its first)
// STRIPE_WEBHOOK_SECRET. Says on standard error what is missing; nothing then.
[[nodiscard]] std::optional<webhook_target> target_or_problem(
    const std::string& url,
    const std::string& key,
    const std::map<std::string, std::string>& environment
);

// "12 not accepted: 3 answered 400, 9 not answered".
[[nodiscard]] std::string refused_text(const simulator::delivered& of);

}  // namespace billhook
