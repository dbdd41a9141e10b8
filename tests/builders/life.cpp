#include "tests/builders/life.hpp"

#include "schemas/types/assert.hpp"

#include <charconv>
#include <optional>
#include <sstream>

namespace billhook::builders {

namespace {

constexpr auto t0 = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};

int number(std::string_view text) {
    int value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    BILLHOOK_ASSERT(error == std::errc{} && stop == text.data() + text.size());
    return value;
}

std::vector<std::string> words(const std::string& line) {
    std::istringstream in{line};
    std::vector<std::string> all;
    for (std::string word; in >> word;) {
        all.push_back(word);
    }
    return all;
}

// "d30", "d13T20:00", "30" or "null".
std::optional<instant> moment(std::string_view text) {
    if (text == "null") {
        return std::nullopt;
    }
    if (text.front() == 'd') {
        text.remove_prefix(1);
    }
    const auto clock = text.find('T');
    instant at = instant{t0} + std::chrono::days{number(text.substr(0, clock))};
    if (clock != std::string_view::npos) {
        const auto time = text.substr(clock + 1);
        at += std::chrono::hours{number(time.substr(0, 2))} +
              std::chrono::minutes{number(time.substr(3, 2))};
    }
    return at;
}

template <class Id>
std::optional<Id> identifier(std::string_view text) {
    return text == "null" ? std::nullopt : std::optional{Id{std::string{text}}};
}

stripe::subscription_item item(std::string_view plan) {
    stripe::subscription_item one;
    one.price = "price_" + std::string{plan};
    one.product = "prod_" + std::string{plan};
    one.lookup_key = std::string{plan} + "_monthly";
    one.quantity = 1;
    return one;
}

// Sets one field of a subscription's state, and says what it replaced.
struct subscription_setter {
    stripe::subscription_state& state;
    stripe::subscription_replaced& replaced;

    void items_before() {
        if (!replaced.items) {
            replaced.items = state.items;
        }
    }
    void also(std::string_view what) {
        const auto times = what.find('*');
        auto fresh = item(what.substr(0, times));
        if (times != std::string_view::npos) {
            fresh.quantity = number(what.substr(times + 1));
        }
        std::erase_if(state.items, [&](const auto& each) { return each.price == fresh.price; });
        state.items.push_back(std::move(fresh));
    }
    void operator()(const std::string& field, std::string_view to, bool says) {
        if (field == "status") {
            set(state.status, replaced.status, std::string{to}, says);
        } else if (field == "plan") {
            if (says) {
                items_before();
            }
            auto fresh = item(to);
            if (!state.items.empty()) {
                fresh.period_start = state.items.front().period_start;
                fresh.period_end = state.items.front().period_end;
            }
            state.items = {fresh};
        } else if (field == "period") {
            if (says) {
                items_before();
            }
            const auto dash = to.find('-');
            state.items.front().period_start = moment(to.substr(0, dash));
            state.items.front().period_end = moment(to.substr(dash + 1));
        } else if (field == "quantity") {
            if (says) {
                items_before();
            }
            state.items.front().quantity = number(to);
        } else if (field == "latest") {
            set(state.latest_invoice, replaced.latest_invoice, identifier<invoice_id>(to), says);
        } else if (field == "trial_end") {
            set(state.trial_end, replaced.trial_end, moment(to), says);
        } else if (field == "cancel_at") {
            set(state.cancel_at, replaced.cancel_at, moment(to), says);
        } else if (field == "cancel_at_period_end") {
            set(state.cancel_at_period_end, replaced.cancel_at_period_end, to == "true", says);
        } else if (field == "paused_for") {
            state.paused_for = identifier<stripe::pause_type>(to);
        } else if (field == "pending_until") {
            set(state.pending_update_until, replaced.pending_update_until, moment(to), says);
        } else if (field == "org") {
            set(state.organization, replaced.organization, identifier<organization_id>(to), says);
        } else if (field == "customer") {
            set(state.customer, replaced.customer, identifier<customer_id>(to), says);
        } else if (field == "key") {
            if (says) {
                items_before();
            }
            auto& key = state.items.front().lookup_key;
            key = to == "null" ? std::nullopt : std::optional{std::string{to}};
        } else if (field == "also") {
            // One more item, "sms" or "sms*3", in the place of one of that price.
            if (says) {
                items_before();
            }
            also(to);
        } else if (field == "legacy_plan") {
            auto fresh = item(to);
            fresh.lookup_key.reset();
            fresh.product.reset();
            fresh.period_start = state.items.front().period_start;
            fresh.period_end = state.items.front().period_end;
            state.items = {fresh};
        } else {
            BILLHOOK_ASSERT(false && "a field of a subscription");
        }
    }
    template <class Value>
    static void set(Value& held, std::optional<Value>& old, Value to, bool says) {
        if (says) {
            old = held;
        }
        held = std::move(to);
    }
};

stripe::place place_of(std::string_view type) {
    return type == "created"   ? stripe::place::first
           : type == "deleted" ? stripe::place::last
                               : stripe::place::middle;
}

stripe::evidence evidence_of(std::string_view type) {
    return type == "payment_failed"            ? stripe::evidence::payment_failed
           : type == "payment_action_required" ? stripe::evidence::payment_action_required
           : type == "overdue"                 ? stripe::evidence::overdue
                                               : stripe::evidence::none;
}

// Carries the objects' states from line to line.
class reader {
public:
    life_event read(const std::string& line) {
        const auto all = words(line);
        BILLHOOK_ASSERT(all.size() >= 5);
        const auto created = day(all[1] + " " + all[2]);
        const auto& object = all[3];
        const std::vector<std::string> rest(all.begin() + 5, all.end());
        if (object == "map") {
            return {all[0], created, mapped(created, all[0], rest)};
        }
        stripe::event event;
        event.id = event_id{"evt_" + all[0]};
        for (const auto& word : rest) {
            if (word.starts_with("id=")) {
                event.id = event_id{word.substr(3)};
            } else if (word.starts_with("version=")) {
                event.api_version = word.substr(8);
            }
        }
        event.created = created;
        event.object = object;
        event.livemode = false;
        if (object.starts_with("sub_")) {
            event.type = "customer.subscription." + all[4];
            subscription(event, all[4], rest);
        } else if (object.starts_with("in_")) {
            event.type = "invoice." + all[4];
            invoice(event, all[4], rest);
        } else if (object.starts_with("cus_")) {
            event.type = "customer." + all[4];
            customer(event, all[4], rest);
        } else if (object.starts_with("ch_")) {
            event.type = "charge." + all[4];
            decline(event, rest);
        } else {
            event.type = "checkout.session." + all[4];
            session(event, all[4], rest);
        }
        return {
            all[0], created, {{}, created, endpoint_mode::both, std::move(event)}
        };
    }

private:
    template <class Fact>
    static Fact fact_of(const stripe::event& event, std::string_view type) {
        Fact fact;
        fact.id = decltype(fact.id){event.object};
        fact.event = event.id;
        fact.created = *event.created;
        fact.api_version = event.api_version;
        fact.within_second = place_of(type);
        fact.says = evidence_of(type);
        return fact;
    }

