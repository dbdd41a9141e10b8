#include "ingest/api/calls/order.hpp"

#include "schemas/json/reader.hpp"

#include <algorithm>

namespace billhook::api {

namespace {

using http::problem;
using http::problem_code;

std::string text_of(const json::value& of) {
    return std::string(of.as_string().value_or(""));
}

std::optional<std::string_view> or_nothing(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}

bool sells(const sold_price& each, const order& wanted, const catalogue& plans) {
    if (!each.active || each.interval != to_word(wanted.interval) || each.interval_count != 1) {
        return false;
    }
    const auto listed =
        plans.listing_of({each.id, or_nothing(each.product), or_nothing(each.lookup_key)});
    return listed.plan && listed.plan == plans.index_of(wanted.plan);
}

}  // namespace

std::string_view to_word(order_interval what) {
    switch (what) {
        case order_interval::month:
            return "month";
        case order_interval::year:
            return "year";
    }
    return {};
}

result<json::document, problem> read_body(
    std::string_view body,
    std::initializer_list<std::string_view> members
) {
    auto read = json::read(body.empty() ? "{}" : body);
    if (!read || !read->root().is_object()) {
        return problem{problem_code::malformed_body};
    }
    for (const json::value each : read->root().items()) {
        if (std::find(members.begin(), members.end(), each.key()) == members.end()) {
            return problem{problem_code::malformed_body};
        }
    }
    return *std::move(read);
}

result<order, problem> order_from(const json::value& body, const catalogue& plans) {
    const auto plan = body.find("plan").as_string();
    const auto interval = body.find("interval").as_string();
    const auto quantity = body.find("quantity");
    const auto trial = body.find("trial");
    const bool well_typed = plan && (interval == "month" || interval == "year") &&
                            (quantity.is_nothing() || quantity.as_int64()) &&
                            (trial.is_nothing() || trial.as_bool());
    if (!well_typed) {
        return problem{problem_code::malformed_body};
    }
    const order wanted{
        .plan = std::string(*plan),
        .interval = interval == "month" ? order_interval::month : order_interval::year,
        .quantity = quantity.as_int64().value_or(1),
        .trial = trial.as_bool().value_or(false)};
    if (wanted.quantity < 1 || wanted.quantity > most_seats) {
        return problem{problem_code::malformed_body};
    }
    if (plans.find(wanted.plan) == nullptr) {
        return problem{problem_code::unknown_plan};
    }
    return wanted;
}

std::optional<sold_price> sold_price_from(const json::value& shown) {
    const auto recurring = shown.find("recurring");
    const auto product = shown.find("product");
    sold_price price{
        .id = text_of(shown.find("id")),
        .product = text_of(product.is_object() ? product.find("id") : product),
        .lookup_key = text_of(shown.find("lookup_key")),
        .currency = text_of(shown.find("currency")),
        .interval = text_of(recurring.find("interval")),
        .interval_count = recurring.find("interval_count").as_int64().value_or(0),
        .amount_minor = shown.find("unit_amount").as_int64(),
        .active = shown.find("active").as_bool().value_or(false),
        .licensed = recurring.find("usage_type").as_string() != "metered"};
    return price.id.empty() ? std::nullopt : std::optional{std::move(price)};
}

result<sold_price, problem> price_for(
    const order& wanted,
    std::span<const sold_price> shown,
    const catalogue& plans,
    const std::optional<std::string>& currency
) {
    const sold_price* found = nullptr;
    bool in_another = false;
    for (const sold_price& each : shown) {
        if (!sells(each, wanted, plans)) {
            continue;
        }
        if (currency && each.currency != *currency) {
            in_another = true;
            continue;
        }
        if (found != nullptr && found->id != each.id) {
            return problem{problem_code::price_unavailable};
        }
        found = &each;
    }
    if (found != nullptr) {
        return *found;
    }
    return problem{in_another ? problem_code::other_currency : problem_code::price_unavailable};
}

std::vector<list_price> list_prices(
    const plan& of,
    const shown_prices& shown,
    const catalogue& plans,
    const std::optional<std::string>& currency
) {
    std::vector<list_price> found;
    for (const order_interval interval : {order_interval::month, order_interval::year}) {
        const order wanted{.plan = of.key, .interval = interval};
        for (const auto& list : shown) {
            if (const auto price = price_for(wanted, list, plans, currency)) {
                found.push_back({interval, price->currency, price->amount_minor, price->licensed});
                break;
            }
        }
    }
    return found;
}

}  // namespace billhook::api
