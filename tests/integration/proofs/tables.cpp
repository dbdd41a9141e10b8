#include "tests/integration/proofs/tables.hpp"

#include "schemas/types/assert.hpp"
#include "schemas/types/words.hpp"
#include "worker/ledger/tables.hpp"

#include <string>
#include <utility>

namespace billhook::tests {

namespace {

using builders::database;
using builders::memory_projection;

template <class Id>
std::vector<Id> ids(database& db, const std::string& sql) {
    std::vector<Id> all;
    for (const auto& row : db.rows(sql + " ORDER BY 1")) {
        all.emplace_back(row[0].c_str());
    }
    return all;
}

object_keys all_keys(database& db) {
    object_keys keys;
    keys.customers = ids<std::string>(
        db,
        "SELECT id FROM billing_1.customers UNION SELECT object FROM billing_1.customer_facts "
        "UNION SELECT customer FROM billing_1.declines"
    );
    keys.events = ids<event_id>(db, "SELECT id FROM billing_1.events");
    keys.subscriptions = ids<subscription_id>(
        db,
        "SELECT id FROM billing_1.subscriptions UNION SELECT object FROM "
        "billing_1.subscription_facts UNION SELECT subscription FROM billing_1.dunning_cases"
    );
    keys.invoices = ids<invoice_id>(
        db, "SELECT id FROM billing_1.invoices UNION SELECT object FROM billing_1.invoice_facts"
    );
    keys.checkout_sessions =
        ids<checkout_session_id>(db, "SELECT id FROM billing_1.checkout_sessions");
    keys.organizations =
        ids<organization_id>(db, "SELECT DISTINCT organization FROM billing_1.mappings");
    return keys;
}

template <class Rows, class Map>
void put_values(Rows& rows, const Map& of) {
    for (const auto& [key, row] : of) {
        rows.push_back(row);
    }
}

template <class Rows, class Map>
void put_lists(Rows& rows, const Map& of) {
    for (const auto& [key, list] : of) {
        rows.insert(rows.end(), list.begin(), list.end());
    }
}

}  // namespace

memory_projection tables_of(database& db, ledger& books) {
    const auto unit = books.begin_tick();
    const auto held = unit->load(unit->lock_customers(all_keys(db)));
    changes rows;
    put_values(rows.journal, held.journal);
    put_lists(rows.customer_facts, held.customer_facts);
    put_lists(rows.subscription_facts, held.subscription_facts);
    put_lists(rows.invoice_facts, held.invoice_facts);
    put_values(rows.customers, held.customers);
    put_values(rows.subscriptions, held.subscriptions);
    put_values(rows.invoices, held.invoices);
    put_values(rows.checkout_sessions, held.checkout_sessions);
    rows.mappings = held.mappings;
    put_lists(rows.declines, held.declines);
    rows.cases = held.cases;
    memory_projection tables;
    tables.store(rows);
    restated standings;
    const auto organizations =
        ids<organization_id>(db, "SELECT organization FROM billing_1.standings");
    for (const auto& facts : unit->load(unit->lock_standings(organizations))) {
        if (facts.stored) {
            standings.standings.push_back(*facts.stored);
        }
    }
    tables.store(standings);
    return tables;
}

std::set<recorded_notice> recorded_in(database& db) {
    std::set<recorded_notice> all;
    for (const auto& row :
         db.rows("SELECT subscription, member, step, state FROM billhook.notices")) {
        const auto state = from_word<notice_state>(row[3].c_str());
        BILLHOOK_ASSERT(state.has_value());
        all.insert({subscription_id{row[0].c_str()}, row[1].c_str(), row[2].c_str(), *state});
    }
    return all;
}

void empty_tables(database& db) {
    for (const table* const each : tables::all()) {
        db.rows("TRUNCATE billing_1." + std::string(each->name));
    }
    db.rows("TRUNCATE billhook.notices, billhook.outbox");
    db.rows("DELETE FROM billhook.offsets");
}

}  // namespace billhook::tests
