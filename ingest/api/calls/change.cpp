#include "ingest/api/calls/change.hpp"

namespace billhook::api {

namespace {

using http::problem;
using http::problem_code;

std::string string_of(const json::value& of) {
    return std::string(of.as_string().value_or(""));
}

// An id, expanded or not.
std::string id_of(const json::value& of) {
    return string_of(of.is_object() ? of.find("id") : of);
}

std::optional<instant> time_of(const json::value& of) {
    const auto seconds = of.as_int64();
    return seconds ? std::optional{from_unix_seconds(*seconds)} : std::nullopt;
}

std::optional<order_interval> interval_from(std::string_view word) {
    for (const auto each : {order_interval::month, order_interval::year}) {
        if (word == to_word(each)) {
            return each;
        }
    }
    return std::nullopt;
}

std::optional<std::size_t> plan_of(const sold_price& price, const catalogue& plans) {
    price_reference by;
    by.price = price.id;
    by.product = price.product;
    if (!price.lookup_key.empty()) {
        by.lookup_key = price.lookup_key;
    }
    return plans.listing_of(by).plan;
}

change_direction direction_of(int compared) {
    return compared == 0  ? change_direction::none
           : compared > 0 ? change_direction::upgrade
                          : change_direction::downgrade;
}

// Below 0: less; above: more.
int compare(const order& to, const subscribed& from, const catalogue& plans) {
    const auto sign = [](auto a, auto b) { return (a > b ? 1 : 0) - (a < b ? 1 : 0); };
    if (!from.plan) {
        return 1;
    }
    const auto before = plans.index_of(*from.plan);
    const auto after = plans.index_of(to.plan);
    if (before != after) {
        return sign(*after, before.value_or(0));
    }
    const auto& sold = from.sold();
    if (sold.price.interval != to_word(to.interval)) {
        return to.interval == order_interval::year ? 1 : -1;
    }
    return sold.price.licensed ? sign(to.quantity, sold.quantity) : 0;
}

void add_item(
    form_fields& into,
    const std::string& at,
    const sold_price& price,
    std::int64_t quantity
) {
    into.emplace_back(at + "[price]", price.id);
    if (price.licensed) {
        into.emplace_back(at + "[quantity]", std::to_string(quantity));
    }
}

void add_phase(form_fields& into, int phase, const subscribed& of, const subscribed::item& sold) {
    for (std::size_t at = 0; at < of.items.size(); ++at) {
        const auto& each = at == of.plan_item ? sold : of.items[at];
        add_item(
            into,
            "phases[" + std::to_string(phase) + "][items][" + std::to_string(at) + "]",
            each.price,
            each.quantity
        );
    }
}

}  // namespace

std::string_view to_word(change_time what) {
    switch (what) {
        case change_time::now:
            return "now";
        case change_time::period_end:
            return "period_end";
    }
    return {};
}

std::optional<change_time> change_time_from(std::string_view word) {
    for (const auto each : {change_time::now, change_time::period_end}) {
        if (word == to_word(each)) {
            return each;
        }
    }
    return std::nullopt;
}

std::string_view to_word(change_direction what) {
    switch (what) {
        case change_direction::none:
            return "none";
        case change_direction::upgrade:
            return "upgrade";
        case change_direction::downgrade:
            return "downgrade";
    }
    return {};
}

result<change_order, problem> change_from(const json::value& body, const catalogue& plans) {
    const auto plan = body.find("plan");
    const auto interval = body.find("interval");
    const auto quantity = body.find("quantity");
    const auto when = body.find("when");
    change_order asked;
    if (const auto text = plan.as_string()) {
        asked.plan = std::string(*text);
    }
    asked.interval = interval_from(interval.as_string().value_or(""));
    asked.quantity = quantity.as_int64();
    asked.when = change_time_from(when.as_string().value_or(""));
    const auto is_said = [](const json::value& of, bool understood) {
        return of.is_nothing() != understood;
    };
    const bool well_typed =
        is_said(plan, asked.plan.has_value()) && is_said(interval, asked.interval.has_value()) &&
        is_said(quantity, asked.quantity.has_value()) && is_said(when, asked.when.has_value());
    const bool says_something = asked.plan || asked.interval || asked.quantity;
    const auto seats = asked.quantity.value_or(1);
    if (!well_typed || !says_something || seats < 1 || seats > most_seats) {
        return problem{problem_code::malformed_body};
    }
    if (asked.plan && plans.find(*asked.plan) == nullptr) {
        return problem{problem_code::unknown_plan};
    }
    return asked;
}

std::optional<instant> subscribed::ends_at() const {
    return cancel_at ? cancel_at : cancels_at_period_end ? period_end : std::nullopt;
}

std::optional<subscribed> subscribed_from(const json::value& shown, const catalogue& plans) {
    subscribed found;
    found.id = string_of(shown.find("id"));
    found.status = string_of(shown.find("status"));
    found.schedule = id_of(shown.find("schedule"));
    found.period_end = time_of(shown.find("current_period_end"));
    found.trial_end = time_of(shown.find("trial_end"));
    found.cancel_at = time_of(shown.find("cancel_at"));
    found.cancels_at_period_end = shown.find("cancel_at_period_end").as_bool().value_or(false);
    std::vector<std::optional<instant>> ends;
    for (const json::value each : shown.find("items").find("data").items()) {
        auto price = sold_price_from(each.find("price"));
        if (price) {
            const auto quantity = each.find("quantity").as_int64().value_or(1);
            found.items.push_back({string_of(each.find("id")), *std::move(price), quantity});
            ends.push_back(time_of(each.find("current_period_end")));
        }
    }
    if (found.id.empty() || found.items.empty()) {
        return std::nullopt;
    }
    for (std::size_t at = 0; at < found.items.size() && !found.plan; ++at) {
        if (const auto plan = plan_of(found.items[at].price, plans)) {
            found.plan = plans.plans[*plan].key;
            found.plan_item = at;
        }
    }
    if (ends[found.plan_item]) {
        found.period_end = ends[found.plan_item];
    }
    return found;
}

result<planned_change, problem> planned(
    const change_order& asked,
    const subscribed& from,
    const catalogue& plans
) {
    const auto& sold = from.sold();
    const auto plan = asked.plan ? asked.plan : from.plan;
    const auto interval = asked.interval ? asked.interval : interval_from(sold.price.interval);
    if (!plan || !interval) {
        return problem{problem_code::malformed_body};
    }
    planned_change change;
    change.to = {*plan, *interval, asked.quantity.value_or(sold.quantity), false};
    change.direction = direction_of(compare(change.to, from, plans));
    const bool less = change.direction == change_direction::downgrade;
    change.when = asked.when.value_or(less ? change_time::period_end : change_time::now);
    change.keeps_price = from.plan == plan && sold.price.interval == to_word(*interval);
    return change;
}

form_fields update_form(const subscribed& of, const sold_price& price, std::int64_t quantity) {
    form_fields form{
        {"items[0][id]", of.sold().id}
    };
    add_item(form, "items[0]", price, quantity);
    form.emplace_back("proration_behavior", "always_invoice");
    form.emplace_back("payment_behavior", "pending_if_incomplete");
    return form;
}

std::optional<form_fields> phases_form(
    const subscribed& of,
    const json::value& schedule,
    const sold_price& price,
    std::int64_t quantity
) {
    const auto start = schedule.find("current_phase").find("start_date").as_number();
    const auto end = schedule.find("current_phase").find("end_date").as_number();
    if (!start || !end) {
        return std::nullopt;
    }
    form_fields form{
        {"end_behavior",          "release"          },
        {"proration_behavior",    "none"             },
        {"phases[0][start_date]", std::string(*start)},
        {"phases[0][end_date]",   std::string(*end)  }
    };
    if (of.status == "trialing" && of.trial_end) {
        form.emplace_back("phases[0][trial_end]", std::to_string(to_unix_seconds(*of.trial_end)));
    }
    add_phase(form, 0, of, of.sold());
    add_phase(form, 1, of, {{}, price, quantity});
    form.emplace_back("phases[1][duration][interval]", price.interval);
    form.emplace_back("phases[1][duration][interval_count]", "1");
    form.emplace_back("phases[1][proration_behavior]", "none");
    return form;
}

form_fields preview_form(
    const subscribed& of,
    const sold_price& price,
    std::int64_t quantity,
    bool recurring
) {
    form_fields form{
        {"subscription",                       of.id       },
        {"subscription_details[items][0][id]", of.sold().id}
    };
    add_item(form, "subscription_details[items][0]", price, quantity);
    form.emplace_back(
        "subscription_details[proration_behavior]", recurring ? "none" : "always_invoice"
    );
    form.emplace_back("preview_mode", recurring ? "recurring" : "next");
    return form;
}

}  // namespace billhook::api
