#include "tools/simulator/selling_api.hpp"

#include <algorithm>
#include <fmt/format.h>

// What its owner and its payers do at the simulated Stripe, and what there is, for counting.
namespace billhook::simulator {

void selling_api::delete_customer(const std::string& id) {
    const std::lock_guard lock(guard_);
    for (auto& each : customers_) {
        each.deleted = each.deleted || each.id == id;
    }
    tell_news();
}

void selling_api::open_invoice(const std::string& customer, const std::string& hosted_invoice_url) {
    const std::lock_guard lock(guard_);
    invoices_.push_back(
        {fmt::format("in_sold{}", invoices_.size() + 1), customer, hosted_invoice_url}
    );
}

bool selling_api::confirm(const std::string& subscription) {
    const std::lock_guard lock(guard_);
    const bool done = shop_.confirm(subscription);
    tell_news();
    return done;
}

bool selling_api::renew(const std::string& subscription, bool pays) {
    const std::lock_guard lock(guard_);
    const bool done = shop_.renew(subscription, pays);
    tell_news();
    return done;
}

void selling_api::cancel_at_end(const std::string& subscription, bool so) {
    const std::lock_guard lock(guard_);
    shop_.cancel_at_end(subscription, so);
    tell_news();
}

std::string selling_api::change_card(const std::string& customer) {
    const std::lock_guard lock(guard_);
    auto* const who = living(customer);
    if (who == nullptr) {
        return "";
    }
    who->payment_method = shop_.give_card(customer);
    tell_news();
    return who->payment_method;
}

std::string selling_api::charged(const std::string& subscription) const {
    const std::lock_guard lock(guard_);
    for (const auto& each : shop_.subscriptions()) {
        if (each.is.id != subscription) {
            continue;
        }
        const auto who = std::ranges::find(customers_, each.is.customer, &customer::id);
        return !each.card.empty() || who == customers_.end() ? each.card : who->payment_method;
    }
    return "";
}

void selling_api::end(const std::string& subscription) {
    const std::lock_guard lock(guard_);
    shop_.end(subscription);
    tell_news();
}

void selling_api::decline(bool so) {
    const std::lock_guard lock(guard_);
    shop_.decline(so);
}

void selling_api::pause(const std::string& subscription) {
    const std::lock_guard lock(guard_);
    shop_.pause(subscription);
    tell_news();
}

std::vector<sold_schedule> selling_api::schedules() const {
    const std::lock_guard lock(guard_);
    return shop_.schedules();
}

bool selling_api::complete(const std::string& session) {
    const std::lock_guard lock(guard_);
    const bool done = shop_.complete(session);
    tell_news();
    return done;
}

std::vector<sold_session> selling_api::sessions() const {
    const std::lock_guard lock(guard_);
    return shop_.sessions();
}

std::vector<sold_subscription> selling_api::subscriptions() const {
    const std::lock_guard lock(guard_);
    return shop_.subscriptions();
}

std::vector<customer> selling_api::customers() const {
    const std::lock_guard lock(guard_);
    return customers_;
}

std::size_t selling_api::portal_sessions() const {
    const std::lock_guard lock(guard_);
    return portals_.size();
}

std::optional<portal_session> selling_api::portal(const std::string& id) const {
    const std::lock_guard lock(guard_);
    for (std::size_t at = 0; at < portals_.size(); ++at) {
        if (id == fmt::format("bps_{}", at + 1)) {
            return portals_[at];
        }
    }
    return std::nullopt;
}

std::size_t selling_api::executed() const {
    const std::lock_guard lock(guard_);
    return executed_;
}

}  // namespace billhook::simulator
