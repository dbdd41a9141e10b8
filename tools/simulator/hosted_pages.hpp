#pragma once

#include "tools/simulator/selling_api.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace billhook::simulator {

// What a payer's browser sees of the simulated Stripe, below /_stripe/: the customer portal, hosted
// Checkout and hosted invoices; `stripe.js`, a stand-in for Stripe's script, and `confirm`, which
// it calls; and an overview of all that was sold, where its owner lets a period end. Any thread.
class hosted_pages {
public:
    explicit hosted_pages(selling_api& of) : of_(of) {}

    // Nothing: the path is none of theirs.
    [[nodiscard]] std::optional<api_answer> answer(const api_call& call);

private:
    [[nodiscard]] api_answer overview(const api_call& call);
    [[nodiscard]] api_answer portal(const api_call& call, const std::string& id);
    [[nodiscard]] api_answer checkout(const api_call& call, const std::string& id);
    [[nodiscard]] api_answer bill(const api_call& call, const std::string& id);
    [[nodiscard]] api_answer confirm(const api_call& call);
    [[nodiscard]] std::optional<sold_subscription> billed_by(const std::string& invoice) const;

    selling_api& of_;
};

// The text of stripe_stand_in.js.
[[nodiscard]] std::string_view stripe_stand_in();

}  // namespace billhook::simulator
