#include "worker/ledger/object_rows.hpp"

#include "schemas/io/postgres/unknown_access.hpp"
#include "schemas/stripe/fact_text.hpp"
#include "schemas/types/assert.hpp"
#include "worker/ledger/items_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace billhook {

namespace {

template <class Enum>
using words = std::pair<Enum, std::string_view>;

constexpr std::array places{
    words<stripe::place>{stripe::place::first,  "first" },
    words<stripe::place>{stripe::place::middle, "middle"},
    words<stripe::place>{stripe::place::last,   "last"  },
};
constexpr std::array evidences{
    words<stripe::evidence>{stripe::evidence::none,                    "none"                   },
    words<stripe::evidence>{stripe::evidence::payment_failed,          "payment_failed"         },
    words<stripe::evidence>{stripe::evidence::payment_action_required, "payment_action_required"},
    words<stripe::evidence>{stripe::evidence::overdue,                 "overdue"                },
};

template <class Table, class Enum>
std::string_view word_of(const Table& table, Enum what) {
    const auto found =
        std::ranges::find_if(table, [&](const auto& each) { return each.first == what; });
    BILLHOOK_ASSERT(found != table.end());
    return found->second;
}

template <class Table>
auto value_of(const Table& table, std::string_view word) {
    const auto found =
        std::ranges::find_if(table, [&](const auto& each) { return each.second == word; });
    BILLHOOK_ASSERT(found != table.end());
    return found->first;
}

template <class Optional>
auto known_word(const Optional& found) {
    BILLHOOK_ASSERT(found.has_value());
    return *found;
}

template <class Fact>
void write_fact(row_arrays& to, const Fact& fact) {
    to.add(fact.id).add(fact.created).add(fact.event).add(fact.api_version);
    to.add(word_of(places, fact.within_second)).add(word_of(evidences, fact.says));
    to.add(stripe::to_text(fact.state)).add(stripe::to_text(fact.replaced));
}

template <class Fact>
void read_fact(row_reader& from, Fact& fact) {
    std::string place;
    std::string evidence;
    std::string content;
    std::string replaced;
    from >> fact.id >> fact.created >> fact.event >> fact.api_version;
    from >> place >> evidence >> content >> replaced;
    fact.within_second = value_of(places, place);
    fact.says = value_of(evidences, evidence);
    stripe::from_text(content, fact.state);
    stripe::from_text(replaced, fact.replaced);
}

}  // namespace

void write(row_arrays& to, const journal_row& row) {
    to.add(row.id).add(row.type).add(row.object).add(row.customer).add(row.created);
    to.add(row.api_version).add(row.at.topic).add(row.at.partition).add(row.at.offset);
    to.add(row.received_at).add(to_word(row.became)).add(row.deliveries);
}

void read(row_reader& from, journal_row& row) {
    std::string became;
    from >> row.id >> row.type >> row.object >> row.customer >> row.created;
    from >> row.api_version >> row.at.topic >> row.at.partition >> row.at.offset;
    from >> row.received_at >> became >> row.deliveries;
    row.became = known_word(outcome_from(became));
}

void write(row_arrays& to, const stripe::customer_fact& fact) {
    write_fact(to, fact);
}
void read(row_reader& from, stripe::customer_fact& fact) {
    read_fact(from, fact);
}
void write(row_arrays& to, const stripe::invoice_fact& fact) {
    write_fact(to, fact);
}
void read(row_reader& from, stripe::invoice_fact& fact) {
    read_fact(from, fact);
}

void write(row_arrays& to, const subscription_fact_row& row) {
    write_fact(to, row.fact);
    to.add(row.last_of_second);
}
void read(row_reader& from, subscription_fact_row& row) {
    read_fact(from, row.fact);
    from >> row.last_of_second;
}

void write(row_arrays& to, const customer_row& row) {
    to.add(row.key).add(row.known).add(row.event).add(row.event_created).add(row.ambiguous);
    to.add(row.deleted).add(row.state.organization).add(row.state.created).add(row.organization);
}
void read(row_reader& from, customer_row& row) {
    from >> row.key >> row.known >> row.event >> row.event_created >> row.ambiguous;
    from >> row.deleted >> row.state.organization >> row.state.created >> row.organization;
}

void write(row_arrays& to, const subscription_row& row) {
    const stripe::subscription_state& state = row.state;
    to.add(row.id).add(row.event).add(row.event_created).add(row.ambiguous).add(row.deleted);
    to.add(row.begun).add(state.status).add(state.customer).add(state.latest_invoice);
    to.add(items_json(state.items)).add(state.period_start).add(state.period_end);
    to.add(state.trial_end).add(state.cancel_at).add(state.cancel_at_period_end);
    to.add(state.organization).add(state.created).add(row.organization);
}
void read(row_reader& from, subscription_row& row) {
    stripe::subscription_state& state = row.state;
    std::string items;
    from >> row.id >> row.event >> row.event_created >> row.ambiguous >> row.deleted;
    from >> row.begun >> state.status >> state.customer >> state.latest_invoice;
    from >> items >> state.period_start >> state.period_end;
    from >> state.trial_end >> state.cancel_at >> state.cancel_at_period_end;
    from >> state.organization >> state.created >> row.organization;
    state.items = items_from(items);
}

