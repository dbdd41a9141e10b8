#include "tests/worker/ledger/random_rows.hpp"

#include <array>
#include <fmt/format.h>
#include <map>

namespace billhook::tests {

namespace {

constexpr int count = 4;  // ids of a kind

template <class Id>
Id id(const char* prefix, int number) {
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

instant random_rows::time() {
    static const std::array<std::int64_t, 5> seconds{
        0, -1, 1'700'000'000, 253'402'300'799, 951'782'400};
    return from_unix_seconds(seconds[static_cast<std::size_t>(below(5))]) +
           std::chrono::microseconds(coin() ? 0 : below(1'000'000));
}

std::int64_t random_rows::number() {
    static const std::array<std::int64_t, 5> numbers{0, 1, -1, INT64_MAX, INT64_MIN};
    return numbers[static_cast<std::size_t>(below(5))];
}

template <class T, class Make>
std::optional<T> random_rows::maybe(const Make& make) {
    return coin() ? std::optional<T>(T(make())) : std::nullopt;
}

void random_rows::fill(stripe::subscription_state& state) {
    state.status = text();
    state.customer = maybe<customer_id>([&] { return id<customer_id>("cus", below(count)); });
    state.latest_invoice = maybe<invoice_id>([&] { return text(); });
    for (int left = below(3); left > 0; --left) {
        state.items.push_back({
            .price = maybe<std::string>([&] { return text(); }),
            .product = maybe<std::string>([&] { return text(); }),
            .lookup_key = maybe<std::string>([&] { return text(); }),
            .quantity = maybe<std::int64_t>([&] { return number(); }),
            .period_start = maybe<instant>([&] { return time(); }),
            .period_end = maybe<instant>([&] { return time(); }),
        });
    }
    for (auto* const at :
         {&state.period_start,
          &state.period_end,
          &state.trial_end,
          &state.cancel_at,
          &state.created}) {
        *at = maybe<instant>([&] { return time(); });
    }
    state.cancel_at_period_end = coin();
    state.organization = maybe<organization_id>([&] { return text(); });
}

void random_rows::fill(stripe::invoice_state& state) {
    state.status = text();
    state.customer = maybe<customer_id>([&] { return text(); });
    state.subscription =
        maybe<subscription_id>([&] { return id<subscription_id>("sub", below(count)); });
    state.billing_reason = maybe<std::string>([&] { return text(); });
    state.attempt_count = number();
    state.amount_due = maybe<std::int64_t>([&] { return number(); });
    state.amount_remaining = maybe<std::int64_t>([&] { return number(); });
    state.currency = maybe<std::string>([&] { return text(); });
    for (auto* const at :
         {&state.finalized_at,
          &state.paid_at,
          &state.voided_at,
          &state.marked_uncollectible_at,
          &state.created}) {
        *at = maybe<instant>([&] { return time(); });
    }
}

template <class Fact>
void random_rows::fill_fact(Fact& fact, const char* prefix) {
    fact.id = decltype(fact.id){fmt::format("{}_{}", prefix, below(count))};
    fact.event = id<event_id>("evt", below(count));
    fact.created = from_unix_seconds(below(3));
    fact.api_version = text();
    fact.within_second = static_cast<stripe::place>(below(3));
    fact.says = static_cast<stripe::evidence>(below(4));
}

stripe::subscription_fact random_rows::subscription_fact() {
    stripe::subscription_fact fact;
    fill_fact(fact, "sub");
    fill(fact.state);
    fact.replaced.status = maybe<std::string>([&] { return text(); });
    return fact;
}

stripe::invoice_fact random_rows::invoice_fact() {
    stripe::invoice_fact fact;
    fill_fact(fact, "in");
    fill(fact.state);
    fact.replaced.attempt_count = maybe<std::int64_t>([&] { return number(); });
    return fact;
}

stripe::customer_fact random_rows::customer_fact() {
    stripe::customer_fact fact;
    fill_fact(fact, "cus");
    fact.state.organization = maybe<organization_id>([&] { return text(); });
    return fact;
}

journal_row random_rows::journal(int number) {
    return {
        .id = id<event_id>("evt", number),
        .type = text(),
        .object = text(),
        .customer = maybe<customer_id>([&] { return text(); }
           ),
        .created = maybe<instant>([&] { return time(); }
           ),
        .api_version = text(),
        .at = {text(), below(12), this->number()},
        .received_at = time(),
        .became = static_cast<outcome>(below(5)),
        .deliveries = 1 + below(9),
    };
}

customer_row random_rows::customer(int number) {
    return {
        .key = fmt::format("cus_{}", number),
        .known = coin(),
        .event = maybe<event_id>([&] { return text(); }
           ),
        .event_created = maybe<instant>([&] { return time(); }
           ),
        .ambiguous = coin(),
        .deleted = coin(),
        .state =
            {.organization = maybe<organization_id>([&] { return text(); }),
                                      .created = maybe<instant>([&] { return time(); })},
        .organization =
            maybe<organization_id>([&] { return id<organization_id>("org", below(count)); }
           ),
    };
}

subscription_row random_rows::subscription(int number) {
    subscription_row row;
    row.id = id<subscription_id>("sub", number);
    row.event = event_id(text());
    row.event_created = time();
    row.ambiguous = coin();
    row.deleted = coin();
    fill(row.state);
    row.organization =
        maybe<organization_id>([&] { return id<organization_id>("org", below(count)); });
    return row;
}

invoice_row random_rows::invoice(int number) {
    invoice_row row;
    row.id = id<invoice_id>("in", number);
    row.event = event_id(text());
    row.event_created = time();
    row.ambiguous = coin();
    fill(row.state);
    auto& seen = row.registers;
    for (auto* const at :
         {&seen.first_failure,
          &seen.last_failure,
          &seen.last_action_required,
          &seen.paid_at,
          &seen.forgiven_at}) {
        *at = maybe<instant>([&] { return time(); });
    }
    seen.first_seen = time();
    return row;
}

stripe::checkout_fact random_rows::session(int number) {
    return {
        .id = id<checkout_session_id>("cs", number),
        .event = event_id(text()),
        .event_created = time(),
        .api_version = text(),
        .mode = text(),
        .customer = maybe<customer_id>([&] { return id<customer_id>("cus", below(count)); }),
        .subscription =
            maybe<subscription_id>([&] { return id<subscription_id>("sub", below(count)); }),
        .client_reference = maybe<organization_id>([&] { return text(); }),
        .organization = maybe<organization_id>([&] { return text(); }),
        .created = time(),
    };
}

mapping random_rows::map(int number) {
    return {
        .id = id<event_id>("map", number),
        .organization = id<organization_id>("org", below(count)),
        .customer = maybe<customer_id>([&] { return id<customer_id>("cus", below(count)); }),
        .organization_created = maybe<instant>([&] { return time(); }),
        .created = time(),
    };
}

stripe::decline_fact random_rows::decline(int number) {
    return {
        .customer = id<customer_id>("cus", number),
        .event = id<event_id>("evt", below(count)),
        .created = time(),
        .api_version = text(),
        .invoice = maybe<invoice_id>([&] { return id<invoice_id>("in", below(count)); }),
        .code = text(),
    };
}

dunning_case random_rows::one_case(int subscription, int number) {
    dunning_case row;
    row.subscription = id<subscription_id>("sub", subscription);
    row.anchor = from_unix_seconds(number);
    row.ended_at = maybe<instant>([&] { return time(); });
    for (int left = below(3); left > 0; --left) {
        row.members.push_back(text());
    }
    row.last_failure = time();
    row.action_required = coin();
    row.paid = coin();
    row.forgiven = coin();
    return row;
}

changes random_rows::next_changes() {
    changes all;
    std::map<std::string, subscription_fact_row> subscription_facts;
    std::map<std::string, stripe::invoice_fact> invoice_facts;
    std::map<std::string, stripe::customer_fact> customer_facts;
    const auto key = [](const auto& fact) {
        return fact.id.text() + to_rfc3339(fact.created) + fact.event.text();
    };
    for (int each = 0; each < count; ++each) {
        if (coin()) {
            all.journal.push_back(journal(each));
            all.customers.push_back(customer(each));
            all.cases[id<subscription_id>("sub", each)];
        }
        if (coin()) {
            all.subscriptions.push_back(subscription(each));
            all.mappings.push_back(map(each));
            all.declines.push_back(decline(each));
        }
        if (coin()) {
            all.invoices.push_back(invoice(each));
            all.checkout_sessions.push_back(session(each));
        }
        const auto fact = subscription_fact();
        subscription_facts.insert_or_assign(key(fact), subscription_fact_row{fact, coin()});
        const auto other = invoice_fact();
        invoice_facts.insert_or_assign(key(other), other);
        const auto third = customer_fact();
        customer_facts.insert_or_assign(key(third), third);
        const auto gone = subscription_fact();
        if (!subscription_facts.contains(key(gone))) {
            all.dropped_subscription_facts.push_back({gone.id.text(), gone.created, gone.event});
        }
    }
    for (auto& [subscription, cases] : all.cases) {
        for (int left = below(3); left > 0; --left) {
            cases.push_back(one_case(subscription.text().back() - '0', left));
        }
    }
    for (auto& [name, row] : subscription_facts) {
        all.subscription_facts.push_back(std::move(row));
    }
    for (auto& [name, fact] : invoice_facts) {
        all.invoice_facts.push_back(std::move(fact));
    }
    for (auto& [name, fact] : customer_facts) {
        all.customer_facts.push_back(std::move(fact));
    }
    return all;
}

restated random_rows::next_standings() {
    restated all;
    for (int each = 0; each < count; ++each) {
        standing row;
        row.organization = id<organization_id>("org", each);
        row.plan = maybe<std::string>([&] { return text(); });
        row.subscription_status = text();
        row.access = static_cast<access_level>(below(3));
        row.why = static_cast<reason>(below(15));
        row.in_dunning = coin();
        row.grace_until = maybe<instant>([&] { return time(); });
        row.restricted_until = maybe<instant>([&] { return time(); });
        row.next_change_at = maybe<instant>([&] { return time(); });
        row.stale = coin();
        for (int left = below(4); left > 0; --left) {
            auto& value = row.features[text()];
            if (coin()) {
                value = coin();
            } else {
                value = coin() ? std::int64_t{-1} : std::int64_t{INT64_MAX};
            }
        }
        row.customer = maybe<customer_id>([&] { return text(); });
        row.subscription = maybe<subscription_id>([&] { return text(); });
        row.as_of = time();
        if (coin()) {
            all.standings.push_back(std::move(row));
        }
    }
    return all;
}

object_keys random_rows::all_keys() {
    object_keys keys;
    for (int each = 0; each < count; ++each) {
        keys.customers.push_back(fmt::format("cus_{}", each));
        keys.events.push_back(id<event_id>("evt", each));
        keys.subscriptions.push_back(id<subscription_id>("sub", each));
        keys.invoices.push_back(id<invoice_id>("in", each));
        keys.checkout_sessions.push_back(id<checkout_session_id>("cs", each));
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
