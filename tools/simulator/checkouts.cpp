#include "tools/simulator/account.hpp"

// Checkout sessions: completed, or left alone until they expire.
namespace billhook::simulator {

void account::complete_checkout(const std::string& subscription, const std::string& reference) {
    begin_act();
    const auto& made = subscriptions_.at(subscription);
    const checkout_session session{
        .id = fresh("cs"),
        .customer = made.customer,
        .subscription = made.id,
        .invoice = made.latest_invoice,
        .client_reference = reference,
        .payment_status = made.status == "incomplete" ? "unpaid" : "paid",
        .created = now_,
        .metadata = {}};
    sessions_[session.id] = session;
    tell("checkout.session.completed", session);
}

void account::leave_checkout(
    const std::string& customer,
    const std::string& reference,
    std::chrono::seconds lasting
) {
    begin_act();
    const checkout_session session{
        .id = fresh("cs"),
        .customer = customer,
        .subscription = {},
        .invoice = {},
        .client_reference = reference,
        .status = "open",
        .payment_status = "unpaid",
        .created = now_,
        .metadata = {}};
    sessions_[session.id] = session;
    at_time(now_ + lasting, [this, id = session.id] {
        auto& left = sessions_.at(id);
        left.status = "expired";
        tell("checkout.session.expired", left);
    });
}

}  // namespace billhook::simulator
