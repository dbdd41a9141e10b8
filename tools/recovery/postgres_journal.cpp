#include "tools/recovery/postgres_journal.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "worker/ledger/projections.hpp"
#include "worker/ledger/row_codec.hpp"

#include <pqxx/result>
#include <pqxx/transaction>

namespace billhook {

std::set<event_id> postgres_journal::lacking(std::span<const event_id> ids) {
    pqxx::work in(on_);
    const auto live = live_projection(in);
    if (!live) {
        throw postgres::failure(
            "there is no live projection; run billhook migrate", {postgres::remedy::alarm, {}}
        );
    }
    std::set<event_id> missing(ids.begin(), ids.end());
    for (const auto& row : in.exec_params(
             "SELECT id FROM " + in.quote_name(live->schema) + ".events WHERE id = ANY($1::text[])",
             array_of(ids)
         )) {
        missing.erase(event_id(row[0].c_str()));
    }
    return missing;
}

}  // namespace billhook
