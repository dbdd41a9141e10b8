#include "worker/ledger/customer_rows.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "worker/domain/needs.hpp"
#include "worker/ledger/history_loads.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

namespace billhook {

namespace {

// A lock is a statement of its own; whatever decides is read in a later one.
constexpr projection_statement<1> make_customers{
    "make customers",
    "INSERT INTO :S.customers (id) SELECT k FROM unnest($1::text[]) k WHERE NOT EXISTS (SELECT "
    "FROM :S.customers c WHERE c.id = k) ORDER BY k COLLATE \"C\" ON CONFLICT DO NOTHING"};
constexpr projection_statement<1> lock_customer_rows{
    "lock customers",
    "SELECT id FROM :S.customers WHERE id = ANY ($1::text[]) ORDER BY id FOR NO KEY UPDATE"};

// Named, of the customers, and of the stored rows of named sessions and schedules.
constexpr projection_statement<4> touched_subscriptions{
    "touched subscriptions",
    "SELECT t.id FROM (SELECT unnest($1::text[]) AS id UNION SELECT s.id FROM :S.subscriptions s "
    "WHERE s.customer = ANY ($2::text[]) UNION SELECT c.subscription FROM :S.checkout_sessions c "
    "WHERE c.id = ANY ($3::text[]) UNION SELECT f.subscription FROM :S.schedules f WHERE f.id = "
    "ANY ($4::text[])) t WHERE t.id IS NOT NULL ORDER BY t.id"};
// Reads in the order in which one thing shows what is asked of the next (needs.hpp).
class reading_of_known {
public:
    reading_of_known(const projection_work& in, const object_keys& keys, std::size_t rows)
        : in_(in), keys_(keys), rows_left_(rows) {}

    known take() {
        read_subscriptions();
        read_facts();
        read_invoices();
        read_declines();
        const auto customers = array_of(owners_);
        add(all_.customers, run(in_, loads::of_customers, customers), &customer_row::key);
        add(all_.checkout_sessions,
            run(in_,
                loads::of_checkout_sessions,
                array_of(keys_.checkout_sessions),
                customers,
                subscriptions_),
            &stripe::checkout_fact::id);
        if (!keys_.schedules.empty()) {
            add(all_.schedules,
                run(in_, loads::of_schedules, array_of(keys_.schedules), "{}"),
                &stripe::schedule_fact::id);
        }
        all_.mappings = run(in_, loads::of_mappings, array_of(keys_.organizations), customers);
        if (!keys_.grants.empty()) {
            all_.grants = run(in_, loads::of_grants, array_of(keys_.grants));
        }
        return std::move(all_);
    }

private:
    // What one customer alone brings no cut makes less.
    void expect(std::size_t rows) const {
        if (rows > rows_left_ && keys_.customers.size() > 1) {
            throw postgres::failure(
                "a batch that would read more rows than it may", {postgres::remedy::halve, {}}
            );
        }
    }
    void count(std::size_t rows) {
        expect(rows);
        rows_left_ -= std::min(rows, rows_left_);
    }

    // Each row under its key: alone there, or with others of its kind.
    template <class Key, class Row, class Member>
    void add(std::map<Key, Row>& to, std::vector<Row> found, const Member& key) {
        count(found.size());
        for (Row& each : found) {
            Key of = std::invoke(key, each);
            to.emplace(std::move(of), std::move(each));
        }
    }
    template <class Key, class Row, class Member>
    void add(std::map<Key, std::vector<Row>>& to, std::vector<Row> found, const Member& key) {
        count(found.size());
        for (Row& each : found) {
            to[std::invoke(key, each)].push_back(std::move(each));
        }
    }

    void read_subscriptions() {
        add(all_.journal, run(in_, loads::of_events, array_of(keys_.events)), &journal_row::id);
        if (!keys_.invoices.empty()) {
            add(all_.invoices,
                run(in_, loads::of_invoices, array_of(keys_.invoices)),
                &invoice_row::id);
        }
        std::set<subscription_id> named(keys_.subscriptions.begin(), keys_.subscriptions.end());
        for (const auto& [id, row] : all_.invoices) {
            if (row.state.subscription) {
                named.insert(*row.state.subscription);
            }
        }
        const auto ids =
            run(in_,
                touched_subscriptions,
                array_of(named),
                array_of(keys_.customers),
                array_of(keys_.checkout_sessions),
                array_of(keys_.schedules));
        // Before the rows of those that nobody named are read: only they grow without an end.
        expect(ids.size() - named.size());
        array_literal touched;
        for (const auto& row : ids) {
            touched.add(row[0].c_str());
        }
        subscriptions_ = touched.text();
        add(all_.subscriptions,
            run(in_, loads::of_subscriptions, subscriptions_),
            &subscription_row::id);
        owners_.insert(keys_.customers.begin(), keys_.customers.end());
        for (const auto& [id, row] : all_.subscriptions) {
            if (row.state.customer) {
                owners_.insert(row.state.customer->text());
            }
        }
    }

