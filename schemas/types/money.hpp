#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace billhook {

// An amount in the currency's minor unit (cents; whole yen), as Stripe sends it. `currency` is the
// lower-case ISO 4217 code. Amounts may be negative (credits).
struct money {
    std::int64_t amount_minor = 0;
    std::string currency;

    friend auto operator<=>(const money&, const money&) = default;
};

}  // namespace billhook
