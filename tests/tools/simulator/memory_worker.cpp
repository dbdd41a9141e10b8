#include "tests/tools/simulator/memory_worker.hpp"

#include "schemas/stripe/event.hpp"
#include "worker/domain/assess.hpp"
#include "worker/domain/fold.hpp"
#include "worker/domain/unheard.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace billhook::simulator {

namespace {

// Is the organization known to the fold, and this customer as its?
bool has(const organization_facts& known, const std::string& customer) {
    return !is_unheard_of(known) &&
           (customer.empty() || std::ranges::any_of(known.customers, [&](const auto& each) {
                return each.id.text() == customer;
            }));
}

std::optional<waiting_change> waiting_in(const std::optional<billhook::pending_change>& shown) {
    if (!shown) {
        return std::nullopt;
    }
    return waiting_change{shown->plan.value_or(""), shown->quantity, shown->at, shown->until};
}

}  // namespace

void memory_worker::fold(std::span<const received> batch) {
    const auto keys = keys_of(batch);
    projection.make_customers(keys);
    projection.store(billhook::fold(projection.load(keys), batch));
}

void memory_worker::fold(std::span<const planned_delivery> plan) {
    std::vector<received> batch;
    for (const auto& next : plan) {
        auto parsed = stripe::parse_event(*next.body);
        REQUIRE(parsed.has_value());
        received made;
        made.at = {"stripe.events", 0, offset_++};
        made.received_at = now_;
        made.what = std::move(*parsed);
        batch.push_back(std::move(made));
        if (batch.size() == 100) {
            fold(batch);
            batch.clear();
        }
    }
    fold(batch);
}

void memory_worker::sweep(const std::vector<organization_life>& lives) {
    std::vector<received> records;
    for (const auto& life : lives) {
        if (!life.row || has(projection.load(life.organization), life.row->stripe_customer)) {
            continue;
        }
        mapping what;
        what.id = event_id("map_" + life.organization.text());
        what.organization = life.organization;
        if (!life.row->stripe_customer.empty()) {
            what.customer = customer_id(life.row->stripe_customer);
        }
        what.organization_created = life.row->created_at;
        what.created = now_;
        received made;
        made.at = {"stripe.events", 1, static_cast<std::int64_t>(records.size())};
        made.received_at = now_;
        made.what = what;
        records.push_back(std::move(made));
    }
    fold(records);
}

std::vector<delivery> memory_worker::publish(std::span<const message> messages) {
    for (const message& each : messages) {
        auto parsed = stripe::parse_event(each.value);
        REQUIRE(parsed.has_value());
        received made;
        made.at = {each.topic, 2, offset_++};
        made.received_at = now_;
        made.what = std::move(*parsed);
        fold(std::span(&made, 1));
        published.push_back(each);
    }
    return std::vector<delivery>(messages.size(), delivery::persisted);
}

shown_answers memory_worker::answers(
    const std::vector<organization_life>& lives,
    const catalogue& plans,
    instant at
) const {
    shown_answers shown;
    for (const auto& life : lives) {
        const auto is = assess(projection.load(life.organization), plans, at);
        shown[life.organization] = {
            {is.plan.value_or(""),
             is.subscription_status,
             std::string(to_word(is.access)),
             std::string(to_word(is.why)),
             !is.unlisted_prices.empty(),
             is.quantity,
             {is.renewal.interval,
              is.renewal.interval_count,
              is.renewal.currency,
              is.renewal.amount,
              is.renewal.renews_at,
              is.renewal.cancels_at,
              is.renewal.trial_ends_at},
             waiting_in(is.pending)},
            at
        };
    }
    return shown;
}

}  // namespace billhook::simulator
