#include "tools/commands/bench_tenant.hpp"

#include "schemas/types/assert.hpp"

#include <fmt/format.h>
#include <utility>

namespace billhook {

namespace {

instant second(std::int64_t number, std::int64_t late) {
    return from_unix_seconds(1'700'000'000 + number * bench_tenant::seconds_between + late);
}

stripe::subscription_item seats(std::int64_t quantity) {
    stripe::subscription_item item;
    item.price = "price_seat";
    item.product = "prod_seat";
    item.lookup_key = "basic_monthly";
    item.quantity = quantity;
    return item;
}

template <class Fact>
void name_event(Fact& fact, const std::string& name, std::int64_t number, std::int64_t late) {
    fact.event = event_id{fmt::format("evt_{}_{}_{}", name, number, late)};
    fact.created = second(number, late);
    fact.api_version = "2026-09-30.endive";
}

template <class Fact>
received told(
    Fact fact,
    std::string type,
    std::string object,
    std::optional<customer_id> customer
) {
    stripe::event event;
    event.id = fact.event;
    event.type = std::move(type);
    event.object = std::move(object);
    event.customer = std::move(customer);
    event.created = fact.created;
    event.api_version = fact.api_version;
    event.livemode = false;
    event.said = std::move(fact);
    return {
        {"stripe.events", 0, 0},
        from_unix_seconds(1'800'000'000), endpoint_mode::test, event
    };
}

}  // namespace

std::string_view to_word(history_of what) {
    switch (what) {
        case history_of::seats:
            return "seats";
        case history_of::customer:
            return "customer";
        case history_of::invoices:
            return "invoices";
        case history_of::refusals:
            return "refusals";
        case history_of::subscriptions:
            return "subscriptions";
        case history_of::customers:
            return "customers";
    }
    return "";
}

bench_tenant::bench_tenant(history_of what, const std::string& name)
    : what_(what), name_(fmt::format("{}_{}", to_word(what), name)) {}

stripe::subscription_fact bench_tenant::subscription(
    const std::string& id,
    const customer_id& customer,
    instant at
) const {
    stripe::subscription_fact fact;
    fact.id = subscription_id{"sub_" + id};
    fact.within_second = stripe::place::first;
    fact.state.status = "active";
    fact.state.customer = customer;
    fact.state.organization = organization_id{"org_" + name_};
    fact.state.created = at;
    fact.state.latest_invoice = invoice_id{"in_" + name_};
    fact.state.items = {seats(1)};
    return fact;
}

stripe::invoice_fact bench_tenant::invoice(const std::string& id, instant at) const {
    stripe::invoice_fact fact;
    fact.id = invoice_id{"in_" + id};
    fact.state.customer = customer_id{"cus_" + name_};
    fact.state.subscription = subscription_id{"sub_" + name_};
    fact.state.billing_reason = "subscription_cycle";
    fact.state.created = at;
    return fact;
}

std::vector<received> bench_tenant::beginning() const {
    if (what_ == history_of::customers || what_ == history_of::subscriptions) {
        return {};
    }
    const customer_id customer{"cus_" + name_};
    auto subscribed = subscription(name_, customer, second(-2, 0));
    name_event(subscribed, name_, -2, 0);
    std::vector<received> all{
        told(subscribed, "customer.subscription.created", subscribed.id.text(), customer)};
    if (what_ == history_of::refusals) {
        auto failed = invoice(name_, second(-1, 0));
        name_event(failed, name_, -1, 0);
        failed.state.status = "open";
        failed.says = stripe::evidence::payment_failed;
        all.push_back(told(failed, "invoice.payment_failed", failed.id.text(), customer));
    }
    return all;
}

received bench_tenant::next(std::int64_t number, std::int64_t late) const {
    const customer_id customer{"cus_" + name_};
    const auto own = fmt::format("{}_{}_{}", name_, number, late);
    switch (what_) {
        case history_of::seats: {
            auto fact = subscription(name_, customer, second(-2, 0));
            name_event(fact, name_, number, late);
            fact.within_second = stripe::place::middle;
            fact.state.items = {seats(1 + number % 97)};
            fact.replaced.items = {seats(1 + (number - 1) % 97)};
            return told(fact, "customer.subscription.updated", fact.id.text(), customer);
        }
        case history_of::customer: {
            stripe::customer_fact fact;
            fact.id = customer;
            name_event(fact, name_, number, late);
            fact.state.created = second(-2, 0);
            return told(fact, "customer.updated", customer.text(), customer);
        }
        case history_of::invoices: {
            auto fact = invoice(own, second(number, late));
            name_event(fact, name_, number, late);
            fact.state.status = "paid";
            return told(fact, "invoice.paid", fact.id.text(), customer);
        }
        case history_of::refusals: {
            stripe::decline_fact fact;
            fact.customer = customer;
            name_event(fact, name_, number, late);
            fact.code = "insufficient_funds";
            return told(fact, "charge.failed", "ch_" + own, customer);
        }
        case history_of::subscriptions: {
            auto fact = subscription(own, customer, second(number, late));
            name_event(fact, name_, number, late);
            return told(fact, "customer.subscription.created", fact.id.text(), customer);
        }
        case history_of::customers: {
            const customer_id another{"cus_" + own};
            auto fact = subscription(own, another, second(number, late));
            name_event(fact, name_, number, late);
            return told(fact, "customer.subscription.created", fact.id.text(), another);
        }
    }
    BILLHOOK_ASSERT(false && "a kind of history");
    return {};
}

}  // namespace billhook