    void read_facts() {
        const auto id = [](const auto& row) { return row.fact.id; };
        read_seconds(
            loads::of_customer_seconds,
            seconds_of(keys_.customer_facts, all_.journal),
            all_.customer_facts,
            [](const customer_fact_row& row) { return row.fact.id.text(); }
        );
        read_seconds(
            loads::of_invoice_seconds, seconds_of_invoices(keys_, all_), all_.invoice_facts, id
        );
        retold_ = retold(keys_, all_);
        read_seconds(
            loads::of_subscription_seconds,
            seconds_of(keys_.subscription_facts, all_.journal, retold_),
            all_.subscription_facts,
            id
        );
        if (!retold_.empty()) {
            add(all_.cases,
                run(in_, loads::of_dunning_cases, array_of(retold_)),
                &dunning_case::subscription);
        }
    }

    template <class Row, class Rows, class Id>
    void read_seconds(
        const load_statement<Row, 4>& what,
        const seconds_asked& asked,
        Rows& rows,
        const Id& id
    ) {
        if (asked.objects.empty()) {
            return;
        }
        array_literal objects;
        array_literal times;
        const fact_key* last = nullptr;  // they are sorted, often several of one second
        for (const fact_key& each : asked.named) {
            if (last == nullptr || last->object != each.object || last->created != each.created) {
                objects.add(each.object);
                times.add(to_rfc3339(each.created));
            }
            last = &each;
        }
        add(rows,
            run(in_,
                what,
                array_of(asked.objects),
                objects.text(),
                times.text(),
                array_of(asked.whole)),
            id);
    }

    void read_invoices() {
        const auto named = invoices_told_of(keys_, all_);
        const auto overtaken = may_be_overtaken(keys_, all_);
        if (named.empty() && retold_.empty()) {
            return;
        }
        array_literal of;
        array_literal since;
        for (const overtaken_asked& each : overtaken) {
            of.add(each.subscription.text());
            since.add(to_rfc3339(each.created));
        }
        add(all_.invoices,
            run(in_,
                loads::of_telling_invoices,
                array_of(named),
                array_of(retold_),
                of.text(),
                since.text()),
            &invoice_row::id);
    }

    void read_declines() {
        const auto asked = declines_told_of(keys_, all_);
        if (keys_.declines.empty() && asked.by_time.empty()) {
            return;
        }
        array_literal customers;
        array_literal events;
        for (const auto& [customer, event] : keys_.declines) {
            customers.add(customer.text());
            events.add(event.text());
        }
        array_literal payers;
        array_literal invoices;
        for (const auto& each : asked.by_invoice) {
            payers.add(each.customer.text());
            invoices.add(each.invoice.text());
        }
        array_literal whose;
        array_literal from;
        array_literal to;
        for (const auto& each : asked.by_time) {
            whose.add(each.customer.text());
            from.add(to_rfc3339(each.from));
            to.add(to_rfc3339(each.to));
        }
        add(all_.declines,
            run(in_,
                loads::of_telling_declines,
                customers.text(),
                events.text(),
                payers.text(),
                invoices.text(),
                whose.text(),
                from.text(),
                to.text()),
            &stripe::decline_fact::customer);
    }

    const projection_work& in_;
    const object_keys& keys_;
    std::size_t rows_left_;
    known all_;
    std::set<std::string> owners_;     // locked customers, and the subscriptions'
    std::string subscriptions_;        // an array: those that are read
    std::vector<std::string> retold_;  // those whose cases are told anew
};

}  // namespace

void lock_customers(const projection_work& in, const object_keys& keys) {
    if (!keys.customers.empty()) {
        const auto ids = array_of(keys.customers);
        run(in, make_customers, ids);
        run(in, lock_customer_rows, ids);
    }
}

known load_known(
    const projection_work& in,
    const object_keys& keys,
    const projection& of,
    std::size_t rows
) {
    known all = reading_of_known{in, keys, rows}.take();
    all.livemode = of.livemode;
    all.accounts = of.accounts;
    return all;
}

}  // namespace billhook
