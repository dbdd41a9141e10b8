#include "schemas/types/assert.hpp"
#include "tools/simulator/calendar.hpp"
#include "tools/simulator/lives.hpp"

#include <algorithm>
#include <utility>

// What the scripts of lives have in common.
namespace billhook::simulator {

using namespace std::chrono_literals;
using std::chrono::days;

namespace {

// What it is sold by, where the catalogue says so.
price named_by(const price_lists& lists, price made) {
    made.id = lists.prices.empty() ? made.id : *lists.prices.begin();
    made.product = lists.products.empty() ? made.product : *lists.products.begin();
    made.lookup_key = lists.lookup_keys.empty() ? made.lookup_key : *lists.lookup_keys.begin();
    return made;
}

}  // namespace

std::chrono::seconds stage::span(std::chrono::seconds low, std::chrono::seconds high) {
    return std::chrono::seconds{random.between(low.count(), std::max(low, high).count())};
}

instant stage::before_end(std::chrono::seconds low, std::chrono::seconds high) {
    return end() - span(low, high);
}

price stage::price_of(std::size_t index, int months) const {
    const auto& of = plans.plans[index];
    price made;
    const std::string term = months % 12 == 0 ? "yearly" : "";
    made.id = of.prices.empty() ? "price_1" + settings.prefix + of.key + term : *of.prices.begin();
    made.product = of.products.empty() ? "prod_1" + settings.prefix + of.key : *of.products.begin();
    made.lookup_key = of.lookup_keys.empty() ? "" : *of.lookup_keys.begin();
    for (const auto& key : of.lookup_keys) {
        made.lookup_key = !term.empty() && key.ends_with(term) ? key : made.lookup_key;
    }
    made.name = of.name;
    made.months = months;
    made.amount_minor = (2900 + 7000 * static_cast<std::int64_t>(index)) * months;
    made.plan = index;
    return made;
}

price stage::addon_price() const {
    price made{"price_1addon", "prod_1addon", "", "Extra storage", 900, std::nullopt};
    if (!plans.addons.empty()) {
        made = named_by(plans.addons.front(), std::move(made));
        made.addon = true;
    }
    return made;
}

price stage::unlisted_price() const {
    return {"price_1contract", "prod_1contract", "", "Own contract", 4900, std::nullopt};
}

void stage::use_versions(const std::string& from, bool older) {
    std::erase_if(stripe_settings.api_versions, [&](const std::string& version) {
        return (version < from) != older;
    });
    if (stripe_settings.api_versions.empty()) {
        stripe_settings.api_versions = {older ? "2024-06-20" : from};
    }
}

std::size_t stage::any_plan() {
    return static_cast<std::size_t>(
        random.between(0, static_cast<std::int64_t>(plans.plans.size()) - 1)
    );
}

patience_with stage::policy(std::size_t plan) const {
    return rules_of(plans, life.organization, &plans.plans[plan]);
}

instant stage::start_before(instant boundary) {
    const auto first = months_after(end(), -settings.months);
    std::vector<instant> starts;
    for (int count = 1; count <= 12; ++count) {
        const auto start = months_after(boundary, -count);
        // The 31st does not come back to itself over a shorter month.
        const bool returns = months_after(start, count) == boundary;
        if (returns && (starts.empty() || start >= first)) {
            starts.push_back(start);
        }
    }
    return random.one_of(starts);
}

void stage::open(instant when) {
    life.stripe = std::make_unique<account>(stripe_settings, when);
    if (unheard) {
        life.from_before = true;
        stripe().lose("");
    }
    metadata pairs{
        {"signup", "self_service"}
    };
    if (how == mapped_by::customer) {
        pairs["organization_id"] = life.organization.text();
    }
    customer = stripe().create_customer(pairs);
}

std::string stage::subscribe(instant when, subscribe_options options, card kind) {
    stripe().advance_to(when);
    if (kind != card::none) {
        stripe().set_card(customer, kind);
    }
    if (how == mapped_by::subscription) {
        options.metadata["organization_id"] = life.organization.text();
    }
    options.flexible = flexible.value_or(random.chance(0.5));
    options.shows_end_state = options.trial == 0s && random.chance(0.3);
    const auto made = stripe().subscribe(customer, options);
    if (how == mapped_by::checkout) {
        stripe().complete_checkout(
            made, bought_for.empty() ? life.organization.text() : bought_for
        );
    }
    return made;
}

std::string stage::join(instant when, subscribe_options options) {
    if (!life.stripe) {
        open(when - (random.chance(0.5) ? 0s : span(1min, 6h)));
    }
    return subscribe(when, std::move(options), card::good);
}

std::string stage::join(instant when, const price& sold) {
    subscribe_options options;
    options.price = sold;
    return join(when, std::move(options));
}

std::string stage::join(instant when, std::size_t plan) {
    return join(when, price_of(plan));
}

std::string stage::pay_on(std::size_t plan, std::chrono::seconds quiet) {
    return join(start_before(before_end(quiet, days{26})), plan);
}

std::string stage::fail_for(std::size_t plan, std::chrono::seconds age, card kind) {
    const auto boundary = end() - age - stripe_settings.collect_after;
    const auto made = join(start_before(boundary), plan);
    stripe().advance_to(std::max(stripe().now(), boundary - span(1h, 20h)));
    stripe().set_card(customer, kind);
    return made;
}

void stage::keep_after_dunning() {
    stripe_settings.at_end = random.chance(0.5) ? dunning_end::unpaid : dunning_end::past_due;
    stripe_settings.write_off = random.chance(0.3);
}

void stage::pay_latest(const std::string& subscription) {
    stripe().set_card(customer, card::good);
    stripe().pay(stripe().at(subscription).latest_invoice);
}

void stage::need_customer_mapping() {
    if (how == mapped_by::subscription || how == mapped_by::checkout) {
        how = mapped_by::customer;
    }
}

}  // namespace billhook::simulator
