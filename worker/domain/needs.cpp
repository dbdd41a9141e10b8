#include "worker/domain/needs.hpp"

#include "worker/domain/dunning_case.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace billhook {

namespace {

template <class Row>
std::vector<Row> sorted(const std::set<Row>& rows) {
    return {rows.begin(), rows.end()};
}

template <class Map, class Key>
const auto* found_in(const Map& map, const Key& key) {
    const auto at = map.find(key);
    return at == map.end() ? nullptr : &at->second;
}

// Calls each(state) for what is stored of an invoice: its row, and its facts, of which any may be
// the current one when another was replaced by a greater body.
void each_stored(const invoice_id& id, const known& so_far, const auto& each) {
    if (const auto* row = found_in(so_far.invoices, id); row != nullptr) {
        each(row->state);
    }
    if (const auto* rows = found_in(so_far.invoice_facts, id); rows != nullptr) {
        for (const auto& row : *rows) {
            each(row.fact.state);
        }
    }
}

// An invoice's subscription, by the batch and by what is stored.
std::set<subscription_id> subscriptions_of(const named_invoice& one, const known& so_far) {
    std::set<subscription_id> all;
    const auto add = [&](const std::optional<subscription_id>& id) {
        if (id) {
            all.insert(*id);
        }
    };
    add(one.subscription);
    each_stored(one.id, so_far, [&](const auto& state) { add(state.subscription); });
    return all;
}

// Whoever may turn out to be a subscription's customer.
class owners_by {
public:
    owners_by(const object_keys& keys, const known& so_far) {
        for (const auto& [subscription, customer] : keys.owners) {
            all_[subscription].insert(customer);
        }
        for (const auto& [id, row] : so_far.subscriptions) {
            if (row.state.customer) {
                all_[id].insert(*row.state.customer);
            }
        }
    }
    [[nodiscard]] const std::set<customer_id>& of(const subscription_id& id) const {
        static const std::set<customer_id> nobody;
        const auto* found = found_in(all_, id);
        return found == nullptr ? nobody : *found;
    }

private:
    std::map<subscription_id, std::set<customer_id>> all_;
};

}  // namespace

seconds_asked seconds_of(
    std::span<const fact_key> places,
    const std::map<event_id, journal_row>& journal,
    std::vector<std::string> more
) {
    std::set<std::string> objects(
        std::make_move_iterator(more.begin()), std::make_move_iterator(more.end())
    );
    std::set<std::string> whole;
    seconds_asked asked;
    for (const auto& place : places) {
        objects.insert(place.object);
        asked.named.push_back(place);
        const auto* told = found_in(journal, place.event);
        if (told != nullptr && (told->object != place.object || told->created != place.created)) {
            whole.insert(place.object);
        }
    }
    asked.objects = sorted(objects);
    asked.whole = sorted(whole);
    return asked;
}

std::vector<std::string> retold(const object_keys& keys, const known& so_far) {
    std::set<std::string> all;
    for (const auto& fact : keys.subscription_facts) {
        all.insert(fact.object);
    }
    for (const auto& one : keys.named_invoices) {
        for (const auto& id : subscriptions_of(one, so_far)) {
            all.insert(id.text());
        }
    }
    std::set<customer_id> customers(keys.retold.begin(), keys.retold.end());
    for (const auto& place : keys.customer_facts) {
        if (so_far.journal.contains(place.event)) {  // its other body may tell of a deletion
            customers.insert(customer_id{place.object});
        }
    }
    for (const auto& [id, row] : so_far.subscriptions) {
        if (row.state.customer && customers.contains(*row.state.customer)) {
            all.insert(id.text());
        }
    }
    return sorted(all);
}

std::vector<invoice_id> invoices_told_of(const object_keys& keys, const known& so_far) {
    std::set<invoice_id> all(keys.latest_invoices.begin(), keys.latest_invoices.end());
    all.insert(keys.invoices.begin(), keys.invoices.end());
    for (const auto& [id, rows] : so_far.subscription_facts) {
        for (const auto& row : rows) {
            const auto& state = row.fact.state;
            if (state.latest_invoice &&
                (is_delinquent(row.fact) || is_paused(row.fact) || state.pending_update_until)) {
                all.insert(*state.latest_invoice);
            }
        }
    }
    return sorted(all);
}

std::vector<overtaken_asked> may_be_overtaken(const object_keys& keys, const known& so_far) {
    std::set<overtaken_asked> all;
    for (const auto& one : keys.named_invoices) {
        for (const auto& subscription : subscriptions_of(one, so_far)) {
            const auto add = [&](const std::optional<instant>& created) {
                if (created) {
                    all.insert({subscription, *created});
                }
            };
            add(one.created);
            each_stored(one.id, so_far, [&](const auto& state) { add(state.created); });
        }
    }
    return sorted(all);
}

declines_asked declines_told_of(const object_keys& keys, const known& so_far) {
    const owners_by owners(keys, so_far);
    std::set<declines_asked::of_invoice> by_invoice;
    std::set<declines_asked::of_time> by_time;
    const auto ask = [&](const invoice_id& invoice, const subscription_id& subscription, instant at
                     ) {
        for (const auto& customer : owners.of(subscription)) {
            by_invoice.insert({customer, invoice});
            by_time.insert({customer, at - same_attempt, at + same_attempt});
        }
    };
    const auto ask_stored = [&](const invoice_row& row, const subscription_id& subscription) {
        for (const auto& at : {row.registers.first_failure, row.registers.last_failure}) {
            if (at) {
                ask(row.id, subscription, *at);
            }
        }
    };
    for (const auto& [id, row] : so_far.invoices) {
        if (row.state.subscription) {
            ask_stored(row, *row.state.subscription);
        }
    }
    for (const auto& one : keys.named_invoices) {
        const auto* row = found_in(so_far.invoices, one.id);
        for (const auto& subscription : subscriptions_of(one, so_far)) {
            for (const instant at : one.failures) {
                ask(one.id, subscription, at);
            }
            if (row != nullptr) {
                ask_stored(*row, subscription);
            }
        }
    }
    return {sorted(by_invoice), sorted(by_time)};
}

}  // namespace billhook
