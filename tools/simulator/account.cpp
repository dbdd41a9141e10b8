#include "tools/simulator/account.hpp"

#include "schemas/types/assert.hpp"

#include <algorithm>
#include <utility>

namespace billhook::simulator {

account::account(account_settings settings, instant start)
    : settings_(std::move(settings)),
      ids_(settings_.prefix, settings_.seed),
      teller_(settings_, ids_),
      now_(start) {
    BILLHOOK_ASSERT(!settings_.api_versions.empty());
}

void account::advance_to(instant when) {
    while (!due_.empty() && due_.begin()->first <= when) {
        const auto [at, what] = std::move(*due_.begin());
        due_.erase(due_.begin());
        now_ = std::max(now_, at);
        request_.clear();
        what();
    }
    now_ = std::max(now_, when);
}

void account::at_time(instant when, std::function<void()> what) {
    due_.emplace(std::max(when, now_), std::move(what));
}

told_record account::read() const {
    auto shown = told();
    shown.customers = customers_;
    shown.schedules = schedules_;
    for (const auto& [id, what] : invoices_) {
        shown.invoices[id].last = what;
    }
    for (const auto& [id, what] : subscriptions_) {
        auto& read = shown.subscriptions[id];
        read.last = what;
        read.deleted = what.status == "canceled";
        read.history.push_back({now_, what.status, what.latest_invoice, what.pause_reason});
    }
    return shown;
}

std::string account::create_customer(const metadata& pairs) {
    begin_act();
    customer made;
    made.id = fresh("cus");
    made.created = now_;
    made.name = "Practice " + settings_.prefix;
    made.metadata = pairs;
    cards_[made.id] = card::none;
    tell("customer.created", customers_[made.id] = made);
    return made.id;
}

void account::rename_customer(const std::string& id, const std::string& name) {
    begin_act();
    auto& who = customers_.at(id);
    who.name = name;
    tell("customer.updated", who);
}

void account::set_card(const std::string& id, card kind) {
    begin_act();
    cards_.at(id) = kind;
    auto& who = customers_.at(id);
    who.payment_method = kind == card::none ? "" : fresh("pm");
    tell("customer.updated", who);
}

void account::set_delinquent(const std::string& id, bool delinquent) {
    auto& who = customers_.at(id);
    if (who.delinquent != delinquent) {
        who.delinquent = delinquent;
        tell("customer.updated", who);
    }
}

void account::delete_customer(const std::string& id) {
    begin_act();
    for (auto& [key, owned] : subscriptions_) {
        if (owned.customer == id && !owned.ended_at && owned.status != "incomplete_expired") {
            remove(owned, "cancellation_requested");
        }
    }
    auto& who = customers_.at(id);
    who.deleted = true;
    tell("customer.deleted", who);
}

}  // namespace billhook::simulator
