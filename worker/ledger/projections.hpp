#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "schemas/io/postgres/plans_rows.hpp"

#include <pqxx/transaction_base>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace billhook {

// A row of billhook.projections.
struct projection {
    std::string name;
    std::string schema;           // billing_<n>; keeps its name for ever
    std::string role;             // live, building, old
    std::int64_t generation = 0;  // of the last promote
    std::int32_t fold_version = 0;
    bool livemode = false;
    std::set<std::string> accounts{};  // connected ones that it folds, too

    friend bool operator==(const projection&, const projection&) = default;
};

// "acct_1,acct_2": no account's id has a comma in it.
[[nodiscard]] std::set<std::string> accounts_from(const std::string& list);

// The one with the role `live`; nothing if there is none. A postgres::failure (stop) says what to
// do if the database was never migrated. Holds ACCESS SHARE on billhook.projections to the end of
// the transaction: a promote waits for it.
[[nodiscard]] std::optional<projection> live_projection(pqxx::transaction_base& in);

// The one with this name, and all, by name. They fail and hold as `live_projection` does.
[[nodiscard]] std::optional<projection> find_projection(
    pqxx::transaction_base& in,
    const std::string& name
);
[[nodiscard]] std::vector<projection> all_projections(pqxx::transaction_base& in);

// The live one, whoever built it; postgres::failure (stop) if there is none.
[[nodiscard]] projection some_live_projection(pqxx::transaction_base& in);
// The live one, but it must exist and be of this program's fold version; else postgres::failure
// (stop).
[[nodiscard]] projection own_live_projection(pqxx::transaction_base& in);
// The same for the one with this name, which must be `building`.
[[nodiscard]] projection own_building_projection(
    pqxx::transaction_base& in,
    const std::string& name
);

// What a starting worker does once: makes sure of the above, and reads what is in force. A
// transaction of its own.
[[nodiscard]] postgres::applied_plans prepare_for_work(postgres::connection& on);

}  // namespace billhook
