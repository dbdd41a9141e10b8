#include "schemas/stripe/event.hpp"

#include "schemas/json/reader.hpp"
#include "schemas/messages/reading.hpp"
#include "schemas/stripe/checkout.hpp"
#include "schemas/stripe/customer.hpp"
#include "schemas/stripe/decline.hpp"
#include "schemas/stripe/envelope.hpp"
#include "schemas/stripe/event_type.hpp"
#include "schemas/stripe/field_reader.hpp"
#include "schemas/stripe/invoice.hpp"
#include "schemas/stripe/schedule.hpp"
#include "schemas/stripe/subscription.hpp"

#include <utility>

namespace billhook::stripe {

namespace {

// The event's own time: seconds, in a thin event RFC 3339.
std::optional<instant> created_of(json::value root, const envelope& around, field_reader& in) {
    const json::value created = root.find("created");
    if (!around.is_snapshot && created.is_string()) {
        return from_rfc3339(*created.as_string());
    }
    return in.time(created);
}

event journalled(json::value root, const envelope& around, field_reader& in) {
    event what;
    what.id = event_id(std::string(around.id));
    what.type = std::string(around.type);
    const json::value account = root.find("account");
    if (around.is_snapshot && !account.is_nothing() && account.as_string() != std::string_view()) {
        what.account = std::string(around.account);
    }
    if (!around.object_id.empty()) {
        what.object = in.scoped(around.object_id);
    }
    if (!around.customer_id.empty()) {
        what.customer = customer_id(in.scoped(around.customer_id));
    }
    what.created = created_of(root, around, in);
    what.api_version = in.text(root.find("api_version")).value_or(std::string());
    const json::value livemode = root.find("livemode");
    if (!livemode.is_nothing()) {
        what.livemode = in.flag(livemode);
        if (!livemode.as_bool()) {
            what.livemode.reset();
        }
    }
    return what;
}

std::string_view hash_name(object_kind kind) {
    switch (kind) {
        case object_kind::none:
            return "";
        case object_kind::subscription:
            return "subscription";
        case object_kind::invoice:
            return "invoice";
        case object_kind::customer:
            return "customer";
        case object_kind::checkout_session:
            return "checkout.session";
        case object_kind::subscription_schedule:
            return "subscription_schedule";
        case object_kind::charge:
            return "charge";
        case object_kind::payment_intent:
            return "payment_intent";
    }
    return "";
}

// What all facts begin with; the state is the caller's.
template <class Id, class Fact>
Fact fact_of(const event& what, const event_type& type) {
    Fact fact;
    fact.id = Id(what.object);
    fact.event = what.id;
    fact.created = *what.created;
    fact.api_version = what.api_version;
    fact.within_second = type.within_second;
    fact.says = type.says;
    return fact;
}

subscription_fact subscription_said(
    const event& what,
    const event_type& type,
    json::value data,
    field_reader& in
) {
    auto fact = fact_of<subscription_id, subscription_fact>(what, type);
    fact.state = subscription_state_of(data.find("object"), in);
    fact.replaced =
        subscription_replaced_by(data.find("previous_attributes"), fact.state, in.account());
    return fact;
}

invoice_fact invoice_said(
    const event& what,
    const event_type& type,
    json::value data,
    field_reader& in
) {
    auto fact = fact_of<invoice_id, invoice_fact>(what, type);
    fact.state = invoice_state_of(data.find("object"), type, in);
    fact.replaced = invoice_replaced_by(data.find("previous_attributes"), fact.state, in.account());
    return fact;
}

customer_fact customer_said(
    const event& what,
    const event_type& type,
    json::value data,
    field_reader& in
) {
    auto fact = fact_of<customer_id, customer_fact>(what, type);
    fact.state = customer_state_of(data.find("object"), in);
    fact.replaced = customer_replaced_by(data.find("previous_attributes"), in.account());
    return fact;
}

checkout_fact checkout_said(const event& what, json::value data, field_reader& in) {
    checkout_fact fact;
    fact.id = checkout_session_id(what.object);
    fact.event = what.id;
    fact.event_created = *what.created;
    fact.api_version = what.api_version;
    read_checkout(fact, what.type, data.find("object"), in);
    return fact;
}

schedule_fact schedule_said(const event& what, json::value data, field_reader& in) {
    schedule_fact fact;
    fact.id = schedule_id(what.object);
    fact.event = what.id;
    fact.event_created = *what.created;
    fact.api_version = what.api_version;
    read_schedule(fact, what.type, data.find("object"), in);
    return fact;
}

decline_fact decline_said(const event& what, json::value data, field_reader& in) {
    decline_fact fact;
    fact.customer = *what.customer;
    fact.event = what.id;
    fact.created = *what.created;
    fact.api_version = what.api_version;
    read_decline(fact, data.find("object"), in);
    return fact;
}

// Adds what a used type says to an event whose envelope is whole.
void add_said(event& what, const event_type& type, json::value data, field_reader& in) {
    switch (type.about) {
        case object_kind::none:
            return;
        case object_kind::subscription:
            what.said = subscription_said(what, type, data, in);
            return;
        case object_kind::invoice:
            what.said = invoice_said(what, type, data, in);
            return;
        case object_kind::customer:
            what.said = customer_said(what, type, data, in);
            return;
        case object_kind::checkout_session:
            what.said = checkout_said(what, data, in);
            return;
        case object_kind::subscription_schedule:
            what.said = schedule_said(what, data, in);
            return;
        case object_kind::charge:
        case object_kind::payment_intent:
            if (what.customer) {
                what.said = decline_said(what, data, in);
            }
            return;
    }
}

// Stripe's own events never are.
bool is_assumed(const event& what, json::value root) {
    return is_reading(what.id) && root.find("assumed").as_bool().value_or(false);
}

parse_error unusable(std::string_view id) {
    return id.size() > max_id_bytes ? parse_error::id_too_long : parse_error::bad_id;
}

// What an event of a used type cannot do without, in the order in which it counts.
std::optional<parse_error> missing_in(
    const event& what,
    const event_type& type,
    const envelope& around
) {
    const auto name = around.object.find("object").as_string();
    const bool other_kind = name && is_usable(*name) && *name != hash_name(type.about);
    const std::string_view object_id = id_text(around.object);
    if (!around.object.is_object() || object_id.empty() || other_kind) {
        return parse_error::no_object;
    }
    if (around.object_id.empty()) {
        return unusable(object_id);
    }
    // The customer is the key of all that follows, so it cannot be left out.
    const json::value customer = around.object.find("customer");
    const bool names_customer =
        !customer.is_nothing() && customer.as_string() != std::string_view();
    if (names_customer && around.customer_id.empty()) {
        return unusable(id_text(customer));
    }
    return what.created ? std::nullopt : std::optional(parse_error::no_created);
}

}  // namespace

std::string_view to_word(parse_error why) {
    switch (why) {
        case parse_error::not_json:
            return "not_json";
        case parse_error::not_an_object:
            return "not_an_object";
        case parse_error::no_id:
            return "no_id";
        case parse_error::id_too_long:
            return "id_too_long";
        case parse_error::no_created:
            return "no_created";
        case parse_error::no_object:
            return "no_object";
        case parse_error::bad_id:
            return "bad_id";
        case parse_error::bad_value:
            return "bad_value";
    }
    return "bad_value";
}

result<event, parse_error> parse_event(std::string_view body) {
    const auto text = json::read(body);
    if (!text) {
        return parse_error::not_json;
    }
    const json::value root = text->root();
    if (!root.is_object()) {
        return parse_error::not_an_object;
    }
    const auto id = root.find("id").as_string();
    if (!id || id->empty()) {
        return parse_error::no_id;
    }
    const envelope around = envelope_of(root);
    if (around.id.empty()) {
        return unusable(*id);
    }
    field_reader in(around.account);
    event what = journalled(root, around, in);
    const event_type& type = type_of(around.is_snapshot ? around.type : std::string_view());
    if (type.about == object_kind::none) {
        return what;
    }
    if (const auto missing = missing_in(what, type, around)) {
        return *missing;
    }
    add_said(what, type, root.find("data"), in);
    if (auto* const said = std::get_if<subscription_fact>(&what.said);
        said != nullptr && is_assumed(what, root)) {
        said->says = evidence::assumed;
    }
    return what;
}

}  // namespace billhook::stripe
