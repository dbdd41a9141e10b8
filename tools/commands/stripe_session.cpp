#include "tools/commands/stripe_session.hpp"

#include "tools/commands/printing.hpp"

namespace billhook {

std::optional<stripe::client_settings> stripe_client_or_problem(
    const settings& told,
    bool livemode
) {
    const auto mode = stripe::livemode_of(told.stripe.secret_key);
    if (mode && *mode != livemode) {
        warn(
            "stripe.secret_key: is of {} mode, and the projection takes {} mode; give the other "
            "key\n",
            *mode ? "live" : "test",
            livemode ? "live" : "test"
        );
        return std::nullopt;
    }
    stripe::client_settings settings;
    settings.base = told.stripe.api_base;
    settings.key = told.stripe.secret_key;
    return settings;
}

void troubles::add(const stripe::trouble& what) {
    (what.status == 429 ? rate_limited : others) += 1;
    warn(
        "Stripe: {}{}{}; trying again in {} ms\n",
        what.status == 0 ? "" : std::to_string(what.status),
        what.status == 0 || what.why.empty() ? "" : " ",
        what.why,
        what.pause.count()
    );
}

exit_code complain_of_refusal(const std::string& text, int status) {
    warn(
        "Stripe refused: {}{}\n",
        text,
        status == 401   ? "; see stripe.secret_key (STRIPE_SECRET_KEY)"
        : status == 403 ? "; the key needs to read events, customers, subscriptions, invoices and "
                          "Checkout sessions"
                        : ""
    );
    return exit_code::refused;
}

exit_code complain_of_failure(const stripe::failure& failed) {
    warn("{}\n", failed.what());
    return failed.retryable ? exit_code::unreachable : exit_code::refused;
}

}  // namespace billhook
