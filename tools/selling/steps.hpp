#pragma once

#include "schemas/io/stripe_api/client.hpp"
#include "tools/selling/account.hpp"
#include "tools/selling/wanted.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What has to be done at Stripe, and what an operator should know of. Pure.
namespace billhook::selling {

enum class step_kind : std::uint8_t { product, price, portal, endpoint };
[[nodiscard]] std::string_view to_word(step_kind what);

struct step {
    step_kind about = step_kind::product;
    std::string name{};   // of what it is: "pro", "pro_monthly", an URL
    std::string words{};  // what is done: "made: 79.00 usd by the month"
    std::string path{};
    stripe::parameters form{};  // empty: what comes before has to be done first
    bool gives_secret = false;  // its answer alone has the endpoint's secret

    friend bool operator==(const step&, const step&) = default;
};

struct steps_planned {
    std::vector<step> steps;         // in their order
    std::vector<std::string> notes;  // what differs and is left alone, a sentence each
};

// From what the account shows to what is wanted; none if nothing is to do. An amount is never
// changed: a new price takes the lookup key over, and the former one, if it was made here, is sold
// no more; who pays it goes on paying it, and the fold remembers by which key it was sold. Of what
// somebody else made nothing is renamed, ended or deleted. An endpoint keeps the version of its
// making, so another version is another endpoint.
[[nodiscard]] steps_planned steps_to(const wanted_account& wanted, const account_shown& shown);

// The portal's configuration that `apply` made, and the endpoint that is as wanted; nothing before.
[[nodiscard]] std::optional<std::string> portal_of(const account_shown& shown);
[[nodiscard]] std::optional<std::string> endpoint_of(
    const wanted_account& wanted,
    const account_shown& shown
);

}  // namespace billhook::selling
