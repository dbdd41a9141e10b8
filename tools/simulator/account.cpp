#include "tools/simulator/account.hpp"

#include "schemas/types/assert.hpp"

#include <algorithm>
#include <utility>

namespace billhook::simulator {

namespace {

constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";

std::string in_base_36(std::uint64_t number) {
    std::string text;
    do {
        text.insert(text.begin(), digits[number % 36]);
        number /= 36;
    } while (number != 0);
    return text;
}

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

account::account(account_settings settings, instant start)
    : settings_(std::move(settings)), random_(settings_.seed), now_(start) {
    BILLHOOK_ASSERT(!settings_.api_versions.empty());
}

void account::advance_to(instant when) {
    while (!due_.empty() && due_.begin()->first <= when) {
        const auto [at, what] = std::move(*due_.begin());
        due_.erase(due_.begin());
        now_ = std::max(now_, at);
        request_.clear();
        what();
    }
    now_ = std::max(now_, when);
}

void account::at_time(instant when, std::function<void()> what) {
    due_.emplace(std::max(when, now_), std::move(what));
}

std::string account::fresh(std::string_view kind) {
    std::string id(kind);
    id += "_1" + settings_.prefix;
    // The ids of events say nothing about their order, as Stripe's do not.
    return kind == "evt" ? id + random_.letters(12)
                         : id + in_base_36(++made_) + "0" + random_.letters(4);
}

bool account::is_lost(std::string_view type) const {
    return std::any_of(lost_.begin(), lost_.end(), [type](const std::string& prefix) {
        return type.starts_with(prefix);
    });
}

template <class Object>
void account::append(const std::string& type, const Object& now, const Object* before) {
    sent_event sent{
        .id = fresh("evt"), .created = now_, .type = type, .object = now.id, .bodies = {}};
    const auto key =
        request_.empty() ? boost::json::value(nullptr) : boost::json::value("key-" + request_);
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
            {"created",          to_unix_seconds(now_)                                   },
            {"data",             std::move(data)                                         },
            {"livemode",         settings_.livemode                                      },
            {"pending_webhooks", static_cast<std::int64_t>(settings_.api_versions.size())},
            {"request",
             boost::json::object{
                 {"id",
                  request_.empty() ? boost::json::value(nullptr) : boost::json::value(request_)},
                 {"idempotency_key", key}}                                               },
            {"type",             type                                                    }
        };
        if (!settings_.connected.empty()) {
            body["account"] = settings_.connected;
        }
        sent.bodies.push_back(to_text(body));
    }
    events_.push_back(std::move(sent));
}

void account::tell(const std::string& type, const subscription& what) {
    if (!is_lost(type)) {
        append(type, what, before_of(subscriptions_before_, type, what));
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
        {now_, what.status, what.latest_invoice, says_why ? what.pause_reason : ""}
    );
}

void account::tell(const std::string& type, const invoice& what) {
    if (!is_lost(type)) {
        append(type, what, before_of(invoices_before_, type, what));
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
        told.first_failure = now_;
    }
}

void account::tell(const std::string& type, const customer& what) {
    if (!is_lost(type)) {
        append(type, what, before_of(customers_before_, type, what));
        told_.customers[what.id] = what;
        if (!is_update(type)) {
            told_.begun.insert(what.id);
        }
    }
    customers_before_[what.id] = what;
}

void account::tell(const std::string& type, const schedule& what) {
    if (!is_lost(type)) {
        append(type, what, before_of(schedules_before_, type, what));
        told_.schedules[what.id] = what;
    }
    schedules_before_[what.id] = what;
}

void account::tell(const std::string& type, const checkout_session& what) {
    if (!is_lost(type)) {
        append<checkout_session>(type, what, nullptr);
    }
}

void account::tell_side(const std::string& type, const invoice& about, std::string_view status) {
    if (is_lost(type)) {
        return;
    }
    const bool charge = type.starts_with("charge.");
    const bool intent = type.starts_with("payment_intent.");
    const std::string object(charge ? "charge" : intent ? "payment_intent" : "invoice_payment");
    const side_object what{
        .id = intent ? about.payment_intent : fresh(charge ? "ch" : "inpay"),
        .object = object,
        .customer = about.customer,
        .invoice = about.id,
        .status = std::string(status),
        .amount_minor = about.amount_due,
        .currency = about.price.currency,
        .created = now_};
    append<side_object>(type, what, nullptr);
}

told_record account::read() const {
    auto shown = told_;
    shown.customers = customers_;
    shown.schedules = schedules_;
    for (const auto& [id, what] : invoices_) {
        shown.invoices[id].last = what;
    }
    for (const auto& [id, what] : subscriptions_) {
        auto& read = shown.subscriptions[id];
        read.last = what;
        read.deleted = what.status == "canceled";
        read.history.push_back({now_, what.status, what.latest_invoice, what.pause_reason});
    }
    return shown;
}

std::string account::create_customer(const metadata& pairs) {
    begin_act();
    customer made;
    made.id = fresh("cus");
    made.created = now_;
    made.name = "Practice " + settings_.prefix;
    made.metadata = pairs;
    cards_[made.id] = card::none;
    tell("customer.created", customers_[made.id] = made);
    return made.id;
}

void account::rename_customer(const std::string& id, const std::string& name) {
    begin_act();
    auto& who = customers_.at(id);
    who.name = name;
    tell("customer.updated", who);
}

void account::set_card(const std::string& id, card kind) {
    begin_act();
    cards_.at(id) = kind;
    auto& who = customers_.at(id);
    who.payment_method = kind == card::none ? "" : fresh("pm");
    tell("customer.updated", who);
}

void account::set_delinquent(const std::string& id, bool delinquent) {
    auto& who = customers_.at(id);
    if (who.delinquent != delinquent) {
        who.delinquent = delinquent;
        tell("customer.updated", who);
    }
}

void account::delete_customer(const std::string& id) {
    begin_act();
    for (auto& [key, owned] : subscriptions_) {
        if (owned.customer == id && !owned.ended_at && owned.status != "incomplete_expired") {
            remove(owned, "cancellation_requested");
        }
    }
    auto& who = customers_.at(id);
    who.deleted = true;
    tell("customer.deleted", who);
}

}  // namespace billhook::simulator
