#include "tools/selling/account.hpp"

#include "schemas/io/stripe_api/pages.hpp"

#include <algorithm>

namespace billhook::selling {

namespace {

std::string text_at(const json::value& of, std::string_view name) {
    return std::string(of.find(name).as_string().value_or(std::string_view{}));
}

bool is_true(const json::value& what) {
    return what.as_bool().value_or(false);
}

bool is_ours(const json::value& object) {
    return object.find("metadata").find("billhook_plan").is_string();
}

product_shown product_in(const json::value& object) {
    return {
        .id = text_at(object, "id"),
        .name = text_at(object, "name"),
        .active = is_true(object.find("active")),
        .ours = is_ours(object)};
}

price_shown price_in(const json::value& object) {
    const auto recurring = object.find("recurring");
    const auto product = object.find("product");
    return {
        .id = text_at(object, "id"),
        .product = product.is_object() ? text_at(product, "id") : text_at(object, "product"),
        .lookup_key = text_at(object, "lookup_key"),
        .currency = text_at(object, "currency"),
        .interval = text_at(recurring, "interval"),
        .interval_count = recurring.find("interval_count").as_int64().value_or(0),
        .amount_minor = object.find("unit_amount").as_int64(),
        .licensed = text_at(recurring, "usage_type") != "metered",
        .active = is_true(object.find("active")),
        .ours = is_ours(object)};
}

portal_shown portal_in(const json::value& object) {
    const auto features = object.find("features");
    const auto has = [&](const char* name) { return is_true(features.find(name).find("enabled")); };
    return {
        .id = text_at(object, "id"),
        .active = is_true(object.find("active")),
        .made_as = text_at(object.find("metadata"), "billhook_portal"),
        .cancels = has("subscription_cancel"),
        .updates = has("subscription_update"),
        .takes_cards = has("payment_method_update"),
        .shows_invoices = has("invoice_history"),
        .is_default = is_true(object.find("is_default"))};
}

endpoint_shown endpoint_in(const json::value& object) {
    endpoint_shown shown{
        .id = text_at(object, "id"),
        .url = text_at(object, "url"),
        .api_version = text_at(object, "api_version"),
        .events = {},
        .enabled = text_at(object, "status") == "enabled"};
    for (const json::value each : object.find("enabled_events").items()) {
        shown.events.emplace(each.as_string().value_or(std::string_view{}));
    }
    return shown;
}

template <class Shown>
void put_in(std::vector<Shown>& into, Shown what) {
    const auto had = std::ranges::find(into, what.id, &Shown::id);
    if (had == into.end()) {
        into.push_back(std::move(what));
    } else {
        *had = std::move(what);
    }
}

}  // namespace

void take_in(account_shown& into, const json::value& answer) {
    const auto object = text_at(answer, "object");
    if (object == "product") {
        put_in(into.products, product_in(answer));
    } else if (object == "billing_portal.configuration") {
        put_in(into.portals, portal_in(answer));
    } else if (object == "webhook_endpoint") {
        put_in(into.endpoints, endpoint_in(answer));
    } else if (object == "price") {
        const auto price = price_in(answer);
        std::erase_if(into.prices, [&](const auto& each) { return each.id == price.id; });
        for (auto& each : into.prices) {
            if (each.lookup_key == price.lookup_key) {
                each.lookup_key.clear();
            }
        }
        if (price.active) {
            into.prices.push_back(price);
        }
    }
}

result<account_shown, stripe::refusal> read_account(stripe::client& from) {
    account_shown all;
    const stripe::request lists[] = {
        {.path = "/v1/products"},
        {.path = "/v1/prices", .query = {{"active", "true"}}},
        {.path = "/v1/billing_portal/configurations"},
        {.path = "/v1/webhook_endpoints"},
    };
    for (const stripe::request& each : lists) {
        stripe::pages walk(from, each);
        while (!walk.ended()) {
            const auto page = walk.next();
            if (!page) {
                return page.error();
            }
            if (!*page) {
                break;
            }
            for (const json::value& object : (*page)->objects) {
                take_in(all, object);
            }
        }
    }
    return all;
}

}  // namespace billhook::selling
