#include "schemas/stripe/decline.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace billhook::stripe {

namespace {

constexpr std::array hard_codes = std::to_array<std::string_view>(
    {"authentication_required",
     "highest_risk_level",
     "incorrect_number",
     "lost_card",
     "pickup_card",
     "revocation_of_all_authorizations",
     "revocation_of_authorization",
     "stolen_card",
     "transaction_not_allowed"}
);

}  // namespace

bool is_hard(const decline_fact& fact) {
    return std::ranges::find(hard_codes, fact.code) != hard_codes.end();
}

void read_decline(decline_fact& fact, json::value object, field_reader& in) {
    fact.invoice = in.reference<invoice_id>(object.find("invoice"));
    // The issuer's word before the network's, that before Stripe's own: "lost_card" tells more than
    // "card_declined". But a hard word is one wherever it stands.
    const json::value error = object.find("last_payment_error");
    for (const auto word :
         {error.find("decline_code"),
          at_path(object, {"outcome", "reason"}),
          object.find("failure_code"),
          error.find("code")}) {
        const auto code = in.text(word);
        if (!code || code->empty()) {
            continue;
        }
        if (fact.code.empty()) {
            fact.code = *code;
        }
        if (std::ranges::find(hard_codes, *code) != hard_codes.end()) {
            fact.code = *code;
            return;
        }
    }
}

}  // namespace billhook::stripe