    // Calls set(field, value, says) for each word "field=b", "field:a->b" or a status alone.
    template <class Set>
    static void each_field(const std::vector<std::string>& rest, Set set) {
        for (const auto& word : rest) {
            const auto equals = word.find('=');
            const auto colon = word.find(':');
            const auto arrow = word.find("->");
            if (arrow != std::string::npos) {
                // The line itself says what was there before.
                set(word.substr(0, colon),
                    std::string_view{word}.substr(colon + 1, arrow - colon - 1),
                    false);
                set(word.substr(0, colon), std::string_view{word}.substr(arrow + 2), true);
            } else if (equals == std::string::npos) {
                set(std::string{"status"}, std::string_view{word}, false);
            } else if (!word.starts_with("id=") && !word.starts_with("version=")) {
                set(word.substr(0, equals), std::string_view{word}.substr(equals + 1), false);
            }
        }
    }

    void subscription(
        stripe::event& event,
        std::string_view type,
        const std::vector<std::string>& rest
    ) {
        auto fact = fact_of<stripe::subscription_fact>(event, type);
        const auto [at, first] = subscriptions_.try_emplace(event.object);
        auto& state = at->second;
        if (first) {
            state.customer = customer_id{"cus_1"};
            state.created = event.created;
            state.items = {item("basic")};
        }
        each_field(rest, subscription_setter{state, fact.replaced});
        fact.state = state;
        event.customer = state.customer;
        event.said = std::move(fact);
    }

