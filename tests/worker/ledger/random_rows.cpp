#include "tests/worker/ledger/random_rows.hpp"

#include "schemas/types/words.hpp"

#include <array>
#include <fmt/format.h>
#include <map>

namespace billhook::tests {

namespace {

constexpr int count = 4;  // ids of a kind

template <class Id>
Id id(std::string_view prefix, int number) {
    return Id{fmt::format("{}_{}", prefix, number)};
}

}  // namespace

std::string random_rows::text() {
    static const std::array<std::string, 12> pieces{
        "NULL",
        "\"",
        "\\",
        "{a,b}",
        "'",
        ",",
        "\n\t",
        "ü",
        "\U0001F600",
        "x",
        "$1",
        "acct_1/sub_1"};
    std::string all;
    for (int left = below(5); left > 0; --left) {
        all += pieces[static_cast<std::size_t>(below(static_cast<int>(pieces.size())))];
    }
    return all;
}

template <class Id>
Id random_rows::one_of(std::string_view prefix) {
    return below(4) == 0 ? Id(text()) : id<Id>(prefix, below(count));
}

void random_rows::fill(std::int64_t& what) {
    static const std::array<std::int64_t, 5> numbers{0, 1, -1, INT64_MAX, INT64_MIN};
    what = numbers[static_cast<std::size_t>(below(5))];
}

void random_rows::fill(instant& what) {
    static const std::array<std::int64_t, 5> seconds{
        0, -1, 1'700'000'000, 253'402'300'799, 951'782'400};
    const std::int64_t second = seconds[static_cast<std::size_t>(below(5))];
    // Parts of a second are read as they were until 2106 (worker/ledger/tables.hpp); Stripe has
    // none.
    const bool parts = second < (std::int64_t{1} << 32) && coin();
    what = from_unix_seconds(second) + std::chrono::microseconds(parts ? below(1'000'000) : 0);
}

void random_rows::fill(std::vector<std::string>& what) {
    for (int left = below(3); left > 0; --left) {
        what.push_back(text());
    }
}

void random_rows::fill(std::vector<stripe::subscription_item>& what) {
    for (int left = below(3); left > 0; --left) {
        auto& item = what.emplace_back();
        fill(item.price);
        fill(item.product);
        fill(item.lookup_key);
        fill(item.quantity);
        fill(item.period_start);
        fill(item.period_end);
        fill(item.interval);
        fill(item.interval_count);
        fill(item.currency);
        fill(item.unit_amount);
    }
}

void random_rows::fill(pending_change& what) {
    fill(what.plan);
    fill(what.quantity);
    fill(what.at);
    fill(what.until);
}

void random_rows::fill(feature_map& what) {
    for (int left = below(4); left > 0; --left) {
        auto& value = what[text()];
        if (coin()) {
            value = coin();
        } else {
            value = coin() ? std::int64_t{-1} : std::int64_t{INT64_MAX};
        }
    }
}

template <class Enum>
    requires std::is_enum_v<Enum>
void random_rows::fill(Enum& what) {
    const auto all = every<Enum>();
    what = all[static_cast<std::size_t>(below(static_cast<int>(all.size())))];
}

template <class T>
void random_rows::fill(std::optional<T>& what) {
    if (coin()) {
        fill(what.emplace());
    }
}

template <class Fields>
    requires requires(Fields& fields) { fields.members(); }
void random_rows::fill(Fields& what) {
    stripe::each_field(what, [this](std::string_view, auto& member) { fill(member); });
}

template <class Row>
Row random_rows::row() {
    Row one;
    columns(one, [this](std::string_view, auto& value) { fill(value); });
    return one;
}

// With a key of the few.
template <class Fact>
Fact random_rows::fact(std::string_view prefix) {
    auto one = row<Fact>();
    one.id = id<decltype(one.id)>(prefix, below(count));
    one.event = id<event_id>("evt", below(count));
    one.created = from_unix_seconds(below(3));
    return one;
}

// A few of each kind; `dropped` names none that is among them.
void random_rows::add_facts(changes& to) {
    std::map<fact_key, subscription_fact_row> of_subscriptions;
    std::map<fact_key, invoice_fact_row> of_invoices;
    std::map<fact_key, customer_fact_row> of_customers;
    const auto key = [](const auto& fact) {
        return fact_key{fact.id.text(), fact.created, fact.event};
    };
    for (int each = 0; each < count; ++each) {
        const auto first = fact<stripe::subscription_fact>("sub");
        of_subscriptions.insert_or_assign(
            key(first), subscription_fact_row{first, coin(), coin(), coin()}
        );
        const auto second = fact<stripe::invoice_fact>("in");
        of_invoices.insert_or_assign(key(second), invoice_fact_row{second, coin(), coin(), coin()});
        const auto third = fact<stripe::customer_fact>("cus");
        of_customers.insert_or_assign(key(third), customer_fact_row{third, coin(), coin(), coin()});
        to.dropped_subscription_facts.push_back(key(fact<stripe::subscription_fact>("sub")));
    }
    std::erase_if(to.dropped_subscription_facts, [&](const fact_key& each) {
        return of_subscriptions.contains(each);
    });
    for (auto& [name, row] : of_subscriptions) {
        to.subscription_facts.push_back(std::move(row));
    }
    for (auto& [name, row] : of_invoices) {
        to.invoice_facts.push_back(std::move(row));
    }
    for (auto& [name, row] : of_customers) {
        to.customer_facts.push_back(std::move(row));
    }
}

changes random_rows::next_changes() {
    changes all;
    for (int each = 0; each < count; ++each) {
        if (coin()) {
            auto event = row<journal_row>();
            event.id = id<event_id>("evt", each);
            event.deliveries = 1 + below(9);
            all.journal.push_back(std::move(event));
            auto customer = row<customer_row>();
            customer.key = fmt::format("cus_{}", each);
            all.customers.push_back(std::move(customer));
            all.cases[id<subscription_id>("sub", each)];
        }
        if (coin()) {
            auto subscription = row<subscription_row>();
            subscription.id = id<subscription_id>("sub", each);
            if (subscription.state.customer) {  // whose row is locked, so there
                subscription.state.customer = id<customer_id>("cus", below(count));
            }
            all.subscriptions.push_back(std::move(subscription));
            auto record = row<mapping>();
            record.id = id<event_id>("map", each);
            all.mappings.push_back(std::move(record));
            auto gift = row<grant>();
            gift.id = id<event_id>("grant", each);
            all.grants.push_back(std::move(gift));
            auto decline = row<stripe::decline_fact>();
            decline.customer = id<customer_id>("cus", each);
            decline.event = id<event_id>("evt", below(count));
            all.declines.push_back(std::move(decline));
        }
        if (coin()) {
            auto invoice = row<invoice_row>();
            invoice.id = id<invoice_id>("in", each);
            all.invoices.push_back(std::move(invoice));
            auto session = row<stripe::checkout_fact>();
            session.id = id<checkout_session_id>("cs", each);
            all.checkout_sessions.push_back(std::move(session));
            auto schedule = row<stripe::schedule_fact>();
            schedule.id = id<schedule_id>("sub_sched", each);
            all.schedules.push_back(std::move(schedule));
        }
    }
    add_facts(all);
    for (auto& [subscription, cases] : all.cases) {
        for (int left = below(3); left > 0; --left) {
            auto one = row<dunning_case>();
            one.subscription = subscription;
            one.anchor = from_unix_seconds(left);
            cases.push_back(std::move(one));
        }
    }
    return all;
}

restated random_rows::next_standings() {
    restated all;
    for (int each = 0; each < count; ++each) {
        auto one = row<standing>();
        one.organization = id<organization_id>("org", each);
        if (coin()) {
            all.standings.push_back(std::move(one));
        }
    }
    return all;
}

object_keys random_rows::all_keys() {
    object_keys keys;
    for (int each = 0; each < count; ++each) {
        keys.customers.push_back(fmt::format("cus_{}", each));
        keys.events.push_back(id<event_id>("evt", each));
        keys.grants.push_back(id<event_id>("grant", each));
        keys.subscriptions.push_back(id<subscription_id>("sub", each));
        keys.invoices.push_back(id<invoice_id>("in", each));
        keys.checkout_sessions.push_back(id<checkout_session_id>("cs", each));
        keys.schedules.push_back(id<schedule_id>("sub_sched", each));
        keys.retold.push_back(id<customer_id>("cus", each));
        keys.named_invoices.push_back(
            {id<invoice_id>("in", each), id<subscription_id>("sub", each), std::nullopt, {}}
        );
        const auto event = id<event_id>("evt", each);
        const auto at = from_unix_seconds(each % 3);
        keys.declines.emplace_back(id<customer_id>("cus", each), event);
        keys.customer_facts.push_back({fmt::format("cus_{}", each), at, event});
        keys.subscription_facts.push_back({fmt::format("sub_{}", each), at, event});
        keys.invoice_facts.push_back({fmt::format("in_{}", each), at, event});
    }
    keys.organizations = all_organizations();
    return keys;
}

std::vector<organization_id> random_rows::all_organizations() {
    std::vector<organization_id> all;
    for (int each = 0; each < count; ++each) {
        all.push_back(id<organization_id>("org", each));
    }
    return all;
}

}  // namespace billhook::tests