void write(row_arrays& to, const invoice_row& row) {
    const stripe::invoice_state& state = row.state;
    const invoice_registers& seen = row.registers;
    to.add(row.id).add(row.event).add(row.event_created).add(row.ambiguous);
    to.add(state.status).add(state.customer).add(state.subscription).add(state.billing_reason);
    to.add(state.attempt_count).add(state.amount_due).add(state.amount_remaining);
    to.add(state.currency).add(state.finalized_at).add(state.paid_at).add(state.voided_at);
    to.add(state.marked_uncollectible_at).add(state.created);
    to.add(seen.first_failure).add(seen.last_failure).add(seen.last_action_required);
    to.add(seen.paid_at).add(seen.forgiven_at).add(seen.first_seen);
}
void read(row_reader& from, invoice_row& row) {
    stripe::invoice_state& state = row.state;
    invoice_registers& seen = row.registers;
    from >> row.id >> row.event >> row.event_created >> row.ambiguous;
    from >> state.status >> state.customer >> state.subscription >> state.billing_reason;
    from >> state.attempt_count >> state.amount_due >> state.amount_remaining;
    from >> state.currency >> state.finalized_at >> state.paid_at >> state.voided_at;
    from >> state.marked_uncollectible_at >> state.created;
    from >> seen.first_failure >> seen.last_failure >> seen.last_action_required;
    from >> seen.paid_at >> seen.forgiven_at >> seen.first_seen;
}

void write(row_arrays& to, const stripe::checkout_fact& fact) {
    to.add(fact.id).add(fact.event).add(fact.event_created).add(fact.api_version).add(fact.mode);
    to.add(fact.customer).add(fact.subscription).add(fact.client_reference);
    to.add(fact.organization).add(fact.created);
}
void read(row_reader& from, stripe::checkout_fact& fact) {
    from >> fact.id >> fact.event >> fact.event_created >> fact.api_version >> fact.mode;
    from >> fact.customer >> fact.subscription >> fact.client_reference;
    from >> fact.organization >> fact.created;
}

void write(row_arrays& to, const stripe::decline_fact& fact) {
    to.add(fact.customer).add(fact.event).add(fact.created).add(fact.api_version);
    to.add(fact.invoice).add(fact.code);
}
void read(row_reader& from, stripe::decline_fact& fact) {
    from >> fact.customer >> fact.event >> fact.created >> fact.api_version;
    from >> fact.invoice >> fact.code;
}

void write(row_arrays& to, const mapping& row) {
    to.add(row.id).add(row.organization).add(row.customer);
    to.add(row.organization_created).add(row.created);
}
void read(row_reader& from, mapping& row) {
    from >> row.id >> row.organization >> row.customer;
    from >> row.organization_created >> row.created;
}

void write(row_arrays& to, const dunning_case& row) {
    to.add(row.subscription).add(row.anchor).add(row.ended_at).add(array_of(row.members));
    to.add(row.last_failure).add(row.action_required).add(row.paid).add(row.forgiven);
}
void read(row_reader& from, dunning_case& row) {
    from >> row.subscription >> row.anchor >> row.ended_at >> row.members;
    from >> row.last_failure >> row.action_required >> row.paid >> row.forgiven;
}

void write(row_arrays& to, const standing& row) {
    to.add(row.organization).add(row.plan).add(row.subscription_status);
    to.add(to_word(row.access)).add(to_word(row.why)).add(row.in_dunning).add(row.grace_until);
    to.add(row.restricted_until).add(row.next_change_at).add(row.stale);
    to.add(postgres::features_json(row.features)).add(row.customer).add(row.subscription);
    to.add(row.as_of);
}
void read(row_reader& from, standing& row) {
    std::string access;
    std::string why;
    std::string features;
    from >> row.organization >> row.plan >> row.subscription_status;
    from >> access >> why >> row.in_dunning >> row.grace_until;
    from >> row.restricted_until >> row.next_change_at >> row.stale;
    from >> features >> row.customer >> row.subscription >> row.as_of;
    row.access = known_word(access_level_from(access));
    row.why = known_word(reason_from(why));
    row.features = postgres::features_from(features);
}

void read(row_reader& from, recorded_notice& row) {
    std::string state;
    from >> row.subscription >> row.member >> row.step >> state;
    row.state = known_word(notice_state_from(state));
}

}  // namespace billhook
