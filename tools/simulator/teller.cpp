#include "tools/simulator/teller.hpp"

#include "tools/simulator/billing.hpp"
#include "tools/simulator/render.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <utility>

namespace billhook::simulator {

namespace {

bool is_failure(std::string_view type) {
    return type == "invoice.payment_failed" || type == "invoice.payment_action_required";
}

bool is_update(std::string_view type) {
    return type.ends_with(".updated");
}

bool is_base(std::string_view type) {
    return is_update(type) || type.ends_with(".created");
}

// The state before, where the event is one that names what it replaced.
template <class Object>
const Object* before_of(
    const std::map<std::string, Object>& before,
    const std::string& type,
    const Object& what
) {
    const auto found = before.find(what.id);
    return is_update(type) && found != before.end() ? &found->second : nullptr;
}

}  // namespace

// The reason came with 2026-09-30.endive; bodies of older versions hold the status alone.
bool teller::tells_pause_reason() const {
    return std::ranges::any_of(settings_.api_versions, [](const std::string& version) {
        return rendering{version}.since_endive();
    });
}

bool teller::is_lost(std::string_view type) const {
    return std::any_of(lost_.begin(), lost_.end(), [type](const std::string& prefix) {
        return type.starts_with(prefix);
    });
}

template <class Object>
void teller::append(
    const occasion& on,
    const std::string& type,
    const Object& now,
    const Object* before
) {
    sent_event sent{
        .id = ids_.next("evt"), .created = on.at, .type = type, .object = now.id, .bodies = {}};
    const bool asked = !on.request.empty();
    boost::json::object request;
    request["id"] = asked ? boost::json::value(on.request) : nullptr;
    request["idempotency_key"] = asked ? boost::json::value("key-" + on.request) : nullptr;
    for (const auto& version : settings_.api_versions) {
        const rendering as{.api_version = version, .livemode = settings_.livemode};
        boost::json::object data{
            {"object", render(now, as)}
        };
        if (before != nullptr) {
            data["previous_attributes"] = difference(render(*before, as), render(now, as));
        }
        boost::json::object body{
            {"id",               sent.id                                                 },
            {"object",           "event"                                                 },
            {"api_version",      version                                                 },
            {"created",          to_unix_seconds(on.at)                                  },
            {"data",             std::move(data)                                         },
            {"livemode",         settings_.livemode                                      },
            {"pending_webhooks", static_cast<std::int64_t>(settings_.api_versions.size())},
            {"request",          request                                                 },
            {"type",             type                                                    }
        };
        if (!settings_.connected.empty()) {
            body["account"] = settings_.connected;
        }
        sent.bodies.push_back(to_text(body));
    }
    events_.push_back(std::move(sent));
}

void teller::tell(const occasion& on, const std::string& type, const subscription& what) {
    if (!is_lost(type)) {
        append(on, type, what, before_of(subscriptions_before_, type, what));
    }
    if (is_base(type)) {
        subscriptions_before_[what.id] = what;
    }
    if (is_lost(type)) {
        return;
    }
    auto& told = told_.subscriptions[what.id];
    told.last = what;
    told.deleted = told.deleted || type == "customer.subscription.deleted";
    const bool says_why = what.status == "paused" && tells_pause_reason();
    told.history.push_back(
        {on.at, what.status, what.latest_invoice, says_why ? what.pause_reason : ""}
    );
}

void teller::tell(const occasion& on, const std::string& type, const invoice& what) {
    if (!is_lost(type)) {
        append(on, type, what, before_of(invoices_before_, type, what));
    }
    if (is_base(type)) {
        invoices_before_[what.id] = what;
    }
    if (is_lost(type)) {
        return;
    }
    auto& told = told_.invoices[what.id];
    told.last = what;
    if (is_failure(type) && !told.first_failure) {
        told.first_failure = on.at;
    }
}

void teller::tell(const occasion& on, const std::string& type, const customer& what) {
    if (!is_lost(type)) {
        append(on, type, what, before_of(customers_before_, type, what));
        told_.customers[what.id] = what;
        if (!is_update(type)) {
            told_.begun.insert(what.id);
        }
    }
    customers_before_[what.id] = what;
}

void teller::tell(const occasion& on, const std::string& type, const schedule& what) {
    if (!is_lost(type)) {
        append(on, type, what, before_of(schedules_before_, type, what));
        told_.schedules[what.id] = what;
    }
    schedules_before_[what.id] = what;
}

void teller::tell(const occasion& on, const std::string& type, const checkout_session& what) {
    if (!is_lost(type)) {
        append<checkout_session>(on, type, what, nullptr);
    }
}

void teller::tell_side(
    const occasion& on,
    const std::string& type,
    const invoice& about,
    std::string_view status
) {
    if (is_lost(type)) {
        return;
    }
    const bool charge = type.starts_with("charge.");
    const bool intent = type.starts_with("payment_intent.");
    const std::string object(charge ? "charge" : intent ? "payment_intent" : "invoice_payment");
    const side_object what{
        .id = intent ? about.payment_intent : ids_.next(charge ? "ch" : "inpay"),
        .object = object,
        .customer = about.customer,
        .invoice = about.id,
        .status = std::string(status),
        .amount_minor = about.amount_due,
        .currency = about.price.currency,
        .created = on.at};
    append<side_object>(on, type, what, nullptr);
}

void teller::forget_lookup_key(const std::string& price) {
    for (auto& [id, what] : subscriptions_before_) {
        drop_lookup_key(what, price);
    }
}

}  // namespace billhook::simulator
