#pragma once

#include <pqxx/transaction_base>

#include <string>
#include <vector>

// The schema of one projection and the views over the live one, as the SQL files have them. Each
// works in the caller's transaction and throws what `classify` knows.
namespace billhook::postgres {

// Billhook's objects belong to whoever owns its schema; at first to billhook_owner, if the
// connected user may act as it. From here to `RESET ROLE` the transaction acts as that role, whose
// name is returned.
[[nodiscard]] std::string become_owner(pqxx::transaction_base& in);

// Makes the schema, or brings it forward: the numbered files that it does not have yet, in order.
// Returns what was applied: "billing_1/0001_state".
[[nodiscard]] std::vector<std::string> make_projection_schema(
    pqxx::transaction_base& in,
    const std::string& schema
);
// The same for Billhook's own schema.
[[nodiscard]] std::vector<std::string> make_control_schema(pqxx::transaction_base& in);

// What Billhook's roles may do there. The views must stand.
void grant_projection(pqxx::transaction_base& in, const std::string& schema);

// Lets the views and functions of `billing` speak of this projection. True if that changed them:
// replacing waits for every reader of a view, so it is not done for nothing. It gives up (55P03, to
// be tried again) while those readers have waited too briefly to be refused by a deadlock.
[[nodiscard]] bool replace_views(
    pqxx::transaction_base& in,
    const std::string& projection,
    const std::string& schema
);

}  // namespace billhook::postgres
