#include "ingest/api/calls/checkout.hpp"
#include "ingest/api/calls/writes.hpp"
#include "ingest/api/service/at_stripe.hpp"
#include "schemas/json/writer.hpp"

#include <algorithm>

// POST …/checkout: a session of Stripe Checkout. Nothing of it is published: until somebody pays it
// there is nothing to fold, and then Stripe tells.
namespace billhook::api {

namespace {

using http::problem;
using http::problem_code;

struct session_offer {
    checkout_order wanted;
    sold_price price;
    std::string customer;
    std::string digest;  // offer_of
};

stripe::parameters form_of(const at_work& at, const session_offer& of) {
    const std::string whose = at.organization().text();
    stripe::parameters form{
        {"mode", "subscription"},
        {"customer", of.customer},
        {"ui_mode", std::string(ui_mode_for(of.wanted.mode, stripe::asked_api_version))},
        {"line_items[0][price]", of.price.id},
        {"metadata[organization_id]", whose},
        {"metadata[billhook_offer]", of.digest},
        {"subscription_data[metadata][organization_id]", whose}
    };
    if (of.price.licensed) {
        form.emplace_back("line_items[0][quantity]", std::to_string(of.wanted.what.quantity));
    }
    if (is_reference(whose)) {
        form.emplace_back("client_reference_id", whose);
    }
    if (of.wanted.what.trial) {
        form.emplace_back(
            "subscription_data[trial_period_days]", std::to_string(trial_days(at.with.plans.trial))
        );
    }
    const auto add_url = [&](const char* name, const std::string& url) {
        if (!url.empty()) {
            form.emplace_back(name, url);
        }
    };
    add_url("success_url", of.wanted.success_url);
    add_url("cancel_url", of.wanted.cancel_url);
    add_url("return_url", of.wanted.return_url);
    return form;
}

// Nothing: what the mode needs is not there.
std::optional<http::response> session_answer(
    const json::value& shown,
    checkout_mode mode,
    bool created
) {
    const std::string url(shown.find("url").as_string().value_or(""));
    const auto client_secret = shown.find("client_secret").as_string();
    const bool is_hosted = mode == checkout_mode::hosted;
    if (is_hosted ? !is_link(url) : !client_secret) {
        return std::nullopt;
    }
    const auto expires = shown.find("expires_at").as_int64();
    json::writer out;
    out.begin_object()
        .member("session", shown.find("id").as_string())
        .member("mode", mode)
        .member("url", is_hosted ? std::optional{url} : std::nullopt)
        .member("client_secret", is_hosted ? std::nullopt : client_secret)
        .member("expires_at", expires ? std::optional{from_unix_seconds(*expires)} : std::nullopt)
        .member("created", created)
        .end_object();
    return kept_nowhere(out.take(), created ? 201 : 200);
}

// What gives way: an incomplete subscription, also one of this very order, which is paid elsewhere.
std::optional<problem> make_way(const at_work& at, const session_offer& of) {
    const auto owned = subscriptions_of(at, of.customer);
    auto decided = sale_of(of.wanted.what, of.price.id, owned, at.with.plans.trial);
    if (decided.refused) {
        return decided.refused;
    }
    for (const auto& each : owned) {
        if (each.id == decided.same) {
            if (each.status != "incomplete") {
                return problem{problem_code::already_subscribed};
            }
            decided.abandoned.push_back(each.id);
        }
    }
    return end_abandoned(at, decided.abandoned)
               ? std::nullopt
               : std::optional{problem{problem_code::operation_in_progress}};
}

// A key is derived from the session before it: of two processes that ask at once one makes it.
http::response open(const at_work& at, const session_offer& of) {
    generations keys;
    for (int tries = 1;; ++tries) {
        const auto room = room_at_checkout(at, of.customer, of.digest);
        if (!room) {
            return http::to_response(room.error());
        }
        // After the sessions: one that was completed a moment ago has its subscription here.
        if (const auto refused = make_way(at, of)) {
            return http::to_response(*refused);
        }
        if (room->same) {
            const stripe::request one{
                .path = "/v1/checkout/sessions/" + stripe::percent_encoded(*room->same)};
            const auto told = at.get(one);
            if (auto again = session_answer(told.body.root(), of.wanted.mode, false)) {
                return *std::move(again);
            }
        }
        const operation what{
            .name = "checkout",
            .livemode = at.with.livemode,
            .organization = at.organization(),
            .content = {},
            .generation = keys.next(room->newest)};
        const stripe::writing write{
            .path = "/v1/checkout/sessions",
            .form = form_of(at, of),
            .key = idempotency_key(what),
            .until = at.asked.until};
        const auto told = at.post(write);
        if (told) {
            auto made = session_answer(told->body.root(), of.wanted.mode, !told->replayed);
            return made ? *std::move(made)
                        : throw stripe::failure("a session came without its link", true);
        }
        if (!is_spent(told.error()) || tries == most_tries) {
            throw refused_by_stripe{told.error()};
        }
    }
}

}  // namespace

result<checkout_room, problem> room_at_checkout(
    const at_work& at,
    const std::string& customer,
    const std::string& offer
) {
    const stripe::request list{
        .path = "/v1/checkout/sessions", .query = {{"customer", customer}, {"limit", "100"}}
    };
    const auto told = at.get(list);
    checkout_room found;
    for (const json::value each : told.body.root().find("data").items()) {
        const std::string id(each.find("id").as_string().value_or(""));
        if (found.newest.empty()) {
            found.newest = id;
        }
        if (each.find("status").as_string() != "open") {
            continue;
        }
        if (!offer.empty() && each.find("metadata").find("billhook_offer").as_string() == offer) {
            found.same = id;
            continue;
        }
        const stripe::writing expire{
            .path = "/v1/checkout/sessions/" + stripe::percent_encoded(id) + "/expire",
            .form = {},
            .key = fresh_key(),
            .until = at.asked.until};
        const auto ended = at.post(expire);
        if (!ended && ended.error().status == 400) {
            return problem{problem_code::operation_in_progress};  // it was completed meanwhile
        }
        if (!ended) {
            throw refused_by_stripe{ended.error()};
        }
    }
    return found;
}

http::response checkout_of(const at_work& at) {
    const auto wanted = checkout_from(at.asked.body, at.with.plans, at.with.return_origins);
    if (!wanted) {
        return http::to_response(wanted.error());
    }
    const auto permit = at.with.running.begin(at.organization());
    if (!permit) {
        return http::to_response(problem{problem_code::operation_in_progress});
    }
    const auto price = price_at_stripe(at, wanted->what);
    if (!price) {
        return http::to_response(price.error());
    }
    const auto who = buyer_for(at);
    if (!who) {
        return http::to_response(who.error());
    }
    return open(at, {*wanted, *price, who->customer, offer_of(*wanted, price->id)});
}

}  // namespace billhook::api
