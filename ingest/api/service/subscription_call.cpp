#include "ingest/api/calls/confirmation.hpp"
#include "ingest/api/calls/writes.hpp"
#include "ingest/api/service/at_stripe.hpp"
#include "schemas/json/writer.hpp"

#include <algorithm>

// POST …/subscription: one that a page pays with Stripe's Payment Element.
namespace billhook::api {

namespace {

using http::problem;
using http::problem_code;

struct subscription_offer {
    order wanted;
    sold_price price;
    buyer who;
};

stripe::writing creation_of(
    const at_work& at,
    const subscription_offer& of,
    const std::string& generation
) {
    stripe::parameters form{
        {"customer",                                      of.who.customer         },
        {"items[0][price]",                               of.price.id             },
        {"payment_behavior",                              "default_incomplete"    },
        {"payment_settings[save_default_payment_method]", "on_subscription"       },
        {"metadata[organization_id]",                     at.organization().text()}
    };
    if (of.price.licensed) {
        form.emplace_back("items[0][quantity]", std::to_string(of.wanted.quantity));
    }
    if (of.wanted.trial) {
        form.emplace_back("trial_period_days", std::to_string(trial_days(at.with.plans.trial)));
        form.emplace_back("trial_settings[end_behavior][missing_payment_method]", "cancel");
    }
    for (auto& each : expansions_for(stripe::asked_api_version)) {
        form.emplace_back("expand[]", std::move(each));
    }
    const operation what{
        .name = "subscription",
        .livemode = at.with.livemode,
        .organization = at.organization(),
        .content = {},
        .generation = generation};
    return {"/v1/subscriptions", std::move(form), idempotency_key(what), at.asked.until};
}

http::response subscription_answer(
    const json::value& shown,
    bool created,
    const std::optional<log_position>& after
) {
    const auto confirm = confirmation_of(shown);
    json::writer out;
    out.begin_object()
        .member("subscription", shown.find("id").as_string())
        .member("subscription_status", shown.find("status").as_string())
        .member("created", created)
        .member("confirm", confirm.kind)
        .key("client_secret");
    confirm.client_secret.empty() ? out.add(nullptr) : out.add(confirm.client_secret.reveal());
    out.member("after", to_text(after)).end_object();
    return kept_nowhere(out.take(), created ? 201 : 200);
}

http::response made_answer(const at_work& at, const stripe::reply& told) {
    const auto shown = told.body.root();
    const std::string id(shown.find("id").as_string().value_or(""));
    const auto created = from_unix_seconds(shown.find("created").as_int64().value_or(0));
    // Of its own creation, as a customer's.
    const auto after =
        published(at, {"customer.subscription.created", id, without_expansions(shown), created});
    return after ? subscription_answer(shown, !told.replayed, after)
                 : http::to_response(problem{problem_code::log_unavailable});
}

// What is there already, as it is now.
http::response same_answer(const at_work& at, const std::string& id) {
    stripe::request one{.path = subscription_path(id)};
    for (auto& each : expansions_for(stripe::asked_api_version)) {
        one.query.emplace_back("expand[]", std::move(each));
    }
    const auto told = at.get(one);
    const auto shown = told.body.root();
    const auto known = at.state.subscriptions(at.organization());
    if (std::any_of(known.begin(), known.end(), [&](const auto& each) { return each.id == id; })) {
        return subscription_answer(shown, false, std::nullopt);
    }
    const auto after = published(
        at,
        {"customer.subscription.updated",
         id,
         without_expansions(shown),
         told.as_of.value_or(at.with.time.now())}
    );
    return after ? subscription_answer(shown, false, after)
                 : http::to_response(problem{problem_code::log_unavailable});
}

// A key is derived from how many there were: two processes that see the same ask for the same one.
http::response sell(const at_work& at, const subscription_offer& of) {
    generations keys;
    for (int tries = 1;; ++tries) {
        const auto owned = subscriptions_of(at, of.who.customer);
        const auto decided = sale_of(of.wanted, of.price.id, owned, at.with.plans.trial);
        if (decided.refused) {
            return http::to_response(*decided.refused);
        }
        if (!end_abandoned(at, decided.abandoned)) {
            return http::to_response(problem{problem_code::operation_in_progress});
        }
        if (decided.same) {
            return same_answer(at, *decided.same);
        }
        const auto write = creation_of(at, of, keys.next(std::to_string(owned.size())));
        const auto told = at.post(write);
        if (told) {
            return made_answer(at, *told);
        }
        if (!is_spent(told.error()) || tries == most_tries) {
            throw refused_by_stripe{told.error()};
        }
    }
}

}  // namespace

http::response subscription_of(const at_work& at) {
    const auto body = read_body(at.asked.body, {"plan", "interval", "quantity", "trial"});
    if (!body) {
        return http::to_response(body.error());
    }
    const auto wanted = order_from(body->root(), at.with.plans);
    if (!wanted) {
        return http::to_response(wanted.error());
    }
    const auto permit = at.with.running.begin(at.organization());
    if (!permit) {
        return http::to_response(problem{problem_code::operation_in_progress});
    }
    const auto price = price_at_stripe(at, *wanted);
    if (!price) {
        return http::to_response(price.error());
    }
    const auto who = buyer_for(at);
    if (!who) {
        return http::to_response(who.error());
    }
    if (const auto room = room_at_checkout(at, who->customer, {}); !room) {
        return http::to_response(room.error());
    }
    return sell(at, {*wanted, *price, *who});
}

}  // namespace billhook::api
