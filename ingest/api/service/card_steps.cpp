#include "ingest/api/calls/cards.hpp"
#include "ingest/api/service/at_stripe.hpp"

namespace billhook::api {

namespace {

// Throws refused_by_stripe.
void change_at_stripe(const at_work& at, std::string path, stripe::parameters form) {
    const stripe::writing what{
        .path = std::move(path),
        .form = std::move(form),
        .key = fresh_key(),  // done twice it is done
        .until = at.asked.until};
    const auto told = at.post(what);
    if (!told) {
        throw refused_by_stripe{told.error()};
    }
}

void move_card(const at_work& at, const std::string& customer, const std::string& subscription) {
    const stripe::request one{
        .path = subscription_path(subscription), .query = {{"expand[]", "default_payment_method"}}};
    const auto own = card_from(at.get(one).body.root().find("default_payment_method"));
    if (!own) {
        return;
    }
    const std::string customer_path = "/v1/customers/" + customer;
    const stripe::request his{
        .path = customer_path, .query = {{"expand[]", "invoice_settings.default_payment_method"}}};
    const auto told = at.get(his);
    const auto settings = told.body.root().find("invoice_settings");
    if (becomes_default(*own, card_from(settings.find("default_payment_method")))) {
        change_at_stripe(
            at,
            customer_path,
            {
                {"invoice_settings[default_payment_method]", own->id}
        }
        );
    }
    change_at_stripe(
        at,
        one.path,
        {
            {"default_payment_method", ""}
    }
    );
}

}  // namespace

void move_cards_to_customer(const at_work& at, const std::string& customer) {
    for (const auto& each : at.state.subscriptions(at.organization())) {
        if (!each.lives()) {
            continue;
        }
        try {
            move_card(at, customer, each.id);
        } catch (const refused_by_stripe& no) {
            at.with.lines.warning(
                "a subscription keeps its own card", "why"_is(stripe::to_text(no.why))
            );
        }
    }
}

}  // namespace billhook::api
