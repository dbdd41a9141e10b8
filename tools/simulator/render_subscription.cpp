#include "tools/simulator/render_parts.hpp"

#include <utility>

namespace billhook::simulator {

namespace {

json::object item_hash(const subscription_item& item, const subscription& of, const rendering& as) {
    json::object out{
        {"id",       item.id                    },
        {"object",   "subscription_item"        },
        {"created",  to_unix_seconds(of.created)},
        {"metadata", json::object{}             }
    };
    if (as.since_basil()) {
        out["current_period_start"] = to_unix_seconds(item.period_start.value_or(of.period_start));
        out["current_period_end"] = to_unix_seconds(item.period_end.value_or(of.period_end));
        out["discounts"] = json::array{};
    }
    out["plan"] = plan_hash(item.price, as);
    out["price"] = price_hash(item.price, as);
    if (!item.price.metered) {
        out["quantity"] = item.quantity;
    }
    out["subscription"] = of.id;
    out["tax_rates"] = json::array{};
    return out;
}

json::object cancellation_of(const subscription& what) {
    return {
        {"comment",  nullptr                               },
        {"feedback", nullptr                               },
        {"reason",   text_or_null(what.cancellation_reason)}
    };
}

json::value pause_of(const subscription& what) {
    if (what.pause_collection.empty()) {
        return nullptr;
    }
    return json::object{
        {"behavior",   what.pause_collection},
        {"resumes_at", nullptr              }
    };
}

json::value status_details_of(const subscription& what) {
    if (what.pause_reason.empty()) {
        return nullptr;
    }
    json::object paused;
    paused["subscription"] = json::object{
        {"type", what.pause_reason}
    };
    paused["transitioned_at"] = time_or_null(what.paused_at);
    json::object out;
    out["paused"] = std::move(paused);
    return out;
}

json::value pending_of(const subscription& what, const rendering& as) {
    if (!what.pending) {
        return nullptr;
    }
    auto item = what.items.front();
    item.price = what.pending->price;
    json::object out;
    out["billing_cycle_anchor"] = nullptr;
    out["expires_at"] = to_unix_seconds(what.pending->expires_at);
    out["subscription_items"] = json::array{item_hash(item, what, as)};
    out["trial_end"] = nullptr;
    return out;
}

// One coupon, as a hash until basil and by the discount's id since 2023-10-16.
void add_discount(json::object& out, const subscription& what, const rendering& as) {
    const auto id = "di_" + what.id;
    if (as.api_version >= "2023-10-16") {
        out["discounts"] = what.free_coupon ? json::array{id} : json::array{};
    }
    if (as.since_basil()) {
        return;
    }
    out["discount"] = nullptr;
    if (what.free_coupon) {
        const json::object coupon{
            {"id",          "free"   },
            {"object",      "coupon" },
            {"duration",    "forever"},
            {"percent_off", 100      },
            {"valid",       true     }
        };
        out["discount"] = json::object{
            {"id",           id        },
            {"object",       "discount"},
            {"coupon",       coupon    },
            {"subscription", what.id   }
        };
    }
}

json::object trial_settings_of(const subscription& what) {
    json::object behavior;
    behavior["missing_payment_method"] = what.missing_payment_method;
    json::object out;
    out["end_behavior"] = std::move(behavior);
    return out;
}

}  // namespace

boost::json::object render(const subscription& what, const rendering& as) {
    json::array items;
    for (const auto& item : what.items) {
        items.emplace_back(item_hash(item, what, as));
    }
    const auto items_url = "/v1/subscription_items?subscription=" + what.id;
    json::object out;
    out["id"] = what.id;
    out["object"] = "subscription";
    out["billing_cycle_anchor"] = to_unix_seconds(what.anchor);
    out["cancel_at"] = time_or_null(what.cancel_at);
    out["cancel_at_period_end"] = what.cancel_at_period_end;
    out["canceled_at"] = time_or_null(what.canceled_at);
    out["cancellation_details"] = cancellation_of(what);
    out["collection_method"] = "charge_automatically";
    out["created"] = to_unix_seconds(what.created);
    out["currency"] = what.items.front().price.currency;
    out["customer"] = what.customer;
    out["ended_at"] = time_or_null(what.ended_at);
    out["items"] = list_of(std::move(items), items_url);
    out["latest_invoice"] = text_or_null(what.latest_invoice);
    out["livemode"] = as.livemode;
    out["metadata"] = pairs_hash(what.metadata);
    out["pause_collection"] = pause_of(what);
    out["pending_update"] = pending_of(what, as);
    out["schedule"] = text_or_null(what.schedule);
    out["start_date"] = to_unix_seconds(what.created);
    out["status"] = what.status;
    out["trial_end"] = time_or_null(what.trial_end);
    out["trial_settings"] = trial_settings_of(what);
    out["trial_start"] = time_or_null(what.trial_start);
    if (!as.since_basil()) {
        out["current_period_start"] = to_unix_seconds(what.period_start);
        out["current_period_end"] = to_unix_seconds(what.period_end);
        if (what.items.size() == 1) {
            out["plan"] = plan_hash(what.items.front().price, as);
            out["quantity"] = what.items.front().quantity;
        }
    } else if (as.api_version >= "2025-06-30") {
        json::object mode;
        mode["type"] = what.flexible ? "flexible" : "classic";
        out["billing_mode"] = std::move(mode);
    }
    if (as.since_endive()) {
        out["status_details"] = status_details_of(what);
    }
    add_discount(out, what, as);
    return out;
}

}  // namespace billhook::simulator