    void invoice(
        stripe::event& event,
        std::string_view type,
        const std::vector<std::string>& rest
    ) {
        auto fact = fact_of<stripe::invoice_fact>(event, type);
        const auto [at, first] = invoices_.try_emplace(event.object);
        auto& state = at->second;
        if (first) {
            state.customer = customer_id{"cus_1"};
            state.subscription = subscription_id{"sub_1"};
            state.billing_reason = "subscription_cycle";
            state.created = event.created;
        }
        each_field(rest, [&](const std::string& field, std::string_view to, bool) {
            if (field == "status") {
                state.status = std::string{to};
            } else if (field == "attempts") {
                state.attempt_count = number(to);
            } else if (field == "created") {
                state.created = moment(to);
            } else if (field == "reason") {
                state.billing_reason = std::string{to};
            } else if (field == "sub") {
                state.subscription = identifier<subscription_id>(to);
            } else {
                BILLHOOK_ASSERT(false && "a field of an invoice");
            }
        });
        fact.state = state;
        event.customer = state.customer;
        event.said = std::move(fact);
    }

    void customer(
        stripe::event& event,
        std::string_view type,
        const std::vector<std::string>& rest
    ) {
        auto fact = fact_of<stripe::customer_fact>(event, type);
        auto& state = customers_[event.object];
        if (!state.created) {
            state.created = event.created;
        }
        each_field(rest, [&](const std::string& field, std::string_view to, bool says) {
            if (field == "org") {
                subscription_setter::set(
                    state.organization,
                    fact.replaced.organization,
                    identifier<organization_id>(to),
                    says
                );
            } else if (field == "created") {
                state.created = moment(to);
            } else {
                BILLHOOK_ASSERT(false && "a field of a customer");
            }
        });
        fact.state = state;
        event.customer = fact.id;
        event.said = std::move(fact);
    }

    static void session(
        stripe::event& event,
        std::string_view type,
        const std::vector<std::string>& rest
    ) {
        stripe::checkout_fact fact;
        fact.id = checkout_session_id{event.object};
        fact.event = event.id;
        fact.event_created = *event.created;
        fact.created = *event.created;
        fact.completed = type != "expired";
        each_field(rest, [&](const std::string& field, std::string_view to, bool) {
            if (field == "mode") {
                fact.mode = std::string{to};
            } else if (field == "customer") {
                fact.customer = identifier<customer_id>(to);
            } else if (field == "sub") {
                fact.subscription = identifier<subscription_id>(to);
            } else if (field == "client_reference_id") {
                fact.client_reference = identifier<organization_id>(to);
            } else if (field == "org") {
                fact.organization = identifier<organization_id>(to);
            } else {
                BILLHOOK_ASSERT(false && "a field of a Checkout session");
            }
        });
        event.customer = fact.customer;
        event.said = std::move(fact);
    }

    static void decline(stripe::event& event, const std::vector<std::string>& rest) {
        stripe::decline_fact fact;
        fact.customer = customer_id{"cus_1"};
        fact.event = event.id;
        fact.created = *event.created;
        fact.api_version = event.api_version;
        each_field(rest, [&](const std::string& field, std::string_view to, bool) {
            if (field == "code") {
                fact.code = std::string{to};
            } else if (field == "invoice") {
                fact.invoice = identifier<invoice_id>(to);
            } else {
                BILLHOOK_ASSERT(false && "a field of a refused charge");
            }
        });
        event.customer = fact.customer;
        event.said = std::move(fact);
    }

    static received mapped(
        instant created,
        const std::string& name,
        const std::vector<std::string>& rest
    ) {
        mapping record;
        record.id = event_id{"map_" + name};
        record.created = created;
        each_field(rest, [&](const std::string& field, std::string_view to, bool) {
            if (field == "org") {
                record.organization = organization_id{std::string{to}};
            } else if (field == "customer") {
                record.customer = identifier<customer_id>(to);
            } else if (field == "sub") {
                record.subscription = identifier<subscription_id>(to);
            } else if (field == "created_at") {
                record.organization_created = moment(to);
            } else {
                BILLHOOK_ASSERT(false && "a field of a mapping record");
            }
        });
        return {{}, created, endpoint_mode::both, std::move(record)};
    }

    std::map<std::string, stripe::subscription_state> subscriptions_;
    std::map<std::string, stripe::invoice_state> invoices_;
    std::map<std::string, stripe::customer_state> customers_;
};

}  // namespace

instant day(std::string_view text) {
    const auto space = text.find(' ');
    return *moment(std::string{text.substr(0, space)} + "T" + std::string{text.substr(space + 1)});
}

std::vector<life_event> life(std::string_view lines) {
    std::istringstream in{std::string{lines}};
    std::vector<life_event> events;
    reader states;
    for (std::string line; std::getline(in, line);) {
        if (line.find_first_not_of(' ') != std::string::npos) {
            events.push_back(states.read(line));
        }
    }
    return events;
}

}  // namespace billhook::builders
