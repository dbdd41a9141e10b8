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

// What the batch's bodies and what is stored say of one invoice of the batch, taken together: an
// older one may be the failure, a newer one name the subscription.
struct told_invoice {
    std::set<subscription_id> subscriptions;
    std::set<instant> created;
    std::set<instant> failures;
    void add(const std::optional<subscription_id>& subscription, const std::optional<instant>& at) {
        if (subscription) {
            subscriptions.insert(*subscription);
        }
        if (at) {
            created.insert(*at);
        }
    }
};

std::map<invoice_id, told_invoice> told_invoices(const object_keys& keys, const known& so_far) {
    std::map<invoice_id, told_invoice> all;
    for (const auto& one : keys.named_invoices) {
        auto& told = all[one.id];
        told.add(one.subscription, one.created);
        told.failures.insert(one.failures.begin(), one.failures.end());
    }
    for (auto& [id, told] : all) {
        if (const auto* row = found_in(so_far.invoices, id); row != nullptr) {
            told.add(row->state.subscription, row->state.created);
            for (const auto& at : {row->registers.first_failure, row->registers.last_failure}) {
                if (at) {
                    told.failures.insert(*at);
                }
            }
        }
        if (const auto* rows = found_in(so_far.invoice_facts, id); rows != nullptr) {
            for (const auto& row : *rows) {
                told.add(row.fact.state.subscription, row.fact.state.created);
                if (row.fact.says != stripe::evidence::none) {
                    told.failures.insert(row.fact.created);
                }
            }
        }
    }
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

seconds_asked seconds_of_invoices(const object_keys& keys, const known& so_far) {
    std::vector<fact_key> places;
    std::ranges::copy_if(keys.invoice_facts, std::back_inserter(places), [&](const fact_key& each) {
        return so_far.invoices.contains(invoice_id(each.object));
    });
    return seconds_of(places, so_far.journal);
}

std::vector<std::string> retold(const object_keys& keys, const known& so_far) {
    std::set<std::string> all;
    for (const auto& fact : keys.subscription_facts) {
        all.insert(fact.object);
    }
    for (const auto& [invoice, told] : told_invoices(keys, so_far)) {
        for (const auto& id : told.subscriptions) {
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
    for (const auto& [invoice, told] : told_invoices(keys, so_far)) {
        for (const auto& subscription : told.subscriptions) {
            for (const instant created : told.created) {
                all.insert({subscription, created});
            }
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
    for (const auto& [id, row] : so_far.invoices) {
        for (const auto& at : {row.registers.first_failure, row.registers.last_failure}) {
            if (at && row.state.subscription) {
                ask(id, *row.state.subscription, *at);
            }
        }
    }
    for (const auto& [id, told] : told_invoices(keys, so_far)) {
        for (const auto& subscription : told.subscriptions) {
            for (const instant at : told.failures) {
                ask(id, subscription, at);
            }
        }
    }
    return {sorted(by_invoice), sorted(by_time)};
}

}  // namespace billhook
