#include "ingest/api/calls/writes.hpp"
#include "ingest/api/service/at_stripe.hpp"
#include "ingest/api/service/living.hpp"
#include "schemas/json/writer.hpp"

#include <algorithm>
#include <utility>

// POST …/subscription/preview: what a change, or a first subscription, would cost. Stripe counts,
// taxes and balance included; nothing is changed there.
namespace billhook::api {

namespace {

using http::problem;
using http::problem_code;

struct amounts {
    std::optional<std::string> currency;
    std::int64_t due = 0;
    std::optional<instant> until;  // the latest day that a line pays for
};

amounts asked(const at_work& at, form_fields form) {
    const stripe::writing write{
        .path = "/v1/invoices/create_preview",
        .form = std::move(form),
        .key = fresh_key(),
        .until = at.asked.until};
    const auto told = at.post(write);
    if (!told) {
        throw refused_by_stripe{told.error()};
    }
    const auto root = told->body.root();
    const auto due = root.find("amount_due").as_int64();
    if (!due) {
        throw stripe::failure("a preview came without an amount", true);
    }
    amounts found;
    found.due = *due;
    if (const auto currency = root.find("currency").as_string()) {
        found.currency = std::string(*currency);
    }
    std::int64_t last = 0;
    for (const json::value each : root.find("lines").find("data").items()) {
        last = std::max(last, each.find("period").find("end").as_int64().value_or(0));
    }
    found.until = last > 0 ? std::optional{from_unix_seconds(last)} : std::nullopt;
    return found;
}

struct preview {
    std::string_view change;
    change_time when = change_time::now;
    order to;
    std::optional<std::string> currency;
    std::int64_t amount_now = 0;
    std::int64_t amount_next = 0;
    std::optional<instant> next_at;
};

http::response preview_answer(const preview& what) {
    json::writer out;
    out.begin_object()
        .member("change", what.change)
        .member("when", what.when)
        .member("plan", what.to.plan)
        .member("interval", what.to.interval)
        .member("quantity", what.to.quantity)
        .member("currency", what.currency)
        .member("amount_now_minor", what.amount_now)
        .member("amount_next_minor", what.amount_next)
        .member("next_at", what.next_at)
        .end_object();
    return kept_nowhere(out.take());
}

http::response of_change(
    const at_work& at,
    const living_subscription& living,
    const planned_change& change
) {
    const auto price = changed_price(at, living, change);
    if (!price) {
        return http::to_response(price.error());
    }
    const auto seats = change.to.quantity;
    preview what{
        .change = to_word(change.direction),
        .when = change.when,
        .to = change.to,
        .currency = price->currency,
        .next_at = living.is.period_end};
    const auto next = asked(at, preview_form(living.is, *price, seats, true));
    what.amount_next = next.due;
    if (change.when == change_time::now && change.direction != change_direction::none) {
        const auto now = asked(at, preview_form(living.is, *price, seats, false));
        what.amount_now = now.due;
        what.next_at = now.until;
    }
    return preview_answer(what);
}

http::response of_first(const at_work& at, const order& wanted) {
    const auto customers = at.state.customers(at.organization());
    if (!customers.living) {
        return http::to_response(problem{problem_code::no_customer});
    }
    const auto price = price_at_stripe(at, wanted);
    if (!price) {
        return http::to_response(price.error());
    }
    form_fields form{
        {"customer",                              *customers.living},
        {"subscription_details[items][0][price]", price->id        }
    };
    if (price->licensed) {
        form.emplace_back(
            "subscription_details[items][0][quantity]", std::to_string(wanted.quantity)
        );
    }
    const auto now = asked(at, form);
    return preview_answer(
        {.change = "subscribe",
         .when = change_time::now,
         .to = wanted,
         .currency = now.currency,
         .amount_now = now.due,
         .amount_next = now.due,
         .next_at = now.until}
    );
}

}  // namespace

http::response preview_of(const at_work& at) {
    const auto body = read_body(at.asked.body, {"plan", "interval", "quantity", "when"});
    if (!body) {
        return http::to_response(body.error());
    }
    const auto change = change_from(body->root(), at.with.plans);
    if (!change) {
        return http::to_response(change.error());
    }
    const auto living = living_of(at);
    if (!living) {
        const auto wanted = order_from(body->root(), at.with.plans);
        return wanted ? of_first(at, *wanted) : http::to_response(wanted.error());
    }
    const auto what = planned(*change, living->is, at.with.plans);
    return what ? of_change(at, *living, *what) : http::to_response(what.error());
}

}  // namespace billhook::api
