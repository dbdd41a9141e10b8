#include "tests/simulation/rendered.hpp"

#include "schemas/json/writer.hpp"
#include "schemas/types/assert.hpp"
#include "tests/simulation/scenario.hpp"
#include "worker/pipeline/sweep.hpp"

namespace billhook::simulation {

namespace {

std::optional<std::int64_t> seconds(const std::optional<instant>& at) {
    return at ? std::optional{to_unix_seconds(*at)} : std::nullopt;
}

template <class Id>
std::optional<std::string> text(const std::optional<Id>& id) {
    return id ? std::optional{id->text()} : std::nullopt;
}

void add_metadata(json::writer& to, const std::optional<organization_id>& organization) {
    to.key("metadata").begin_object();
    to.member_if("organization_id", text(organization)).end_object();
}

void add_item_array(json::writer& to, const std::vector<stripe::subscription_item>& items) {
    to.begin_array();
    for (const auto& item : items) {
        to.begin_object()
            .member_if("quantity", item.quantity)
            .member_if("current_period_start", seconds(item.period_start))
            .member_if("current_period_end", seconds(item.period_end))
            .key("price")
            .begin_object()
            .member_if("id", item.price)
            .member_if("product", item.product)
            .member_if("lookup_key", item.lookup_key)
            .member_if("currency", item.currency)
            .member_if("unit_amount_decimal", item.unit_amount)
            .key("recurring")
            .begin_object()
            .member_if("interval", item.interval)
            .member_if("interval_count", item.interval_count)
            .end_object()
            .end_object()
            .end_object();
    }
    to.end_array();
}

void add_items(json::writer& to, const std::vector<stripe::subscription_item>& items) {
    to.key("items").begin_object().key("data");
    add_item_array(to, items);
    to.end_object();
}

void add_pending_update(
    json::writer& to,
    const std::optional<instant>& until,
    const std::optional<std::vector<stripe::subscription_item>>& items
) {
    to.key("pending_update");
    if (!until) {
        to.add(nullptr);
        return;
    }
    to.begin_object().member("expires_at", to_unix_seconds(*until));
    if (items) {
        to.key("subscription_items");
        add_item_array(to, *items);
    }
    to.end_object();
}

// Every field of an object's state; of what was replaced only those that were.
struct object_text {
    json::writer out;

