#include "tools/simulator/render_parts.hpp"

#include <utility>

namespace billhook::simulator {

namespace {

json::object transitions_of(const invoice& what) {
    return {
        {"finalized_at",            time_or_null(what.finalized_at)           },
        {"marked_uncollectible_at", time_or_null(what.marked_uncollectible_at)},
        {"paid_at",                 time_or_null(what.paid_at)                },
        {"voided_at",               time_or_null(what.voided_at)              }
    };
}

json::object period_of(const invoice& what) {
    return {
        {"start", to_unix_seconds(what.period_start)},
        {"end",   to_unix_seconds(what.period_end)  }
    };
}

// Of the subscription's own cycle, not of items that somebody put on the bill.
bool is_of_cycle(const invoice& what) {
    return what.billing_reason.starts_with("subscription");
}

json::object line_of(const invoice& what, const rendering& as) {
    json::object out{
        {"id",       "il_" + what.id    },
        {"object",   "line_item"        },
        {"amount",   what.amount_due    },
        {"currency", what.price.currency},
        {"livemode", as.livemode        },
        {"period",   period_of(what)    },
        {"quantity", 1                  }
    };
    const bool proration = what.billing_reason == "subscription_update";
    const bool by_hand = !is_of_cycle(what);
    if (as.since_basil()) {
        const json::object details{
            {"subscription", text_or_null(what.line_subscription)},
            {"proration",    proration                           }
        };
        const json::value none = nullptr;
        json::object parent;
        parent["type"] = by_hand ? "invoice_item_details" : "subscription_item_details";
        parent["invoice_item_details"] = by_hand ? json::value(details) : none;
        parent["subscription_item_details"] = by_hand ? none : json::value(details);
        out["parent"] = std::move(parent);
        out["pricing"] = json::object{
            {"type",                "price_details"                                 },
            {"price_details",
             json::object{{"price", what.price.id}, {"product", what.price.product}}},
            {"unit_amount_decimal", std::to_string(what.price.amount_minor)         }
        };
    } else {
        out["price"] = price_hash(what.price, as);
        out["proration"] = proration;
        out["subscription"] = text_or_null(what.line_subscription);
        out["type"] = by_hand ? "invoiceitem" : "subscription";
    }
    return out;
}

// Where an invoice names its subscription, and what basil took away.
void add_shape(json::object& out, const invoice& what, const rendering& as) {
    const json::object told = pairs_hash(what.subscription_metadata);
    const json::value none = nullptr;
    if (as.since_basil() && what.subscription.empty()) {
        out["parent"] = none;
        return;
    }
    if (as.since_basil()) {
        out["parent"] = json::object{
            {"type",                 "subscription_details"                                     },
            {"quote_details",        nullptr                                                    },
            {"subscription_details",
             json::object{{"metadata", told}, {"subscription", text_or_null(what.subscription)}}}
        };
        return;
    }
    out["charge"] = nullptr;
    out["paid"] = what.status == "paid";
    out["paid_out_of_band"] = false;
    out["payment_intent"] = text_or_null(what.payment_intent);
    out["subscription"] = text_or_null(what.subscription);
    const json::object details{
        {"metadata", told}
    };
    out["subscription_details"] = what.subscription.empty() ? none : json::value(details);
}

}  // namespace

boost::json::object render(const invoice& what, const rendering& as) {
    const auto page =
        what.number.empty() ? std::string() : "https://invoice.stripe.example/i/" + what.id;
    json::array lines;
    lines.emplace_back(line_of(what, as));
    json::object out;
    out["id"] = what.id;
    out["object"] = "invoice";
    out["amount_due"] = what.amount_due;
    out["amount_paid"] = what.amount_paid;
    out["amount_remaining"] = what.amount_due - what.amount_paid;
    out["attempt_count"] = what.attempt_count;
    out["attempted"] = what.attempted;
    out["auto_advance"] = what.auto_advance;
    out["billing_reason"] = what.billing_reason;
    out["collection_method"] = "charge_automatically";
    out["created"] = to_unix_seconds(what.created);
    out["currency"] = what.price.currency;
    out["customer"] = what.customer;
    out["due_date"] = nullptr;
    out["effective_at"] = time_or_null(what.finalized_at);
    out["hosted_invoice_url"] = text_or_null(page);
    out["invoice_pdf"] = text_or_null(page.empty() ? page : page + "/pdf");
    out["last_finalization_error"] = nullptr;
    out["lines"] = list_of(std::move(lines), "/v1/invoices/" + what.id + "/lines");
    out["livemode"] = as.livemode;
    out["metadata"] = json::object{};
    out["next_payment_attempt"] = time_or_null(what.next_payment_attempt);
    out["number"] = text_or_null(what.number);
    out["period_end"] = to_unix_seconds(what.created);
    out["period_start"] = to_unix_seconds(what.period_start);
    out["status"] = what.status;
    out["status_transitions"] = transitions_of(what);
    out["subtotal"] = what.amount_due;
    out["total"] = what.amount_due;
    add_shape(out, what, as);
    return out;
}

}  // namespace billhook::simulator
