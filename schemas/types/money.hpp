#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace billhook {

// An amount in the currency's minor unit (cents; whole yen), as Stripe sends it. `currency` is the
// lower-case ISO 4217 code. Amounts may be negative (credits).
struct money {
    std::int64_t amount_minor = 0;
    std::string currency;

    friend auto operator<=>(const money&, const money&) = default;
};

// How many digits of an amount stand behind the point, as Stripe sends it: 0 (JPY), 3 (KWD), else
// 2. Also 2 for ISK and UGX, which Stripe sends in hundredths that are always 00.
[[nodiscard]] int minor_digits(std::string_view currency);

// Is it a decimal number of at most 15 digits before the point and 12 behind, the most that Stripe
// sends ("0.5", "-20", "2000")?
[[nodiscard]] bool is_decimal(std::string_view text);

// So many times a decimal number of minor units, in whole ones; half of one counts as one. Empty if
// that is too much for an amount. Requires a decimal number.
[[nodiscard]] std::optional<std::int64_t> times(std::string_view decimal, std::int64_t quantity);

// For people: "1,234.50 USD", "5,000 JPY", "-0.05 EUR".
[[nodiscard]] std::string to_text(const money& amount);

}  // namespace billhook
