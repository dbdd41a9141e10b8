#pragma once

#include "worker/domain/renewal.hpp"

#include <string>

namespace billhook {

// What the next period costs, for people: "49.00 EUR a month, next 2026-12-01 01:00 UTC",
// "5,000 JPY every 3 months, ends 2026-12-01 01:00 UTC". Empty where Stripe does not tell it. Pure.
[[nodiscard]] std::string price_in_words(const renewal_terms& terms);

}  // namespace billhook