    void write(const stripe::subscription_fact& fact) {
        const auto& now = fact.state;
        out.begin_object()
            .member("id", fact.id.text())
            .member("object", "subscription")
            .member("status", now.status)
            .member("customer", text(now.customer))
            .member("latest_invoice", text(now.latest_invoice))
            .member("trial_end", seconds(now.trial_end))
            .member("cancel_at", seconds(now.cancel_at))
            .member("cancel_at_period_end", now.cancel_at_period_end)
            .member("created", seconds(now.created))
            .member_if("current_period_start", seconds(now.period_start))
            .member_if("current_period_end", seconds(now.period_end))
            .member_if("currency", now.currency);
        if (now.paused_for) {
            out.key("status_details").begin_object().key("paused").begin_object();
            out.key("subscription").begin_object().member("type", now.paused_for->text());
            out.end_object().end_object().end_object();
        }
        add_pending_update(out, now.pending_update_until, now.pending_items);
        add_items(out, now.items);
        add_metadata(out, now.organization);
        out.end_object();
    }
    void write(const stripe::subscription_replaced& was) {
        out.begin_object().member_if("status", was.status);
        if (was.latest_invoice) {
            out.member("latest_invoice", text(*was.latest_invoice));
        }
        if (was.period_start) {
            out.member("current_period_start", seconds(*was.period_start));
        }
        if (was.period_end) {
            out.member("current_period_end", seconds(*was.period_end));
        }
        if (was.trial_end) {
            out.member("trial_end", seconds(*was.trial_end));
        }
        if (was.cancel_at) {
            out.member("cancel_at", seconds(*was.cancel_at));
        }
        out.member_if("cancel_at_period_end", was.cancel_at_period_end);
        if (was.items) {
            add_items(out, *was.items);
        }
        if (was.pending_update_until) {
            add_pending_update(out, *was.pending_update_until, {});
        }
        if (was.organization) {
            out.key("metadata").begin_object();
            out.member("organization_id", text(*was.organization)).end_object();
        }
        out.end_object();
    }
    void write(const stripe::invoice_fact& fact) {
        const auto& now = fact.state;
        out.begin_object()
            .member("id", fact.id.text())
            .member("object", "invoice")
            .member("status", now.status)
            .member("customer", text(now.customer))
            .member("subscription", text(now.subscription))
            .member("billing_reason", now.billing_reason)
            .member("attempt_count", now.attempt_count)
            .member("created", seconds(now.created))
            .end_object();
    }
    void write(const stripe::customer_fact& fact) {
        out.begin_object().member("id", fact.id.text()).member("object", "customer");
        out.member("created", seconds(fact.state.created));
        add_metadata(out, fact.state.organization);
        out.end_object();
    }
    void write(const stripe::checkout_fact& fact) {
        out.begin_object()
            .member("id", fact.id.text())
            .member("object", "checkout.session")
            .member("mode", fact.mode)
            .member("customer", text(fact.customer))
            .member("subscription", text(fact.subscription))
            .member("client_reference_id", text(fact.client_reference))
            .member("created", to_unix_seconds(fact.created));
        add_metadata(out, fact.organization);
        out.end_object();
    }
    void write(const stripe::schedule_fact& fact) {
        out.begin_object()
            .member("id", fact.id.text())
            .member("object", "subscription_schedule")
            .member("customer", text(fact.customer))
            .member("subscription", text(fact.subscription))
            .member("status", fact.status)
            .member("end_behavior", fact.ends_at ? "cancel" : "release");
        if (fact.phase_start) {
            const auto last = fact.ends_at ? fact.ends_at : fact.phase_start;
            const auto end = fact.next_at ? fact.next_at : last;
            out.key("current_phase").begin_object();
            out.member("start_date", seconds(fact.phase_start)).member("end_date", seconds(end));
            out.end_object().key("phases").begin_array();
            if (fact.next_at) {
                out.begin_object().member("start_date", seconds(fact.next_at));
                out.member("end_date", seconds(fact.ends_at)).key("items");
                add_item_array(out, fact.next_items);
                out.end_object();
            } else if (fact.ends_at) {
                out.begin_object().member("start_date", seconds(fact.phase_start));
                out.member("end_date", seconds(fact.ends_at)).end_object();
            }
            out.end_array();
        }
        out.end_object();
    }
    void write(const stripe::invoice_replaced&) { out.begin_object().end_object(); }
    void write(const stripe::customer_replaced&) { out.begin_object().end_object(); }
};

template <class Part>
std::string text_of(const Part& part) {
    object_text made;
    made.write(part);
    return made.out.take();
}

std::string body_of(const stripe::event& event) {
    json::writer out;
    out.begin_object()
        .member("id", event.id.text())
        .member("object", "event")
        .member(
            "api_version",
            event.api_version.empty() ? std::nullopt : std::optional{event.api_version}
        )
        .member("created", seconds(event.created))
        .member("livemode", event.livemode.value_or(false))
        .member("type", event.type);
    const auto* const told = std::get_if<stripe::subscription_fact>(&event.said);
    if (told != nullptr && told->says == stripe::evidence::assumed) {
        out.member("assumed", true);
    }
    out.key("data").begin_object();
    std::visit(
        [&](const auto& fact) {
            if constexpr (requires { fact.replaced; }) {
                out.key("previous_attributes").add_raw(text_of(fact.replaced));
            }
            if constexpr (requires(object_text to) { to.write(fact); }) {
                out.key("object").add_raw(text_of(fact));
            } else {
                BILLHOOK_ASSERT(false && "an object that can be rendered");
            }
        },
        event.said
    );
    return out.end_object().end_object().take();
}

}  // namespace

record rendered(const received& what) {
    if (const auto* said = std::get_if<mapping>(&what.what)) {
        const message sent = message_of(*said);
        return record_from(sent.key, sent.value, sent.headers, {});
    }
    if (const auto* given = std::get_if<grant>(&what.what)) {
        const message sent = message_of(*given);
        return record_from(sent.key, sent.value, sent.headers, {});
    }
    record made = published(body_of(std::get<stripe::event>(what.what)));
    made.received_at = what.received_at;
    return made;
}

}  // namespace billhook::simulation
