#include "schemas/stripe/invoice.hpp"

#include <string>

namespace billhook::stripe {

namespace {

std::string status_of(json::value object, const event_type& type, field_reader& in) {
    const auto status = in.text(object.find("status"));
    if (status && !status->empty()) {
        return *status;
    }
    const bool closed = in.flag(object.find("closed"));
    if (in.flag(object.find("paid"))) {
        return "paid";
    }
    if (in.flag(object.find("forgiven"))) {
        return "uncollectible";
    }
    if (!type.implied_status.empty()) {
        return std::string(type.implied_status);
    }
    return closed ? "uncollectible" : "open";
}

std::optional<std::string> status_before(json::value previous, const invoice_state& now) {
    if (const auto status = previous.find("status").as_string()) {
        return std::string(*status);
    }
    const auto paid = previous.find("paid").as_bool();
    const auto forgiven = previous.find("forgiven").as_bool();
    const auto closed = previous.find("closed").as_bool();
    if (!paid && !forgiven && !closed) {
        return std::nullopt;
    }
    std::string before = "open";
    if (paid == true) {
        before = "paid";
    } else if (forgiven == true || closed == true) {
        before = "uncollectible";
    }
    return before == now.status ? std::nullopt : std::optional(before);
}

// Since 2019-03-14 `created`, earlier `date`.
json::value created_field(json::value hash) {
    const json::value created = hash.find("created");
    return created.is_nothing() ? hash.find("date") : created;
}

bool names_nothing(json::value reference) {
    return reference.is_nothing() || reference.as_string() == std::string_view();
}

}  // namespace

json::value subscription_named_by(json::value object) {
    const json::value parent = object.find("parent");
    const json::value newest = parent.find("subscription_details").find("subscription");
    if (!names_nothing(newest)) {
        return newest;
    }
    const json::value old = object.find("subscription");
    return names_nothing(old) ? json::value{} : old;
}

invoice_state invoice_state_of(json::value object, const event_type& type, field_reader& in) {
    invoice_state state;
    state.status = status_of(object, type, in);
    state.customer = in.reference<customer_id>(object.find("customer"));
    state.subscription = in.reference<subscription_id>(subscription_named_by(object));
    state.billing_reason = in.text(object.find("billing_reason"));
    state.attempt_count = in.integer(object.find("attempt_count")).value_or(0);
    state.amount_due = in.integer(object.find("amount_due"));
    state.amount_remaining = in.integer(object.find("amount_remaining"));
    state.currency = in.text(object.find("currency"));
    const json::value transitions = object.find("status_transitions");
    state.finalized_at = in.time(transitions.find("finalized_at"));
    state.paid_at = in.time(transitions.find("paid_at"));
    state.voided_at = in.time(transitions.find("voided_at"));
    state.marked_uncollectible_at = in.time(transitions.find("marked_uncollectible_at"));
    state.created = in.time(created_field(object));
    return state;
}

invoice_replaced invoice_replaced_by(
    json::value previous,
    const invoice_state& now,
    std::string_view account
) {
    invoice_replaced replaced;
    const auto note = [&](auto& field, json::value was, const auto& read) {
        note_replaced(field, was, account, read);
    };
    const auto time = [](field_reader& in, json::value was) { return in.time(was); };
    const auto integer = [](field_reader& in, json::value was) { return in.integer(was); };
    const auto text = [](field_reader& in, json::value was) { return in.text(was); };
    const auto transition = [&](std::string_view key) {
        return at_path(previous, {"status_transitions", key});
    };
    replaced.status = status_before(previous, now);
    note(replaced.customer, previous.find("customer"), [](field_reader& in, json::value was) {
        return in.reference<customer_id>(was);
    });
    const json::value moved = at_path(previous, {"parent", "subscription_details", "subscription"});
    note(
        replaced.subscription,
        moved.is_absent() ? previous.find("subscription") : moved,
        [](field_reader& in, json::value was) { return in.reference<subscription_id>(was); }
    );
    note(replaced.billing_reason, previous.find("billing_reason"), text);
    note(
        replaced.attempt_count,
        previous.find("attempt_count"),
        [](field_reader& in, json::value was) { return in.integer(was).value_or(0); }
    );
    note(replaced.amount_due, previous.find("amount_due"), integer);
    note(replaced.amount_remaining, previous.find("amount_remaining"), integer);
    note(replaced.currency, previous.find("currency"), text);
    note(replaced.finalized_at, transition("finalized_at"), time);
    note(replaced.paid_at, transition("paid_at"), time);
    note(replaced.voided_at, transition("voided_at"), time);
    note(replaced.marked_uncollectible_at, transition("marked_uncollectible_at"), time);
    note(replaced.created, created_field(previous), time);
    return replaced;
}

}  // namespace billhook::stripe
