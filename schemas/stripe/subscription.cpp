#include "schemas/stripe/subscription.hpp"

#include "schemas/types/money.hpp"

#include <utility>

namespace billhook::stripe {

namespace {

// A number of the price itself, which a decimal tells where it is no whole one
// (https://docs.stripe.com/api/prices/object). Tiers have no single one, packages are counted by
// Stripe (transform_quantity), and what is billed by use has no quantity.
std::optional<std::string> unit_amount_of(json::value price) {
    const json::value recurring = price.find("recurring");
    const json::value usage = (recurring.is_object() ? recurring : price).find("usage_type");
    if (usage.as_string() == "metered" || price.find("transform_quantity").is_object() ||
        price.find("billing_scheme").as_string() == "tiered") {
        return std::nullopt;
    }
    for (const auto key : {"unit_amount", "amount"}) {  // of a price, of a legacy plan
        const auto whole = price.find(key).as_number();
        if (whole && is_decimal(*whole)) {
            return std::string(*whole);
        }
    }
    for (const auto key : {"unit_amount_decimal", "amount_decimal"}) {
        if (const auto told = price.find(key).as_string(); told && is_decimal(*told)) {
            return std::string(*told);
        }
    }
    return std::nullopt;
}

// Nothing of it costs the event, or is missed where it cannot be read.
void take_terms(subscription_item& item, json::value price) {
    if (!price.is_object()) {
        return;
    }
    field_reader in({});
    const json::value recurring = price.find("recurring");
    const json::value cycle = recurring.is_object() ? recurring : price;
    item.interval = in.text(cycle.find("interval"));
    item.interval_count = in.integer(cycle.find("interval_count"));
    item.currency = in.text(price.find("currency"));
    item.unit_amount = unit_amount_of(price);
}

// From a price, or the legacy plan that has the same id: a hash, or only its id.
void take_price(subscription_item& item, json::value price, field_reader& in) {
    if (price.is_nothing()) {
        return;
    }
    const std::string_view id = id_text(price);
    if (id.empty() || !is_usable(id)) {
        in.blame(parse_error::bad_value);
    } else {
        item.price = std::string(id);
    }
    const std::string_view product = id_text(price.find("product"));
    if (!product.empty() && is_usable(product)) {
        item.product = std::string(product);
    }
    item.lookup_key = in.text(price.find("lookup_key"));
    take_terms(item, price);
}

subscription_item item_of(json::value hash, field_reader& in) {
    subscription_item item;
    if (!hash.is_object()) {
        in.blame(parse_error::bad_value);
        return item;
    }
    const json::value price = hash.find("price");
    take_price(item, price.is_nothing() ? hash.find("plan") : price, in);
    item.quantity = in.integer(hash.find("quantity"));
    item.period_start = in.time(hash.find("current_period_start"));
    item.period_end = in.time(hash.find("current_period_end"));
    return item;
}

// Before items there was one plan, of the subscription itself.
std::vector<subscription_item> all_items(json::value object, field_reader& in) {
    std::vector<subscription_item> items = items_in(object.find("items"), in);
    const json::value plan = object.find("plan");
    if (items.empty() && !plan.is_nothing()) {
        subscription_item only;
        take_price(only, plan, in);
        only.quantity = in.integer(object.find("quantity"));
        items.push_back(std::move(only));
    }
    return items;
}

// The single item as it was before its plan or quantity, which older versions name at the top.
subscription_item single_item_before(
    subscription_item item,
    json::value previous,
    field_reader& in
) {
    const json::value plan = previous.find("plan");
    if (!plan.is_absent()) {
        subscription_item before;
        before.period_start = item.period_start;
        before.period_end = item.period_end;
        before.quantity = item.quantity;
        item = std::move(before);
        take_price(item, plan, in);
        if (id_text(plan).empty()) {
            in.blame(parse_error::bad_value);
        }
    }
    const json::value quantity = previous.find("quantity");
    if (!quantity.is_absent()) {
        item.quantity = in.integer(quantity);
    }
    return item;
}

void note_items(
    subscription_replaced& replaced,
    json::value previous,
    const subscription_state& now,
    std::string_view account
) {
    const json::value list = previous.find("items");
    const json::value data = list.is_object() ? list.find("data") : list;
    if (data.is_array()) {
        note_replaced(replaced.items, data, account, [](field_reader& in, json::value was) {
            return items_in(was, in);
        });
        return;
    }
    const bool legacy =
        !previous.find("plan").is_absent() || !previous.find("quantity").is_absent();
    if (legacy && now.items.size() == 1) {
        note_replaced(replaced.items, previous, account, [&](field_reader& in, json::value was) {
            return std::vector{single_item_before(now.items.front(), was, in)};
        });
    }
}

// Why it is paused; nothing that cannot be read costs the event.
std::optional<pause_type> pause_type_of(json::value object) {
    const auto type =
        object.find("status_details").find("paused").find("subscription").find("type").as_string();
    return type && !type->empty() && is_usable(*type)
               ? std::optional(pause_type(std::string(*type)))
               : std::nullopt;
}

// Stripe gives every such change an end; one without counts as ended long ago, but is one.
std::optional<instant> pending_update_of(json::value change) {
    if (!change.is_object()) {
        return std::nullopt;
    }
    field_reader in({});
    return in.time(change.find("expires_at")).value_or(from_unix_seconds(0));
}

// As long as it waits, and if it changes them; nothing of it costs the event.
std::optional<std::vector<subscription_item>> pending_items_of(json::value change) {
    const json::value list = change.find("subscription_items");
    if (list.is_nothing()) {
        return std::nullopt;
    }
    field_reader in({});
    return items_in(list, in);
}

}  // namespace

std::vector<subscription_item> items_in(json::value list, field_reader& in) {
    std::vector<subscription_item> items;
    const json::value data = list.is_object() ? list.find("data") : list;
    if (!data.is_array() && !data.is_nothing()) {
        in.blame(parse_error::bad_value);
    }
    for (const json::value each : data.items()) {
        items.push_back(item_of(each, in));
    }
    return items;
}

subscription_state subscription_state_of(json::value object, field_reader& in) {
    subscription_state state;
    state.status = in.text(object.find("status")).value_or(std::string());
    state.customer = in.reference<customer_id>(object.find("customer"));
    state.latest_invoice = in.reference<invoice_id>(object.find("latest_invoice"));
    state.items = all_items(object, in);
    state.period_start = in.time(object.find("current_period_start"));
    state.period_end = in.time(object.find("current_period_end"));
    state.trial_end = in.time(object.find("trial_end"));
    state.cancel_at = in.time(object.find("cancel_at"));
    state.cancel_at_period_end = in.flag(object.find("cancel_at_period_end"));
    state.organization =
        field_reader::organization(object.find("metadata").find("organization_id"));
    state.created = in.time(object.find("created"));
    state.paused_for = pause_type_of(object);
    state.pending_update_until = pending_update_of(object.find("pending_update"));
    state.pending_items = pending_items_of(object.find("pending_update"));
    state.currency = in.text(object.find("currency"));
    return state;
}

subscription_replaced subscription_replaced_by(
    json::value previous,
    const subscription_state& now,
    std::string_view account
) {
    subscription_replaced replaced;
    const auto note = [&](auto& field, std::string_view key, const auto& read) {
        note_replaced(field, previous.find(key), account, read);
    };
    const auto time = [](field_reader& in, json::value was) { return in.time(was); };
    if (const auto status = previous.find("status").as_string()) {
        replaced.status = std::string(*status);
    }
    note(replaced.customer, "customer", [](field_reader& in, json::value was) {
        return in.reference<customer_id>(was);
    });
    note(replaced.latest_invoice, "latest_invoice", [](field_reader& in, json::value was) {
        return in.reference<invoice_id>(was);
    });
    note_items(replaced, previous, now, account);
    note(replaced.period_start, "current_period_start", time);
    note(replaced.period_end, "current_period_end", time);
    note(replaced.trial_end, "trial_end", time);
    note(replaced.cancel_at, "cancel_at", time);
    note(
        replaced.cancel_at_period_end,
        "cancel_at_period_end",
        [](field_reader& in, json::value was) { return in.flag(was); }
    );
    note_replaced(
        replaced.organization,
        at_path(previous, {"metadata", "organization_id"}),
        account,
        [](field_reader&, json::value was) { return field_reader::organization(was); }
    );
    note(replaced.created, "created", time);
    note(replaced.pending_update_until, "pending_update", [](field_reader&, json::value was) {
        return pending_update_of(was);
    });
    return replaced;
}

bool tells_why_paused(std::string_view api_version) {
    return api_version >= "2026-09-30";  // a date, then the name of its train
}

}  // namespace billhook::stripe
