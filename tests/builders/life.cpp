#include "tests/builders/life.hpp"

#include "schemas/types/assert.hpp"
#include "tests/builders/life_records.hpp"
#include "tests/builders/life_words.hpp"

#include <optional>
#include <sstream>
#include <utility>

namespace billhook::builders {

namespace {

std::vector<std::string> words(const std::string& line) {
    std::istringstream in{line};
    std::vector<std::string> all;
    for (std::string word; in >> word;) {
        all.push_back(word);
    }
    return all;
}

stripe::place place_of(std::string_view type) {
    return type == "created"   ? stripe::place::first
           : type == "deleted" ? stripe::place::last
                               : stripe::place::middle;
}

stripe::evidence evidence_of(std::string_view type) {
    return type == "payment_failed"            ? stripe::evidence::payment_failed
           : type == "payment_action_required" ? stripe::evidence::payment_action_required
           : type == "overdue"                 ? stripe::evidence::overdue
           : type == "assumed"                 ? stripe::evidence::assumed
                                               : stripe::evidence::none;
}

// Before 2025-03-31.basil the period was the subscription's, before 2020-03-02 an item had a plan.
void tell_items_as(std::string_view version, stripe::subscription_state& state) {
    for (auto& item : state.items) {
        state.period_start = std::exchange(item.period_start, std::nullopt);
        state.period_end = std::exchange(item.period_end, std::nullopt);
        if (version < "2020-03-02") {
            item.product.reset();
            item.lookup_key.reset();
        }
    }
}

// What the body's version of the API tells; without one, all that the line says.
void tell_as_its_version(stripe::subscription_fact& fact) {
    const std::string_view version = fact.api_version;
    if (version.empty() || version >= "2025-03-31") {
        return;
    }
    auto& state = fact.state;
    auto& replaced = fact.replaced;
    stripe::subscription_state before = state;
    before.items = replaced.items.value_or(before.items);
    tell_items_as(version, before);
    tell_items_as(version, state);
    const auto note = [](auto& old, const auto& was, const auto& is) {
        old.reset();
        if (was != is) {
            old = was;
        }
    };
    note(replaced.items, before.items, state.items);
    note(replaced.period_start, before.period_start, state.period_start);
    note(replaced.period_end, before.period_end, state.period_end);
    if (version < "2019-08-14") {
        state.cancel_at.reset();
        replaced.cancel_at.reset();
    }
    if (version < "2019-02-19") {
        state.latest_invoice.reset();
        replaced.latest_invoice.reset();
    }
}

// Of a schedule's phase: "basic*3"; the price's id and how many.
stripe::subscription_item phase_item(std::string_view what) {
    const auto times = what.find('*');
    stripe::subscription_item one;
    one.price = "price_" + std::string{what.substr(0, times)};
    one.quantity = times == std::string_view::npos ? 1 : number(what.substr(times + 1));
    return one;
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
        if (object == "grant" || object == "revoke") {
            return {all[0], created, given(created, all[0], rest)};
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
            event.type = "customer.subscription." + (all[4] == "assumed" ? "updated" : all[4]);
            subscription(event, all[4], rest);
        } else if (object.starts_with("in_")) {
            event.type = "invoice." + all[4];
            invoice(event, all[4], rest);
        } else if (object.starts_with("cus_")) {
            event.type = "customer." + all[4];
            customer(event, all[4], rest);
        } else if (object.starts_with("sched_")) {
            event.type = "subscription_schedule." + all[4];
            schedule(event, all[4], rest);
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
        tell_as_its_version(fact);
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
            } else if (field == "sub" && to == "none") {
                state.subscription.reset();
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

    static void schedule(
        stripe::event& event,
        std::string_view type,
        const std::vector<std::string>& rest
    ) {
        stripe::schedule_fact fact;
        fact.id = schedule_id{event.object};
        fact.event = event.id;
        fact.event_created = *event.created;
        fact.api_version = event.api_version;
        fact.customer = customer_id{"cus_1"};
        fact.first = type == "created";
        fact.over = type == "completed" || type == "canceled" || type == "released";
        fact.status = fact.over ? std::string{type} : "active";
        each_field(rest, [&](const std::string& field, std::string_view to, bool) {
            if (field == "sub") {
                fact.subscription = identifier<subscription_id>(to);
            } else if (field == "phase") {
                fact.phase_start = moment(to);
            } else if (field == "next") {
                fact.next_at = moment(to);
            } else if (field == "plan") {
                fact.next_items = {phase_item(to)};
            } else if (field == "ends") {
                fact.ends_at = moment(to);
            } else if (field == "customer") {
                fact.customer = identifier<customer_id>(to);
            } else {
                BILLHOOK_ASSERT(false && "a field of a schedule");
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
