#pragma once

#include "schemas/io/stripe_api/client.hpp"
#include "schemas/types/secret.hpp"
#include "tools/selling/steps.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

namespace billhook::selling {

enum class apply_end : std::uint8_t {
    done,
    refused,      // by Stripe
    unheard,      // Stripe's answer is not what was asked for
    secret_lost,  // the endpoint is made, and nobody kept its secret
};

struct applied {
    apply_end end = apply_end::done;
    std::size_t steps = 0;                 // that were done, and stay
    std::optional<step> at{};              // where it ended, if not `done`
    std::optional<stripe::refusal> why{};  // of `refused`
};

// Does one step after another, each planned anew from what Stripe answered to the one before, until
// nothing is left; `shown` is what there is then. `keep` is given the endpoint's secret once, and
// says whether it has it. Blocks; throws stripe::failure: then what was done stays, and the same
// again goes on.
[[nodiscard]] applied apply(
    stripe::client& to,
    const wanted_account& wanted,
    account_shown& shown,
    const std::function<bool(const secret&)>& keep
);

}  // namespace billhook::selling
