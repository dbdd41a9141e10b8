#include "worker/domain/fold.hpp"

#include "worker/domain/dunning_case.hpp"
#include "worker/domain/fact_history.hpp"
#include "worker/domain/listed_items.hpp"
#include "worker/domain/organization.hpp"
#include "worker/domain/working.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace billhook {

namespace {

using stripe::checkout_fact;
using stripe::customer_fact;
using stripe::decline_fact;
using stripe::invoice_fact;
using stripe::schedule_fact;
using stripe::subscription_fact;

// What a record did: `news`, some body that was not there before; `applied`, what it says shows.
struct effect {
    bool news = false;
    bool applied = false;
};

// Puts a fact into the history of its object.
template <class Fact>
effect join(fact_history<Fact>& facts, const Fact& fact) {
    using joined = typename fact_history<Fact>::joined;
    const auto did = facts.join(fact);
    return {did != joined::known, did == joined::taken};
}

// Writes the current fact of the set into the object's row.
template <class Row, class Fact>
void show(Row& row, const fact_history<Fact>& facts) {
    const auto now = facts.pick();
    row.event = now.fact->event;
    row.event_created = now.fact->created;
    row.ambiguous = now.ambiguous;
    row.state = now.fact->state;
    if constexpr (requires { row.deleted; }) {
        row.deleted = now.fact->within_second == stripe::place::last;
    }
}

effect apply(working&, const std::monostate&) {
    return {};
}

// It never began if all that is heard of it, but its end, is `incomplete`.
bool has_begun(const fact_history<subscription_fact>& facts) {
    bool incomplete = false;
    bool more = false;
    facts.each_fact([&](const subscription_fact& fact) {
        const auto& status = fact.state.status;
        if (status == "incomplete" || status == "incomplete_expired") {
            incomplete = true;
        } else if (status != "canceled") {
            more = true;
        }
    });
    return more || !incomplete;
}

effect apply(working& work, const subscription_fact& fact) {
    auto& facts = work.facts_of(fact.id);
    auto did = join(facts, fact);
    if (did.news) {
        work.touched_subscriptions.insert(fact.id);
        work.name(fact.state.organization);
        work.see(fact.state.customer);
    }
    if (did.applied) {
        auto& row = work.subscriptions[fact.id];
        const auto was = row;
        row.id = fact.id;
        show(row, facts);
        row.begun = has_begun(facts);
        row.keys_seen = keys_seen(row.state.items, facts);
        did.applied = !(row == was);
    }
    return did;
}

effect apply(working& work, const invoice_fact& fact) {
    auto& facts = work.facts_of(fact.id);
    auto did = join(facts, fact);
    if (did.news) {
        work.know(fact.state.customer);
    }
    if (did.applied) {
        auto& row = work.invoices[fact.id];
        const auto was = row;
        row.id = fact.id;
        show(row, facts);
        row.registers = registers_of(facts);
        for (const auto& subscription : {was.state.subscription, row.state.subscription}) {
            if (subscription) {
                work.touched_subscriptions.insert(*subscription);
            }
        }
        did.applied = !(row == was);
    }
    return did;
}

// The first that a *.deleted tells.
std::optional<instant> first_deletion(const fact_history<customer_fact>& facts) {
    std::optional<instant> first;
    facts.each_fact([&](const customer_fact& fact) {
        if (is_terminal(fact) && !first) {
            first = fact.created;
        }
    });
    return first;
}

effect apply(working& work, const customer_fact& fact) {
    auto& facts = work.facts_of(fact.id);
    auto did = join(facts, fact);
    if (did.news) {
        shows_customer(fact) ? work.see(fact.id) : work.know(fact.id);
        work.name(fact.state.organization);
    }
    if (did.applied) {
        auto& row = work.customers[fact.id.text()];
        const auto was = row;
        show(row, facts);
        row.deleted_at = first_deletion(facts);
        if (row.deleted_at != was.deleted_at) {
            work.touched_customers.insert(fact.id);
        }
        did.applied = !(row == was);
    }
    return did;
}

// A session has one fact: the greatest by (completed, event created, event, api version, content).
// So one that somebody completed stays so, and says what was agreed.
bool is_later(const checkout_fact& a, const checkout_fact& b) {
    const auto when = [](const checkout_fact& f) {
        return std::tie(f.completed, f.event_created, f.event, f.api_version);
    };
    return when(a) != when(b) ? when(b) < when(a) : b < a;
}

effect apply(working& work, const checkout_fact& fact) {
    const auto [at, first] = work.sessions.try_emplace(fact.id, fact);
    const auto was = at->second;
    const bool news = first || was != fact;
    const bool later = !first && is_later(fact, was);
    if (news) {
        work.know(fact.customer);
        work.name(claim_of(fact));
    }
    if (later) {
        at->second = fact;
    }
    for (const auto& subscription : {was.subscription, fact.subscription}) {
        if (news && subscription) {
            work.claimed.insert(*subscription);
        }
    }
    return {news, first || later};
}

bool is_later(const schedule_fact& a, const schedule_fact& b) {
    const auto when = [](const schedule_fact& f) {
        return std::tuple{f.over, f.event_created, !f.first, f.phase_start, f.event, f.api_version};
    };
    return when(a) != when(b) ? when(b) < when(a) : b < a;
}

// What it arranges is asked when the organization of its subscription is assessed.
effect apply(working& work, const schedule_fact& fact) {
    const auto [at, first] = work.schedules.try_emplace(fact.id, fact);
    const auto was = at->second;
    const bool news = first || was != fact;
    const bool later = !first && is_later(fact, was);
    if (news) {
        work.know(fact.customer);
    }
    if (later) {
        at->second = fact;
    }
    for (const auto& subscription : {was.subscription, fact.subscription}) {
        const auto* row = subscription ? find_in(work.subscriptions, *subscription) : nullptr;
        if (row != nullptr) {
            work.name(row->organization);
        }
    }
    return {news, first || later};
}

// A customer has one decline an event id: the greatest by (api version, content). It tells more of
// the cases of that customer's subscriptions.
effect apply(working& work, const decline_fact& fact) {
    work.know(fact.customer);
    auto& facts = work.declines_of(fact.customer);
    const auto same = std::find_if(facts.begin(), facts.end(), [&](const decline_fact& known) {
        return known.event == fact.event;
    });
    const auto rank = [](const decline_fact& f) {
        return std::tie(f.api_version, f.created, f.invoice, f.code);
    };
    if (same == facts.end()) {
        facts.push_back(fact);
    } else if (rank(*same) < rank(fact)) {
        *same = fact;
    } else {
        return {!(*same == fact), false};
    }
    work.touched_customers.insert(fact.customer);
    return {true, true};
}

// Of several bodies under one id the greatest is kept.
template <class Record>
effect keep_greatest(
    std::map<event_id, Record>& all,
    std::set<event_id>& changed,
    const Record& record
) {
    const auto [at, first] = all.try_emplace(record.id, record);
    const bool news = first || at->second != record;
    const bool greater = !first && at->second < record;
    if (greater) {
        at->second = record;
    }
    if (first || greater) {
        changed.insert(record.id);
    }
    return {news, first || greater};
}

// Another body under its id may have named another organization, here and below. A deletion names
// none: nobody's standing asks of it.
effect apply(working& work, const mapping& record) {
    if (const auto* was = find_in(work.mappings, record.id); was != nullptr && !was->deleted) {
        work.name(was->organization);
    }
    const auto did = keep_greatest(work.mappings, work.changed_mappings, record);
    if (did.news && !record.deleted) {
        work.name(record.organization);
        work.derive_again(record.customer);
    }
    return did;
}

effect apply(working& work, const grant& record) {
    if (const auto* was = find_in(work.grants, record.id); was != nullptr) {
        work.name(was->organization);
    }
    work.name(record.organization);
    return keep_greatest(work.grants, work.changed_grants, record);
}

outcome outcome_of(working& work, const stripe::event& event, endpoint_mode mode) {
    if (event.livemode && mode != endpoint_mode::both &&
        *event.livemode != (mode == endpoint_mode::live)) {
        return outcome::mode_mismatch;
    }
    if (event.account && !work.before.accounts.contains(*event.account)) {
        return outcome::other_account;
    }
    if (event.livemode && *event.livemode != work.before.livemode) {
        return outcome::other_mode;
    }
    if (std::holds_alternative<std::monostate>(event.said)) {
        return outcome::ignored;
    }
    const auto did = std::visit([&](const auto& said) { return apply(work, said); }, event.said);
    return did.applied ? outcome::applied : outcome::stale;
}

// The journal: one row an event id, its columns from the greatest body.
void note(working& work, const journal_row& told) {
    const auto columns = [](journal_row& r) {
        return std::tie(r.api_version, r.created, r.type, r.object, r.customer);
    };
    auto row = work.journal.find(told.id);
    if (row == work.journal.end()) {
        const auto* stored = find_in(work.before.journal, told.id);
        row = work.journal.emplace(told.id, stored != nullptr ? *stored : told).first;
    }
    ++row->second.deliveries;
    auto greater = told;
    if (columns(row->second) < columns(greater)) {
        columns(row->second) = columns(greater);
    }
    if (told.became == outcome::applied) {
        row->second.became = outcome::applied;
    }
}

journal_row told_by(working& work, const received& one) {
    journal_row row;
    row.at = one.at;
    row.received_at = one.received_at;
    if (const auto* record = std::get_if<mapping>(&one.what)) {
        row.id = record->id;
        row.type = "billhook.mapping";
        row.object = (record->organization ? *record->organization : organization_id{}).text();
        row.customer = record->customer;
        row.created = record->created;
        row.became = apply(work, *record).applied ? outcome::applied : outcome::stale;
        return row;
    }
    if (const auto* record = std::get_if<grant>(&one.what)) {
        row.id = record->id;
        row.type = type_of(*record);
        row.object = record->organization.text();
        row.created = record->created;
        row.became = apply(work, *record).applied ? outcome::applied : outcome::stale;
        return row;
    }
    const auto& event = std::get<stripe::event>(one.what);
    row.id = event.id;
    row.type = event.type;
    row.object = event.object;
    row.customer = event.customer;
    row.created = event.created;
    row.api_version = event.api_version;
    row.became = outcome_of(work, event, one.mode);
    return row;
}

}  // namespace

changes fold(const known& before, std::span<const received> events) {
    working work{before};
    for (const auto& one : events) {
        note(work, told_by(work, one));
    }
    derive(work);
    return std::move(work.out);
}

}  // namespace billhook
