#include "tests/integration/proofs/tables.hpp"

#include "schemas/types/assert.hpp"
#include "schemas/types/words.hpp"
#include "worker/ledger/row_codec.hpp"
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

template <class Row>
std::vector<Row> rows_of(database& db, const table& of) {
    return rows_in<Row>(
        db.rows("SELECT " + select_list(of, "a") + " FROM billing_1." + std::string(of.name) + " a")
    );
}

}  // namespace

memory_projection tables_of(database& db, ledger& books) {
    changes rows;
    rows.journal = rows_of<journal_row>(db, tables::events);
    rows.customer_facts = rows_of<customer_fact_row>(db, tables::customer_facts);
    rows.subscription_facts = rows_of<subscription_fact_row>(db, tables::subscription_facts);
    rows.invoice_facts = rows_of<invoice_fact_row>(db, tables::invoice_facts);
    rows.customers = rows_of<customer_row>(db, tables::customers);
    rows.subscriptions = rows_of<subscription_row>(db, tables::subscriptions);
    rows.invoices = rows_of<invoice_row>(db, tables::invoices);
    rows.checkout_sessions = rows_of<stripe::checkout_fact>(db, tables::checkout_sessions);
    rows.schedules = rows_of<stripe::schedule_fact>(db, tables::schedules);
    rows.mappings = rows_of<mapping>(db, tables::mappings);
    rows.grants = rows_of<grant>(db, tables::grants);
    rows.declines = rows_of<stripe::decline_fact>(db, tables::declines);
    for (auto& each : rows_of<dunning_case>(db, tables::dunning_cases)) {
        rows.cases[each.subscription].push_back(std::move(each));
    }
    memory_projection tables;
    tables.store(rows);
    const auto unit = books.begin_tick();
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
